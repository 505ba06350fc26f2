"""The moderators' page of typed answers: what waits comes first, one tap decides."""

from collections.abc import Callable

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _n
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.polls.domain import words_desk as domain
from hanmadang.polls.models_words import WordState
from hanmadang.polls.queries import PollPage, QuestionPage, poll_page
from hanmadang.polls.queries.desk import find_moderated
from hanmadang.polls.queries.words import all_words
from hanmadang.polls.rules_words import FEWEST_ALIKE
from hanmadang.polls.views.room import room

NEEDS = Permission.POLLS_MODERATE
_DESK = "/desk/polls/<int(max=2147483647):poll_id>/words/<int(max=2147483647):question_id>"
_MOST = 300
"""Answers of one state on the page; deciding some brings up the next."""


@room.page(_DESK, needs=NEEDS)
def words_desk(poll_id: int, question_id: int) -> ResponseReturnValue:
    """What waits, what is shown, what is hidden."""
    page, question = _moderated(poll_id, question_id)
    found = all_words(db.session(), question.id)
    by_state = {state: [each for each in found if each.state is state] for state in WordState}
    return render(
        "polls/words_desk.html",
        poll=page,
        question=question,
        words={state.value: words[:_MOST] for state, words in by_state.items()},
        numbers={state.value: len(words) for state, words in by_state.items()},
        frequent=[each for each in by_state[WordState.PENDING] if each.count >= FEWEST_ALIKE],
        fewest=FEWEST_ALIKE,
    )


@room.action(f"{_DESK}/<int(max=2147483647):word_id>/move", needs=NEEDS)
def word_move(poll_id: int, question_id: int, word_id: int) -> ResponseReturnValue:
    """Show, hide or undo, from the state that the moderator saw."""
    seen, to = (request.form.get(name, "") for name in ("seen", "to"))

    def work(session: Session) -> None:
        if not {seen, to} <= set(WordState):
            raise NotAllowedNowError
        states = {"seen": WordState(seen), "to": WordState(to)}
        domain.move_word(session, viewer(), question_id, word_id, **states)

    return _act(poll_id, question_id, work)


@room.action(f"{_DESK}/frequent", needs=NEEDS)
def words_frequent(poll_id: int, question_id: int) -> ResponseReturnValue:
    """Show all of those on the page that several people typed."""
    seen = [int(text) for text in request.form.getlist("seen") if _is_id(text)][:_MOST]

    def work(session: Session) -> None:
        number = domain.show_frequent(session, viewer(), question_id, seen)
        say(_n("%(n)s answer is shown now.", "%(n)s answers are shown now.", number))

    return _act(poll_id, question_id, work)


_LONGEST_ID = len("2147483647")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID


def _act(poll_id: int, question_id: int, work: Callable[[Session], None]) -> ResponseReturnValue:
    try:
        with transaction() as session:
            _require(session, poll_id)
            domain.require_question(session, poll_id, question_id)
            work(session)
    except NotFoundError:
        raise
    except DomainError as error:
        say(error.text, "warning")
    return redirect(url_for("polls.words_desk", poll_id=poll_id, question_id=question_id), 303)


def _require(session: Session, poll_id: int) -> None:
    if find_moderated(session, viewer(), poll_id) is None:
        raise NotFoundError


def _moderated(poll_id: int, question_id: int) -> tuple[PollPage, QuestionPage]:
    poll = find_moderated(db.session(), viewer(), poll_id)
    page = poll_page(db.session(), viewer(), poll.slug) if poll else None
    asked = page.questions if page else ()
    question = next((each for each in asked if each.id == question_id and each.is_typed), None)
    if page is None or question is None:
        raise NotFoundError
    return page, question
