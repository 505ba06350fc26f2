"""Lists, joining by code, answering, and what was answered."""

from datetime import datetime
from typing import Any, NamedTuple

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hanmadang.kernel import clock
from hanmadang.kernel.clock import today
from hanmadang.kernel.db import db
from hanmadang.kernel.device import device_id
from hanmadang.kernel.forms import TICKED, key_field
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.limits import client_device, limit
from hanmadang.kernel.pages import fragment, kept, render, render_kept
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import queries, texts
from hanmadang.polls.domain import Accepted, BallotSet, Refusal
from hanmadang.polls.domain.evidence import derive
from hanmadang.polls.forms.answers import (
    AnswerForm,
    answer_form,
    asked_of,
    sent_ballot,
    ticked_in,
)
from hanmadang.polls.queries import Mine, PollPage
from hanmadang.polls.views.cards import shared_as
from hanmadang.polls.views.pictured import pictures_in
from hanmadang.polls.views.room import (
    cast,
    find,
    is_kept_out,
    live_urls,
    mine_in,
    room,
    this_visitor,
)
from hanmadang.polls.views.shown import (
    answered_cards,
    answers_for_path,
    question_bars,
    score_of,
    told_card,
)

_PAGE = 20
_LAST_PAGE = 10_000
"""Further back than any list goes, and still a number that a database takes."""
_STATUS = {
    Refusal.ALREADY: 409,
    Refusal.CLOSED: 409,
    Refusal.FINAL: 409,
    Refusal.LOCKED: 409,
    Refusal.NOT_LET_IN: 403,
    Refusal.NOT_OPEN: 409,
}


@room.page("/polls", needs=Permission.PUBLIC)
def index() -> ResponseReturnValue:
    """Polls to answer now, the code entry, and the results of closed ones."""
    session = db.session()
    number = min(max(1, request.args.get("page", 1, type=int)), _LAST_PAGE)
    closed = queries.closed_polls(session, _PAGE + 1, (number - 1) * _PAGE)
    return render(
        "polls/index.html",
        open_polls=queries.open_polls(session),
        closed_polls=closed[:_PAGE],
        number=number,
        has_more=len(closed) > _PAGE,
    )


@room.page("/p", needs=Permission.PUBLIC)
def enter() -> ResponseReturnValue:
    """What the code entry form sends here."""
    return _join(request.args.get("code", ""))


@room.page("/p/<code>", needs=Permission.PUBLIC)
def join(code: str) -> ResponseReturnValue:
    """The poll behind a code."""
    return _join(code)


@room.page("/p/<code>", needs=Permission.PUBLIC, localised=False, endpoint="join_short")
def join_short(code: str) -> ResponseReturnValue:
    """The same from a QR code, in the visitor's own language."""
    return _join(code)


def _join(code: str) -> ResponseReturnValue:
    slug = queries.find_by_code(db.session(), code)
    if slug is None:
        return render("polls/unknown_code.html", code=code[:20]), 404
    return redirect(url_for("polls.show", slug=slug))


@room.form("/polls/<slug>", needs=Permission.PUBLIC)
@limit("600 per 10 seconds;6000 per 10 minutes", methods=["POST"])
@limit("30 per minute", by=client_device, methods=["POST"])
def show(slug: str) -> ResponseReturnValue:
    """The questions, with what this device answered before."""
    if request.method == "POST" and _count(slug):
        return redirect(url_for("polls.answered", slug=slug), 303)
    page = find(slug)
    if page.statements is not None:
        return redirect(url_for("polls.statements", slug=slug), 303)
    mine = mine_in(page)
    if request.method == "POST":
        return _receive(page, answer_form(page, mine, current_locale()), mine)
    if is_kept_out(page, mine):
        return redirect(url_for("polls.enter_poll", slug=slug))
    if page.is_closed:
        return redirect(url_for("polls.results", slug=slug))
    return _page(page, mine)


def _count(slug: str) -> bool:
    """Whether the answers sent are counted: the short way, which nearly all of them take.

    No form is built, for there is nothing to show. What is not counted here goes the long way,
    which finds out why and says it; asking the domain twice changes nothing.
    """
    poll = queries.open_poll(db.session(), slug)
    ballot = sent_ballot(request.form, poll, this_visitor(poll.id)) if poll else None
    return ballot is not None and isinstance(cast(ballot), Accepted)


