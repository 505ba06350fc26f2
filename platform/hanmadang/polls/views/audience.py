"""Asking the speakers: the visitor's page, up-votes, and the hall page."""

from flask import Response, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel.db import db, transact, transaction
from hanmadang.kernel.device import known_device
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.limits import client_device, limit
from hanmadang.kernel.pages import external_url, render
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import texts_audience as texts
from hanmadang.polls.domain import audience as domain
from hanmadang.polls.forms.audience import AskForm, ask_form
from hanmadang.polls.models import PollState
from hanmadang.polls.models_audience import SittingState
from hanmadang.polls.queries import PollPage
from hanmadang.polls.queries.audience import SittingPage, entrance, public_asks
from hanmadang.polls.rules_audience import NO_PERSON, Person
from hanmadang.polls.views.qr import qr
from hanmadang.polls.views.room import find, live_urls, room

_NEWEST = "new"


def _too_often(_limit: object) -> Response:
    """The page with what was typed, and the request to wait."""
    page, sitting, person = _enter(str((request.view_args or {})["slug"]))
    form = ask_form(sitting)
    form.validate()
    form.form_errors.append(
        _("Too many questions in a short time. Yours is kept below; please send it in a minute.")
    )
    return make_response(_list(page, sitting, person, form), 429)


@room.form("/polls/<slug>/questions", needs=Permission.PUBLIC)
@limit("300 per minute;3000 per 10 minutes", methods=["POST"], on_breach=_too_often)
@limit("6 per minute;60 per hour", by=client_device, methods=["POST"], on_breach=_too_often)
def audience(slug: str) -> ResponseReturnValue:
    """The questions so far, and the form to ask one."""
    page, sitting, person = _enter(slug)
    form, status = ask_form(sitting), 200
    if form.sent():
        try:
            _ask(page, sitting, person, form)
            return redirect(url_for("polls.audience", slug=slug), 303)
        except DomainError as error:
            form.say(error)
            status = error.status
    elif form.errors:
        status = 422
    return _list(page, sitting, person, form), status


def _ask(page: PollPage, sitting: SittingPage, person: Person, form: AskForm) -> None:
    if not person.asker:
        raise domain.NotTakenError
    text, name = str(form.text.data), str(form.name.data or "")
    key, language = str(form.idempotency_key.data), current_locale()

    def work(session: Session) -> None:
        domain.ask(session, page.id, person, text, name=name, page=language, key=key)

    # Not `commit_once`: its table would keep who asked what when, for days after the closing.
    transact(work)
    if sitting.is_reviewed:
        say(_("Thank you. A moderator reads your question before it is shown."))
    else:
        say(_("Thank you. Your question is in the list."))


@room.action("/polls/<slug>/questions/<int(max=2147483647):ask_id>/upvote", needs=Permission.PUBLIC)
@limit("600 per 10 seconds;6000 per 10 minutes")
@limit("60 per minute", by=client_device)
def upvote(slug: str, ask_id: int) -> ResponseReturnValue:
    """Find a question worth an answer, or take that back."""
    page, _sitting, person = _enter(slug)
    wanted = request.form.get("to") != "off"
    try:
        with transaction() as session:
            domain.upvote(session, page.id, ask_id, person, wanted=wanted)
    except NotFoundError:
        raise
    except DomainError as error:
        say(error.text, "warning")
    sort = _NEWEST if request.form.get("sort") == _NEWEST else None
    back = url_for("polls.audience", slug=slug, sort=sort, _anchor=f"question-{ask_id}")
    return redirect(back, 303)


@room.page("/polls/<slug>/questions/screen", needs=Permission.PUBLIC)
def audience_screen(slug: str) -> ResponseReturnValue:
    """The hall page: what is being answered, large, and what waits, with the poll's code."""
    page, sitting, _person = _enter(slug)
    stream, snapshot = live_urls(page)
    return render(
        "polls/audience_screen.html",
        poll=page,
        sitting=sitting,
        asks=public_asks(db.session(), page.id, NO_PERSON),
        stream=stream,
        snapshot=snapshot,
        join_url=external_url("polls.join_short", code=page.code),
        qr=qr(page),
    )


def _enter(slug: str) -> tuple[PollPage, SittingPage, Person]:
    """The poll, its sitting, and who this device is there. Raises NotFoundError."""
    page = find(slug)
    sitting, person = entrance(db.session(), page.id, known_device())
    hidden = sitting is None or sitting.state is SittingState.OFF
    if sitting is None or hidden or page.state is PollState.DRAFT:
        raise NotFoundError
    return page, sitting, person


def _list(page: PollPage, sitting: SittingPage, person: Person, form: AskForm) -> str:
    newest = request.args.get("sort") == _NEWEST
    stream, snapshot = live_urls(page)
    return render(
        "polls/audience.html",
        poll=page,
        sitting=sitting,
        asks=public_asks(db.session(), page.id, person, newest=newest),
        newest=newest,
        form=form,
        stream=stream,
        snapshot=snapshot,
        texts=texts,
    )
