"""What a running poll takes besides ballots: looked at as casting looks, under the poll's lock."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.errors import NotFoundError
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.staging import Gate


@dataclass(frozen=True, slots=True)
class Met:
    """A locked poll as visitors meet it."""

    state: PollState
    """Closed from the closing instant on, even if the closing itself comes late."""
    gate: Gate
    at: datetime

    def is_locked(self, question_id: int) -> bool:
        """Whether a moderator, or a timer, takes nothing more to this question."""
        return self.gate.is_locked(question_id, self.at)


def lock_as_met(session: Session, poll_id: int, now: datetime | None = None) -> Met:
    """The poll as it stands now, held until the end of the transaction. Raises NotFoundError.

    The closing instant is compared with `now`, or with the clock once the lock is held: whoever
    waited for the lock while time ran out is late.
    """
    row = session.execute(
        select(Poll.state, Poll.gate).where(Poll.id == poll_id).with_for_update()
    ).first()
    if row is None:
        raise NotFoundError
    state, gate, at = PollState(row.state), Gate.of(row.gate), now or clock.now()
    is_over = state is not PollState.DRAFT and gate.is_past(at)
    return Met(PollState.CLOSED if is_over else state, gate, at)
