"""The moderators' desk: write, open, pause, close and duplicate polls."""

from http import HTTPStatus

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.i18n import LazyText, _, current_locale, lazy
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import external_url, render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import domain, texts
from hanmadang.polls.forms.desk import PollForm, offer_words, poll_form
from hanmadang.polls.forms.reading import sent_id
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.queries import PollPage, poll_page
from hanmadang.polls.queries.desk import desk_polls, find_moderated, institutions
from hanmadang.polls.views.hall import pictures
from hanmadang.polls.views.qr import qr
from hanmadang.polls.views.room import live_urls, room
from hanmadang.polls.views.shown import bars_for_desk
from hanmadang.polls.views.times import bursts_for_desk

NEEDS = Permission.POLLS_MODERATE
_LARGEST_ID = 2**31 - 1
_SAID: dict[PollState, LazyText] = {
    PollState.OPEN: lazy("The poll is open."),
    PollState.PAUSED: lazy("The poll is paused. Answers sent now are not counted."),
    PollState.CLOSED: lazy("The poll is closed and its key destroyed. The result is final."),
}


@room.page("/desk/polls", needs=NEEDS)
def desk() -> ResponseReturnValue:
    """The polls this person moderates."""
    return render("polls/desk.html", polls=desk_polls(db.session(), viewer()), texts=texts)


@room.form("/desk/polls/new", needs=NEEDS)
def new() -> ResponseReturnValue:
    """Write a poll."""
    form = poll_form(viewer(), None, institutions(db.session()))
    if request.form.get("change"):
        return _editing(form, None)
    if form.sent():
        try:
            return redirect(_create(form).location, 303)
        except domain.UnusableDraftError as error:
            form.show_fault(error)
    return _editing(form, None)


def _create(form: PollForm) -> Answer:
    draft = form.draft(viewer())

    def effect(session: Session) -> Answer:
        poll = domain.create_poll(session, viewer(), draft, now=clock.now())
        return Answer(url_for("polls.desk_show", poll_id=poll.id))

    return commit_once(
        key=str(form.idempotency_key.data),
        scope=f"account:{viewer().id}",
        request=form.hash_fields(),
        effect=effect,
    )


@room.page("/desk/polls/<int:poll_id>", needs=NEEDS)
def desk_show(poll_id: int) -> ResponseReturnValue:
    """One poll: what can be done with it now, its code, its counts."""
    page = _page(_moderated(db.session(), poll_id))
    stream, snapshot = live_urls(page)
    return render(
        "polls/desk_show.html",
        poll=page,
        qr=qr(page),
        join_url=external_url("polls.join_short", code=page.code),
        embed_url=external_url("polls.embed", slug=page.slug),
        pictures=pictures(page),
        bars=bars_for_desk(page),
        bursts=bursts_for_desk(page, current_locale()),
        stream=stream,
        snapshot=snapshot,
        texts=texts,
    )


@room.form("/desk/polls/<int:poll_id>/edit", needs=NEEDS)
def edit(poll_id: int) -> ResponseReturnValue:
    """Rewrite a draft."""
    session = db.session()
    poll = _moderated(session, poll_id)
    if poll.state != PollState.DRAFT:
        return redirect(url_for("polls.desk_show", poll_id=poll_id))
    form = poll_form(viewer(), domain.draft_of(session, poll_id), institutions(session))
    if not request.form.get("change") and form.sent():
        try:
            with transaction() as writing:
                poll = _moderated(writing, poll_id)
                domain.edit_poll(writing, viewer(), poll, form.draft(viewer()))
            say(_("Saved."))
            return redirect(url_for("polls.desk_show", poll_id=poll_id), 303)
        except domain.UnusableDraftError as error:
            form.show_fault(error)
    return _editing(form, poll_id)


def _editing(form: PollForm, poll_id: int | None) -> ResponseReturnValue:
    step = request.form.get("change", "")
    if step:
        form.change(step)
    offer_words(form)
    wrong = request.method == "POST" and not step
    faults = list(form.faults())
    page = render("polls/edit.html", form=form, poll_id=poll_id, faults=faults)
    return page, 422 if wrong else 200


@room.action("/desk/polls/<int:poll_id>/open", needs=NEEDS)
def open_poll(poll_id: int) -> ResponseReturnValue:
    """Let people answer, for the first time or again."""
    return _step(poll_id, PollState.OPEN)


@room.action("/desk/polls/<int:poll_id>/pause", needs=NEEDS)
def pause(poll_id: int) -> ResponseReturnValue:
    """Take no answers for a while."""
    return _step(poll_id, PollState.PAUSED)


@room.action("/desk/polls/<int:poll_id>/reveal", needs=NEEDS)
def reveal(poll_id: int) -> ResponseReturnValue:
    """Show or hide the results of one question."""
    question_id = sent_id(request.form.get("question", ""))
    revealed = request.form.get("shown") == "yes"
    with transaction() as session:
        _moderated(session, poll_id)
        domain.reveal(session, viewer(), poll_id, question_id, revealed=revealed)
    say(_("Everyone sees the results now.") if revealed else _("The results are hidden again."))
    return _back(poll_id)


@room.form("/desk/polls/<int:poll_id>/close", needs=NEEDS)
def close(poll_id: int) -> ResponseReturnValue:
    """Ask whether to close for good, then do it."""
    form, status = HouseForm(), 200
    if form.sent():
        try:
            return _step(poll_id, PollState.CLOSED)
        except domain.KeyMissingError as error:
            form.form_errors.append(str(error.text))
            status = error.status
    page = _page(_moderated(db.session(), poll_id))
    wrong = form.errors and status == HTTPStatus.OK
    return render("polls/close.html", poll=page, form=form), 422 if wrong else status


@room.action("/desk/polls/<int:poll_id>/duplicate", needs=NEEDS)
def duplicate(poll_id: int) -> ResponseReturnValue:
    """The same questions as a new draft."""
    with transaction() as session:
        _moderated(session, poll_id)
        copy = domain.duplicate_poll(session, viewer(), poll_id, now=clock.now()).id
    say(_("This is the copy. Change what you need, then open it."))
    return redirect(url_for("polls.edit", poll_id=copy), 303)


def _step(poll_id: int, to: PollState) -> ResponseReturnValue:
    with transaction() as session:
        _moderated(session, poll_id)
        domain.change_state(session, viewer(), poll_id, to, now=clock.now())
    say(_SAID[to])
    return _back(poll_id)


def _back(poll_id: int) -> ResponseReturnValue:
    """To the page the button stood on."""
    page = "polls.stage" if request.form.get("from") == "stage" else "polls.desk_show"
    return redirect(url_for(page, poll_id=poll_id), 303)


def _moderated(session: Session, poll_id: int) -> Poll:
    poll = find_moderated(session, viewer(), poll_id) if poll_id <= _LARGEST_ID else None
    if poll is None:
        raise NotFoundError
    return poll


def _page(poll: Poll) -> PollPage:
    page = poll_page(db.session(), viewer(), poll.slug)
    if page is None:
        raise NotFoundError
    return page
