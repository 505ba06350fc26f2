"""What pages read of suggested statements, and who a device is as a suggester."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_statements import Suggestion, SuggestionState
from hanmadang.polls.rules_audience import NO_PERSON, Person
from hanmadang.polls.rules_statements import suggester_of


@dataclass(frozen=True, slots=True)
class Suggested:
    """A suggested statement."""

    id: int
    number: int
    text: str
    language: str
    state: SuggestionState
    option_id: int | None


def suggester(session: Session, poll_id: int, device: str) -> Person:
    """Who the device is; nobody while the poll takes no answers."""
    row = session.execute(select(Poll.secret, Poll.state).where(Poll.id == poll_id)).first()
    if row is None or row[1] != PollState.OPEN:
        return NO_PERSON
    return suggester_of(row[0], device)


def own_suggestions(session: Session, question_id: int, person: Person) -> list[Suggested]:
    """What this device suggested, with what became of it."""
    if not person.asker:
        return []
    return _suggestions(session, question_id, person.asker)


def suggestions(session: Session, question_id: int) -> list[Suggested]:
    """Every suggestion, for moderators."""
    return _suggestions(session, question_id)


def waiting(session: Session, question_id: int) -> int:
    """How many suggestions wait for a moderator."""
    pending = Suggestion.state == SuggestionState.PENDING.value
    mine = select(func.count()).where(Suggestion.question_id == question_id, pending)
    return session.scalar(mine) or 0


def _suggestions(session: Session, question_id: int, asker: str = "") -> list[Suggested]:
    statement = select(
        Suggestion.id, Suggestion.number, Suggestion.text, Suggestion.language,
        Suggestion.state, Suggestion.option_id,
    ).where(Suggestion.question_id == question_id).order_by(Suggestion.number)  # fmt: skip
    if asker:
        statement = statement.where(Suggestion.suggester == asker)
    return [
        Suggested(row[0], row[1], row[2], row[3], SuggestionState(row[4]), row[5])
        for row in session.execute(statement)
    ]
