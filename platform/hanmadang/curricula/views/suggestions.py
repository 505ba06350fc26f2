"""The editors' one-press acts on a suggestion."""

from collections.abc import Callable

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.curricula import texts_demand as texts
from hanmadang.curricula.domain import suggestions as verbs
from hanmadang.curricula.forms import DeclineForm, SuggestionForm
from hanmadang.curricula.models import DemandSuggestion, Reply, SuggestionState
from hanmadang.curricula.queries.shelf import read_shelf
from hanmadang.curricula.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.errors import DomainError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import viewer
from hanmadang.kernel.permissions import Permission

_NEEDS = Permission.CURRICULA_EDIT


@room.action("/desk/demand/<int(max=2147483647):suggestion_id>/accept", needs=_NEEDS)
def accept_suggestion(suggestion_id: int) -> ResponseReturnValue:
    """Take it up, as the pressed button says."""
    form = SuggestionForm()

    def effect(session: Session) -> Answer:
        if session.get(DemandSuggestion, suggestion_id) is None:
            raise NotFoundError
        reply, shelf = _reply(form), read_shelf(session, LANGUAGES[0])
        held = verbs.accept(session, viewer(), suggestion_id, reply, shelf, now=clock.now())
        if held.state == SuggestionState.SIGNING:
            return _back(_("Accepted. It counts once a second institution has signed."))
        return Answer(_next(held, reply), str(texts.DONE[reply]))

    return _once(form, effect)


@room.action("/desk/demand/<int(max=2147483647):suggestion_id>/sign", needs=_NEEDS)
def sign_suggestion(suggestion_id: int) -> ResponseReturnValue:
    """Sign for one's institution."""

    def effect(session: Session) -> Answer:
        verbs.sign(session, viewer(), suggestion_id, now=clock.now())
        return _back(_("Signed for your institution."))

    return _once(SuggestionForm(), effect)


@room.action("/desk/demand/<int(max=2147483647):suggestion_id>/decline", needs=_NEEDS)
def decline_suggestion(suggestion_id: int) -> ResponseReturnValue:
    """Say no, with a reason in the page's language."""
    form = DeclineForm()

    def effect(session: Session) -> Answer:
        reason = (form.reason.data or "").strip()
        said = Bilingual.of(**{current_locale(): reason}) if reason else Bilingual()
        verbs.decline(session, viewer(), suggestion_id, said, now=clock.now())
        return _back(_("Declined. The reason stands on the page “What came of it”."))

    return _once(form, effect)


@room.action("/desk/demand/<int(max=2147483647):suggestion_id>/undo", needs=_NEEDS)
def undo_suggestion(suggestion_id: int) -> ResponseReturnValue:
    """Open it again."""

    def effect(session: Session) -> Answer:
        verbs.undo(session, viewer(), suggestion_id)
        return _back(_("Taken back. The suggestion is open again."))

    return _once(SuggestionForm(), effect)


def _reply(form: SuggestionForm) -> Reply:
    try:
        return Reply(form.reply.data or "")
    except ValueError as error:
        raise NotAllowedNowError from error


def _next(held: DemandSuggestion, reply: Reply) -> str:
    """The desk; for a draft, where one goes on writing."""
    if reply is Reply.LESSON:
        return url_for("courses.desk_course", course_id=held.course_id)
    if reply is Reply.EVENT:
        return url_for("events.edit", event_id=held.event_id)
    return url_for("curricula.demand", _anchor="suggestions")


def _back(said: str) -> Answer:
    return Answer(url_for("curricula.demand", _anchor="suggestions"), said)


def _once(form: SuggestionForm, effect: Callable[[Session], Answer]) -> ResponseReturnValue:
    """Carry it out; what cannot be done is said on the desk, which shows how things stand."""
    if not form.sent():
        say(_("This page was open for too long. Please press again."), "error")
        return redirect(_back("").location, 303)
    try:
        answer = commit_once(
            key=str(form.idempotency_key.data),
            scope=f"account:{viewer().id}",
            request=[("path", request.path), *form.hash_fields()],
            effect=effect,
        )
    except NotFoundError:
        raise
    except DomainError as error:
        answer = Answer(_back("").location, str(error.text), "error")
    say(answer.said, answer.category)
    return redirect(answer.location, 303)
