"""What moderators do with statements: every act is conditional on what they saw, and audited.

Each one raises the poll's `rules`, so that casting, in whichever process, reads them anew.
"""

from typing import cast

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain.announcing import announce_after_commit
from hanmadang.polls.domain.audience_desk import FasterError
from hanmadang.polls.domain.audience_sitting import lock_poll
from hanmadang.polls.domain.statements import check_text, statement_question
from hanmadang.polls.models import Option, Poll, PollState, Question, Tally
from hanmadang.polls.models_statements import SUGGESTION_STEPS, Suggestion, SuggestionState
from hanmadang.polls.shapes import MOST_STATEMENTS

_UNSYNCED = {"synchronize_session": False}
_ACTS = {
    SuggestionState.PENDING: "statement.returned",
    SuggestionState.ACCEPTED: "statement.accepted",
    SuggestionState.REFUSED: "statement.refused",
}


def accept(  # noqa: PLR0913  (who, where, what, and how it is asked)
    session: Session,
    actor: Viewer | None,
    poll_id: int,
    suggestion_id: int,
    label: Bilingual,
    *,
    about_person: bool = False,
) -> Option:
    """Ask a suggested statement from now on, in the words of `label`.

    Raises NotFoundError, UnusableStatementError, NotAllowedNowError, FasterError.
    """
    question, suggestion = _locked(session, poll_id, suggestion_id)
    for part in label.parts.values():
        check_text(part.text)
    if not label:
        check_text("")
    if suggestion.state != SuggestionState.PENDING:
        raise FasterError
    option = Option(
        question_id=question.id,
        position=_next_position(session, question.id),
        label=label,
        about_person=about_person,
        tally=Tally(count=0),
    )
    session.add(option)
    session.flush()
    suggestion.state, suggestion.option_id = SuggestionState.ACCEPTED.value, option.id
    _written(session, actor, suggestion, f"as statement {option.id}")
    _changed(session, poll_id)
    return option


def move(  # noqa: PLR0913  (who, where, what, from, to)
    session: Session,
    actor: Viewer | None,
    poll_id: int,
    suggestion_id: int,
    *,
    seen: SuggestionState,
    to: SuggestionState,
) -> None:
    """Refuse a suggestion, or undo what was decided.

    Accepting is undone only while nobody has voted on the statement; after that it can be hidden.
    Raises NotFoundError, NotAllowedNowError, FasterError.
    """
    _question, suggestion = _locked(session, poll_id, suggestion_id)
    SUGGESTION_STEPS.check(seen, to)
    if to is SuggestionState.ACCEPTED:
        raise NotAllowedNowError
    if suggestion.state != seen:
        raise FasterError
    option_id, suggestion.option_id = suggestion.option_id, None
    suggestion.state = to.value
    _written(session, actor, suggestion, f"from {seen.value}")
    if option_id is not None:
        _remove(session, option_id)
        _changed(session, poll_id)


def hide(  # noqa: PLR0913  (who, where, what, from, to)
    session: Session,
    actor: Viewer | None,
    poll_id: int,
    option_id: int,
    *,
    seen: bool,
    hidden: bool,
) -> None:
    """Stop asking a statement, or ask it again; its votes are kept.

    Raises NotFoundError, NotAllowedNowError once the poll is closed, FasterError.
    """
    _open_question(session, poll_id)
    _step(session, poll_id, option_id, "hidden", (seen, hidden))
    act = "statement.hidden" if hidden else "statement.shown"
    audit.record(session, actor, act, kind="poll_option", id=option_id)


def type_statement(  # noqa: PLR0913  (who, where, what, from, to)
    session: Session,
    actor: Viewer | None,
    poll_id: int,
    option_id: int,
    *,
    seen: bool,
    about_person: bool,
) -> None:
    """Say whether a statement is about the person, and thus left out of opinion groups.

    Raises NotFoundError, NotAllowedNowError once the poll is closed, FasterError.
    """
    _open_question(session, poll_id)
    _step(session, poll_id, option_id, "about_person", (seen, about_person))
    word = "person" if about_person else "opinion"
    audit.record(session, actor, "statement.typed", kind="poll_option", id=option_id, detail=word)


def _open_question(session: Session, poll_id: int) -> Question:
    state = lock_poll(session, poll_id)
    question = statement_question(session, poll_id)
    if state is PollState.CLOSED:
        raise NotAllowedNowError(text=lazy("The poll is closed; its statements stay as they are."))
    return question


def _locked(session: Session, poll_id: int, suggestion_id: int) -> tuple[Question, Suggestion]:
    question = _open_question(session, poll_id)
    found = session.get(Suggestion, suggestion_id, populate_existing=True)
    if found is None or found.question_id != question.id:
        raise NotFoundError
    return question, found


def _step(
    session: Session, poll_id: int, option_id: int, name: str, seen_and_to: tuple[bool, bool]
) -> None:
    """Only from what was seen: of two moderators one acts, the other is told."""
    question = statement_question(session, poll_id)
    option = session.get(Option, option_id, populate_existing=True)
    if option is None or option.question_id != question.id:
        raise NotFoundError
    seen, wanted = seen_and_to
    moved = session.execute(
        update(Option)
        .where(Option.id == option_id, getattr(Option, name).is_(seen))
        .values({name: wanted}),
        execution_options=_UNSYNCED,
    )
    if cast("CursorResult[object]", moved).rowcount != 1:
        raise FasterError
    _changed(session, poll_id)


def _next_position(session: Session, question_id: int) -> int:
    mine = select(func.count(), func.max(Option.position)).where(Option.question_id == question_id)
    count, last = session.execute(mine).one()
    if count >= MOST_STATEMENTS:
        raise NotAllowedNowError(
            text=lazy("A poll asks at most %(n)s statements.", n=MOST_STATEMENTS)
        )
    return int(last) + 1


def _remove(session: Session, option_id: int) -> None:
    voted = session.scalar(select(Tally.count).where(Tally.option_id == option_id))
    if voted:
        raise NotAllowedNowError(
            text=lazy("People have voted on this statement already. You can hide it instead.")
        )
    session.flush()
    session.execute(delete(Tally).where(Tally.option_id == option_id), execution_options=_UNSYNCED)
    session.execute(delete(Option).where(Option.id == option_id), execution_options=_UNSYNCED)


def _written(session: Session, actor: Viewer | None, suggestion: Suggestion, detail: str) -> None:
    session.flush()
    act = _ACTS[SuggestionState(suggestion.state)]
    audit.record(session, actor, act, kind="poll_suggestion", id=suggestion.id, detail=detail)


def _changed(session: Session, poll_id: int) -> None:
    session.execute(
        update(Poll)
        .where(Poll.id == poll_id)
        .values(rules=Poll.rules + 1, version=Poll.version + 1),
        execution_options=_UNSYNCED,
    )
    announce_after_commit([poll_id])
