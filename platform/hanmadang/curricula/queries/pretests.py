"""Where a person's pre-test stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.engine.pretest import Asked
from hanmadang.curricula.models import Outcome, Pretest, PretestAnswer, PretestState

RIGHT = {Outcome.RIGHT: True, Outcome.WRONG: False, Outcome.UNSURE: None}
"""An outcome as the engine takes it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A pre-test that was begun."""

    ended: bool
    asked: Sequence[Asked]
    before: Sequence[int]
    """The lessons of the path when it began."""


def standing_of(session: Session, account_id: int) -> Standing | None:
    """An account's pre-test; None where there is none. Two statements."""
    found = session.get(Pretest, account_id)
    if found is None:
        return None
    ended = found.state == PretestState.ENDED.value
    return Standing(ended, tried_so_far(session, account_id), tuple(found.before))


def tried_so_far(session: Session, account_id: int) -> list[Asked]:
    """What was answered, in order."""
    rows = session.scalars(
        select(PretestAnswer)
        .where(PretestAnswer.account_id == account_id)
        .order_by(PretestAnswer.place)
    )
    return [
        Asked(row.question_id, row.competency_code, RIGHT[Outcome(row.outcome)]) for row in rows
    ]
