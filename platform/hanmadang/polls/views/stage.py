"""Leading a poll from a phone: one tap each, each with its way back; hours; the phones' view."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import ConflictError, DomainError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import texts
from hanmadang.polls.domain.schedule import Hours, plan
from hanmadang.polls.domain.stage import Tap, perform
from hanmadang.polls.forms.answers import answer_form
from hanmadang.polls.forms.reading import sent_id
from hanmadang.polls.forms.stage import HoursForm, hours_form
from hanmadang.polls.models import Poll
from hanmadang.polls.queries import Mine, PollPage, poll_page
from hanmadang.polls.queries.desk import find_moderated
from hanmadang.polls.staging import TIMES, Act
from hanmadang.polls.texts_stage import DONE
from hanmadang.polls.views.pictured import pictures_in
from hanmadang.polls.views.room import live_urls, room
from hanmadang.polls.views.shown import bars_for_desk

NEEDS = Permission.POLLS_MODERATE


@room.page("/desk/polls/<int(max=2147483647):poll_id>/stage", needs=NEEDS)
def stage(poll_id: int) -> ResponseReturnValue:
    """The remote control: what is on, what comes next, the timer, the screen."""
    page = _page(poll_id)
    stream, snapshot = live_urls(page)
    did = request.args.get("did", "")
    return render(
        "polls/stage.html",
        poll=page,
        bars=bars_for_desk(page),
        place=page.questions.index(page.current),
        did=DONE.get(Act(did)) if did in set(Act) else None,
        times=TIMES,
        now=clock.now(),
        stream=stream,
        snapshot=snapshot,
        texts=texts,
    )


@room.action("/desk/polls/<int(max=2147483647):poll_id>/stage", needs=NEEDS, endpoint="stage_act")
def stage_act(poll_id: int) -> ResponseReturnValue:
    """One act, on the version that the moderator saw."""
    did = None
    try:
        with transaction() as session:
            _moderated(session, poll_id)
            tap, seen = _tap(), sent_id(request.form.get("seen", ""))
            perform(session, viewer(), poll_id, tap, seen=seen, now=clock.now())
        did = tap.act.value
    except NotFoundError:
        raise
    except DomainError as error:
        say(error.text, "warning")
    return redirect(url_for("polls.stage", poll_id=poll_id, did=did), 303)


def _tap() -> Tap:
    word, _colon, about = request.form.get("act", "").partition(":")
    if word not in set(Act):
        raise NotAllowedNowError
    number = sent_id(about) if about else 0
    if word in (Act.START, Act.EXTEND):
        return Tap(Act(word), seconds=number)
    return Tap(Act(word), question=number)


@room.form("/desk/polls/<int(max=2147483647):poll_id>/hours", needs=NEEDS)
def hours(poll_id: int) -> ResponseReturnValue:
    """When the poll opens and closes by itself."""
    page = _page(poll_id)
    form = hours_form(Hours(page.stage.opens, page.stage.closes))
    if form.sent() and _plan(poll_id, form):
        say(_("Saved."))
        return redirect(url_for("polls.desk_show", poll_id=poll_id), 303)
    status = 422 if form.errors else 200
    return render("polls/hours.html", poll=page, form=form), status


def _plan(poll_id: int, form: HoursForm) -> bool:
    try:
        with transaction() as session:
            _moderated(session, poll_id)
            seen = form.seen.data or ""
            plan(session, viewer(), poll_id, form.hours(), seen=seen, now=clock.now())
    except NotFoundError:
        raise
    except DomainError as error:
        form.form_errors.append(str(error.text))
        if isinstance(error, ConflictError):
            found = _page(poll_id).stage
            form.seen.data = Hours(found.opens, found.closes).mark
        return False
    return True


@room.page("/desk/polls/<int(max=2147483647):poll_id>/preview", needs=NEEDS)
def preview(poll_id: int) -> ResponseReturnValue:
    """The poll as a phone shows it; nothing can be sent."""
    page = _page(poll_id)
    form = answer_form(page, Mine(), current_locale())
    return render("polls/preview.html", poll=page, form=form, pictures=pictures_in(page))


def _moderated(session: Session, poll_id: int) -> Poll:
    poll = find_moderated(session, viewer(), poll_id)
    if poll is None:
        raise NotFoundError
    return poll


def _page(poll_id: int) -> PollPage:
    page = poll_page(db.session(), viewer(), _moderated(db.session(), poll_id).slug)
    if page is None:
        raise NotFoundError
    return page
