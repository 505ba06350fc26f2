"""What people wish of their paths."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.models import Preference
from hanmadang.curricula.wishes import MOST_LEVEL, Wishes


def wishes_by(session: Session, account_ids: Collection[int]) -> Mapping[int, Wishes]:
    """{person: what they wished}, for those who said something; one statement."""
    rows = session.scalars(select(Preference).where(Preference.account_id.in_(account_ids)))
    return {row.account_id: _wishes(row) for row in rows}


def wishes_of(session: Session, account_id: int) -> Wishes:
    """What one person wished; the usual where they said nothing."""
    return wishes_by(session, [account_id]).get(account_id, Wishes())


def _wishes(row: Preference) -> Wishes:
    levels = {topic: int(row.levels.get(topic, MOST_LEVEL)) for topic in row.topics}
    return Wishes(
        row.minutes_per_week, levels, row.deadline,
        captions=row.needs_captions, longest=row.longest,
    )  # fmt: skip
