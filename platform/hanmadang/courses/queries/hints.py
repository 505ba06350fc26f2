"""Which hints a person was told."""

from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.models import EventKind, LearningEvent


def hints_told(session: Session, account_id: int, unit_id: int) -> dict[str, int]:
    """{question: how many of its hints the person was told}, of the unit."""
    keys = session.scalars(
        select(LearningEvent.key).where(
            LearningEvent.account_id == account_id,
            LearningEvent.unit_id == unit_id,
            LearningEvent.kind == EventKind.HINTED.value,
        )
    )
    return dict(Counter(key.split(":")[2] for key in keys))
