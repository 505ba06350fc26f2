"""What this device answered, while the poll's secret still exists to find it."""

from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from hanmadang.kernel.db import read
from hanmadang.polls.models import Ballot, Poll, PollState, Question, QuestionType
from hanmadang.polls.rules import receipt_of, voter_key
from hanmadang.polls.shapes import Answer, Settings


@dataclass(frozen=True, slots=True)
class Mine:
    """One device in one poll."""

    voter_key: str = ""
    """Empty where the device is unknown or the poll is closed."""
    chosen: dict[int, Answer] = field(default_factory=dict)
    """Answers by question id; questions answered and taken back are absent."""
    receipt: str = ""

    @property
    def has_answered(self) -> bool:
        """Whether any question holds an answer."""
        return bool(self.chosen)


@dataclass(frozen=True, slots=True)
class OpenPoll:
    """What must be known of an open poll to count an answer."""

    id: int
    secret: str
    questions: tuple[tuple[int, QuestionType, Settings], ...]


_OPEN = (
    select(Poll.id, Poll.secret, Question.id, Question.type, Question.settings)
    .join(Question, Question.poll_id == Poll.id)
    .where(Poll.slug == bindparam("slug"), Poll.state == PollState.OPEN.value)
)


def open_poll(session: Session, slug: str) -> OpenPoll | None:
    """The poll with that slug while it is open; one statement."""
    rows = read(session, _OPEN, slug=slug).all()
    if not rows or rows[0][1] is None:
        return None
    questions = tuple((row[2], QuestionType(row[3]), Settings.of(row[4])) for row in rows)
    return OpenPoll(rows[0][0], rows[0][1], questions)


def answers_of(session: Session, poll_id: int, device: str) -> Mine:
    """This device's answers; nothing for no device or a closed poll."""
    secret = session.scalar(select(Poll.secret).where(Poll.id == poll_id)) if device else None
    if not secret:
        return Mine()
    voter = voter_key(secret, device)
    rows = session.execute(
        select(Ballot.question_id, Ballot.rev, Ballot.choices)
        .join(Question, Question.id == Ballot.question_id)
        .where(Question.poll_id == poll_id, Ballot.voter_key == voter)
    ).all()
    chosen = {row.question_id: tuple(row.choices) for row in rows if row.choices}
    receipt = receipt_of(secret, voter, [tuple(row) for row in rows]) if rows else ""
    return Mine(voter, chosen, receipt)
