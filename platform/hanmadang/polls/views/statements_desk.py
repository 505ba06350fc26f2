"""The moderators' desk of statements: suggestions, and what is asked."""

from collections.abc import Callable

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.polls import texts_statements as texts
from hanmadang.polls.domain import statements_desk as domain
from hanmadang.polls.forms.statements import AcceptForm, accept_form
from hanmadang.polls.models_statements import SuggestionState
from hanmadang.polls.queries import PollPage, QuestionPage, poll_page
from hanmadang.polls.queries.desk import find_moderated
from hanmadang.polls.queries.statements import Suggested, suggestions
from hanmadang.polls.views.room import room

NEEDS = Permission.POLLS_MODERATE
_DESK = "/desk/polls/<int(max=2147483647):poll_id>/statements"
_ONE = f"{_DESK}/suggestions/<int(max=2147483647):suggestion_id>"


@room.page(_DESK, needs=NEEDS)
def statements_desk(poll_id: int) -> ResponseReturnValue:
    """What waits, what is asked, what is hidden, and what can be done with it."""
    page, question = _moderated(poll_id)
    found = suggestions(db.session(), question.id)
    return render(
        "polls/statements_desk.html",
        poll=page,
        question=question,
        waiting=[each for each in found if each.state is SuggestionState.PENDING],
        refused=[each for each in found if each.state is SuggestionState.REFUSED],
        suggested={each.option_id: each for each in found if each.option_id},
        texts=texts,
    )


@room.form(f"{_ONE}/accept", needs=NEEDS)
def suggestion_accept(poll_id: int, suggestion_id: int) -> ResponseReturnValue:
    """Put a suggestion into both languages and ask it."""
    page, question = _moderated(poll_id)
    suggested = _suggested(question, suggestion_id)
    form, status = accept_form(suggested), 200
    if form.sent():
        try:
            _accept(poll_id, suggested, form)
            say(_("The statement is being asked now."))
            return redirect(url_for("polls.statements_desk", poll_id=poll_id), 303)
        except NotFoundError:
            raise
        except DomainError as error:
            form.say(error)
            status = error.status
    elif form.errors:
        status = 422
    shown = render("polls/suggestion_accept.html", poll=page, suggested=suggested, form=form)
    return shown, status


def _accept(poll_id: int, suggested: Suggested, form: AcceptForm) -> None:
    label, about_person = form.label(suggested.language), bool(form.about_person.data)
    with transaction() as session:
        _require(session, poll_id)
        domain.accept(session, viewer(), poll_id, suggested.id, label, about_person=about_person)


@room.action(f"{_ONE}/move", needs=NEEDS)
def suggestion_move(poll_id: int, suggestion_id: int) -> ResponseReturnValue:
    """Refuse, or undo what was decided, from the state that the moderator saw."""
    seen, to = (request.form.get(name, "") for name in ("seen", "to"))

    def work(session: Session) -> None:
        if not {seen, to} <= set(SuggestionState):
            raise NotAllowedNowError
        states = {"seen": SuggestionState(seen), "to": SuggestionState(to)}
        domain.move(session, viewer(), poll_id, suggestion_id, **states)

    return _act(poll_id, work)


@room.action(f"{_DESK}/<int(max=2147483647):option_id>/set", needs=NEEDS)
def statement_set(poll_id: int, option_id: int) -> ResponseReturnValue:
    """Hide a statement or ask it again; or say that it is about the person, or is not."""
    sent = {name: request.form.get(name, "") for name in ("hidden", "about_person")}

    def work(session: Session) -> None:
        if sent["hidden"]:
            hidden = sent["hidden"] == "yes"
            domain.hide(session, viewer(), poll_id, option_id, seen=not hidden, hidden=hidden)
        elif sent["about_person"]:
            about = sent["about_person"] == "yes"
            domain.type_statement(
                session, viewer(), poll_id, option_id, seen=not about, about_person=about
            )
        else:
            raise NotAllowedNowError

    return _act(poll_id, work)


def _act(poll_id: int, work: Callable[[Session], None]) -> ResponseReturnValue:
    try:
        with transaction() as session:
            _require(session, poll_id)
            work(session)
    except NotFoundError:
        raise
    except DomainError as error:
        say(error.text, "warning")
    return redirect(url_for("polls.statements_desk", poll_id=poll_id), 303)


def _require(session: Session, poll_id: int) -> None:
    if find_moderated(session, viewer(), poll_id) is None:
        raise NotFoundError


def _moderated(poll_id: int) -> tuple[PollPage, QuestionPage]:
    poll = find_moderated(db.session(), viewer(), poll_id)
    page = poll_page(db.session(), viewer(), poll.slug) if poll else None
    if page is None or page.statements is None:
        raise NotFoundError
    return page, page.statements


def _suggested(question: QuestionPage, suggestion_id: int) -> Suggested:
    found = suggestions(db.session(), question.id)
    one = next((each for each in found if each.id == suggestion_id), None)
    if one is None:
        raise NotFoundError
    return one