def _receive(page: PollPage, form: AnswerForm, mine: Mine) -> ResponseReturnValue:
    if not form.sent():
        return _page(page, mine, form), 422
    device_id()  # whoever has none yet gets one now
    mine = mine_in(page)
    refusal = _cast(page, form, mine)
    if refusal is None:
        return redirect(url_for("polls.answered", slug=page.slug), 303)
    form.say(refusal, request.form)
    return _page(find(page.slug), mine_in(page), form), _STATUS.get(refusal, 422)


def _cast(page: PollPage, form: AnswerForm, mine: Mine) -> Refusal | None:
    if not mine.voter_key:
        return Refusal.CLOSED if page.is_closed or mine.is_let_in else Refusal.NOT_LET_IN
    key = str(form.idempotency_key.data)
    ballots = BallotSet(page.id, mine.voter_key, key, form.answers(), texts=form.texts())
    result = cast(ballots)
    return None if isinstance(result, Accepted) else result.reason


class Standing(NamedTuple):
    """All that the shared part of a page may know of who reads it."""

    is_let_in: bool
    took_part: bool
    has_answered: bool


def _page(page: PollPage, mine: Mine, form: AnswerForm | None = None) -> str:
    """The questions; `form` holds what was sent and refused."""
    now, closes = clock.now(), page.stage.closes
    told, score = told_card(page, mine), score_of(page, mine)
    standing = Standing(mine.is_let_in, mine.took_part, mine.has_answered)
    values = {"poll": page, "mine": standing, "texts": texts}
    own = {
        "key": key_field(str(form.idempotency_key.data or "") if form else ""),
        "shared": shared_as(page),
        "follows": _follows(page, now),
        "answers": _fields(page, mine, form, now),
    }
    if form or told or score:
        return render("polls/show.html", form=form, told=told, score=score, **values, **own)
    day = today(closes.zone) if closes else None  # hours are said as "today", "tomorrow"
    return render_kept("polls/show.html", (page.face, standing, day), own, **values)


def _follows(page: PollPage, now: datetime) -> Markup:
    if not page.stage.version:
        return Markup()
    stream, snapshot = live_urls(page)
    return fragment("polls/_follows.html", poll=page, stream=stream, snapshot=snapshot, now=now)


def _fields(page: PollPage, mine: Mine, form: AnswerForm | None, now: datetime) -> Markup:
    """Drawn once for a whole hall while no moderator leads; what a device ticked is put in."""
    gate, ticked = page.stage.gate, ticked_in(page, mine)
    locked = {each.id for each in page.questions if gate.is_locked(each.id, now)}
    locked |= gate.final & set(mine.chosen)
    values = {"poll": page, "now": now, "locked": locked}
    if form or locked or ticked is None or page.stage.version:
        form = form or answer_form(page, mine, current_locale())
        return fragment("polls/_fields.html", **values, **_drawn(page, form))
    names = tuple(each.picture for question in page.questions for each in question.options)
    return kept(
        "polls/_fields.html",
        (asked_of(page, current_locale()), names),
        lambda: values | _drawn(page, answer_form(page, Mine(), current_locale())),
        lambda id_: TICKED if id_ in ticked else "",
    )


def _drawn(page: PollPage, form: AnswerForm) -> dict[str, Any]:
    return {"groups": form.groups(), "pictures": pictures_in(page)}


@room.page("/polls/<slug>/answered", needs=Permission.PUBLIC)
def answered(slug: str) -> ResponseReturnValue:
    """Thanks: what this device answered, explanations, and how others answered."""
    page = find(slug)
    mine = mine_in(page)
    if not mine.has_answered:
        return redirect(url_for("polls.show", slug=slug))
    stream, snapshot = live_urls(page, has_answered=True)
    return render(
        "polls/answered.html",
        poll=page,
        mine=mine,
        cards=answered_cards(page, mine),
        score=score_of(page, mine),
        evidence=derive(answers_for_path(page, mine)),
        bars=question_bars(page, mine),
        now=clock.now(),
        stream=stream,
        snapshot=snapshot,
        texts=texts,
    )
