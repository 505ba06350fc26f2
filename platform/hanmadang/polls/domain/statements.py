"""Statements that citizens suggest; what they ask for is decided in `statements_desk`."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hanmadang.kernel.errors import DomainError, KeyReusedError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.text import one_line
from hanmadang.polls.domain.taking import lock_as_met
from hanmadang.polls.models import PollState, Question, QuestionType
from hanmadang.polls.models_statements import OpinionResult, Suggestion, SuggestionState
from hanmadang.polls.rules_audience import Person, language_of, request_mark
from hanmadang.polls.rules_statements import LONGEST_STATEMENT, MOST_WAITING
from hanmadang.polls.shapes import Settings


class UnusableStatementError(DomainError):
    """The text cannot be taken as it is."""

    status = 422


class NoSuggestionsError(NotAllowedNowError):
    """The poll takes no suggestions now."""

    text = lazy("No statements are being taken at the moment.")


def statement_question(session: Session, poll_id: int) -> Question:
    """The poll's question of statements as it is now stored. Raises NotFoundError."""
    found = session.scalars(
        select(Question)
        .where(Question.poll_id == poll_id, Question.type == QuestionType.STATEMENTS.value)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise NotFoundError
    return found


def suggest(  # noqa: PLR0913  (an act of a person in a poll, with its words)
    session: Session,
    poll_id: int,
    person: Person,
    text: str,
    *,
    page: str,
    key: str,
    now: datetime | None = None,
) -> Suggestion:
    """Suggest a statement; `page` is the language it was typed in.

    A request that comes again with the idempotency `key` of one before changes nothing. Raises
    NotFoundError, NoSuggestionsError, UnusableStatementError, KeyReusedError, NotAllowedNowError.
    """
    met = lock_as_met(session, poll_id, now)
    question = statement_question(session, poll_id)
    text = one_line(text)
    mark = request_mark(person, key, text, "") if person.marker else ""
    before = _suggested_before(session, question.id, mark)
    if before is not None:
        return before
    if not Settings.of(question.settings).suggest or met.state is PollState.DRAFT:
        raise NotFoundError
    if met.state is not PollState.OPEN or met.is_locked(question.id) or not person.asker:
        raise NoSuggestionsError
    check_text(text)
    _check_waiting(session, question.id, person)
    last = select(func.max(Suggestion.number)).where(Suggestion.question_id == question.id)
    made = Suggestion(
        question_id=question.id,
        number=(session.scalar(last) or 0) + 1,
        text=text,
        language=language_of(text, page),
        suggester=person.asker,
        mark=mark,
        state=SuggestionState.PENDING.value,
    )
    session.add(made)
    session.flush()
    return made


def check_text(text: str) -> None:
    """Raises UnusableStatementError for an empty or a long text."""
    if not text:
        raise UnusableStatementError(text=lazy("Please write your statement."))
    if len(text) > LONGEST_STATEMENT:
        raise UnusableStatementError(
            text=lazy("Please use at most %(n)s characters.", n=LONGEST_STATEMENT)
        )


def untie_statements(session: Session, poll_id: int) -> None:
    """At closing: nobody is known to have suggested anything, and refreshes begin anew."""
    mine = select(Question.id).where(Question.poll_id == poll_id)
    session.execute(
        update(Suggestion).where(Suggestion.question_id.in_(mine)).values(suggester="", mark=""),
        execution_options=_UNSYNCED,
    )
    session.execute(
        update(OpinionResult)
        .where(OpinionResult.question_id.in_(mine))
        .values(ledger={}, memory={}),
        execution_options=_UNSYNCED,
    )


_UNSYNCED = {"synchronize_session": False}


def _suggested_before(session: Session, question_id: int, mark: str) -> Suggestion | None:
    """What this request suggested the first time; the poll is locked. Raises KeyReusedError."""
    if not mark:
        return None
    key, dot, _contents = mark.partition(".")
    known = select(Suggestion).where(
        Suggestion.question_id == question_id, Suggestion.mark.startswith(key + dot)
    )
    found = session.scalars(known.execution_options(populate_existing=True)).first()
    if found is not None and found.mark != mark:
        raise KeyReusedError
    return found


def _check_waiting(session: Session, question_id: int, person: Person) -> None:
    waiting = select(func.count()).where(
        Suggestion.question_id == question_id,
        Suggestion.suggester == person.asker,
        Suggestion.state == SuggestionState.PENDING.value,
    )
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise NotAllowedNowError(
            text=lazy(
                "%(n)s of your statements are waiting for a moderator. Please suggest again once "
                "they have been read.",
                n=MOST_WAITING,
            )
        )
