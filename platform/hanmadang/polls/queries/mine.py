"""What this device answered, while the poll's secret still exists to find it."""

from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.polls.models import Ballot, Poll, Question
from hanmadang.polls.rules import receipt_of, voter_key


@dataclass(frozen=True, slots=True)
class Mine:
    """One device in one poll."""

    voter_key: str = ""
    """Empty where the device is unknown or the poll is closed."""
    chosen: dict[int, frozenset[int]] = field(default_factory=dict)
    """Option ids by question id; questions answered and taken back are absent."""
    receipt: str = ""

    @property
    def has_answered(self) -> bool:
        """Whether any question holds an answer."""
        return bool(self.chosen)


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
    chosen = {row.question_id: frozenset(row.choices) for row in rows if row.choices}
    receipt = receipt_of(secret, voter, [tuple(row) for row in rows]) if rows else ""
    return Mine(voter, chosen, receipt)
