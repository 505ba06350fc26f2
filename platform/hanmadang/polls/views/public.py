"""Lists, joining by code, answering, and what was answered."""

from datetime import datetime

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.device import device_id
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.limits import client_device, limit
from hanmadang.kernel.pages import fragment, render
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import queries, texts
from hanmadang.polls.domain import Accepted, BallotSet, Refusal
from hanmadang.polls.domain.evidence import derive
from hanmadang.polls.forms.answers import AnswerForm, answer_form, sent_ballot
from hanmadang.polls.queries import Mine, PollPage
from hanmadang.polls.views.cards import card_link
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
    if request.method == "GET" and is_kept_out(page, mine):
        return redirect(url_for("polls.enter_poll", slug=slug))
    form = answer_form(page, mine, current_locale())
    if form.sent():
        return _send(page, form)
    if page.is_closed and request.method == "GET":
        return redirect(url_for("polls.results", slug=slug))
    return _form(page, form, mine), 422 if form.errors else 200


def _count(slug: str) -> bool:
    """Whether the answers sent are counted: the short way, which nearly all of them take.

    No form is built, for there is nothing to show. What is not counted here goes the long way,
    which finds out why and says it; asking the domain twice changes nothing.
    """
    poll = queries.open_poll(db.session(), slug)
    ballot = sent_ballot(request.form, poll, this_visitor(poll.id)) if poll else None
    return ballot is not None and isinstance(cast(ballot), Accepted)


def _send(page: PollPage, form: AnswerForm) -> ResponseReturnValue:
    device_id()  # whoever has none yet gets one now
    mine = mine_in(page)
    refusal = _cast(page, form, mine)
    if refusal is None:
        return redirect(url_for("polls.answered", slug=page.slug), 303)
    form.say(refusal, request.form)
    return _form(find(page.slug), form, mine_in(page)), _STATUS.get(refusal, 422)


def _cast(page: PollPage, form: AnswerForm, mine: Mine) -> Refusal | None:
    if not mine.voter_key:
        return Refusal.CLOSED if page.is_closed or mine.is_let_in else Refusal.NOT_LET_IN
    key = str(form.idempotency_key.data)
    ballots = BallotSet(page.id, mine.voter_key, key, form.answers(), texts=form.texts())
    result = cast(ballots)
    return None if isinstance(result, Accepted) else result.reason


def _form(page: PollPage, form: AnswerForm, mine: Mine) -> str:
    now = clock.now()
    stream, snapshot = live_urls(page)
    return render(
        "polls/show.html",
        poll=page,
        card=card_link(page),
        form=form,
        answers=_fields(page, form, mine, now),
        told=told_card(page, mine),
        score=score_of(page, mine),
        mine=mine,
        now=now,
        stream=stream,
        snapshot=snapshot,
        texts=texts,
    )


_blank: dict[tuple[str, type[AnswerForm], tuple[str | None, ...]], Markup] = {}
"""The fields of polls as everybody finds them who has not answered yet."""
_BLANK_MOST = 256


def _fields(page: PollPage, form: AnswerForm, mine: Mine, now: datetime) -> Markup:
    """Drawn once for a whole hall while no moderator leads and nothing is filled in: a form's
    class stands for its poll, wording and language. A draft's pictures may change, its words not.
    """
    gate = page.stage.gate
    locked = {each.id for each in page.questions if gate.is_locked(each.id, now)}
    locked |= gate.final & set(mine.chosen)
    if locked or page.stage.version or not form.is_untouched():
        return _drawn(page, form, locked, now)
    names = tuple(each.picture for question in page.questions for each in question.options)
    key = current_locale(), type(form), names
    if key not in _blank:
        if len(_blank) >= _BLANK_MOST:
            _blank.clear()
        _blank[key] = _drawn(page, form, locked, now)
    return _blank[key]


def _drawn(page: PollPage, form: AnswerForm, locked: set[int], now: datetime) -> Markup:
    groups = form.groups()
    pictures = pictures_in(page)
    return fragment(
        "polls/_fields.html", poll=page, groups=groups, locked=locked, now=now, pictures=pictures
    )


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
