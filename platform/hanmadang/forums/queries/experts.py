"""Experts' profiles and when they can speak."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.forums.models import Availability, AvailabilityBlock, Block, ExpertProfile
from hanmadang.forums.queries.forums import Forum
from hanmadang.forums.queries.talks import Spans, covered
from hanmadang.kernel.clock import Moment

HOURS = {Block.NIGHT: 0, Block.MORNING: 6, Block.AFTERNOON: 12, Block.EVENING: 18}
"""The local hour at which each half day begins; each lasts to the next."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cell:
    """One half day on the table to paint."""

    day: date
    block: Block
    starts: Moment
    ends: Moment
    painted: bool
    during: bool
    """Whether the forum runs at some time in it."""

    @property
    def value(self) -> str:
        """How the form names it: ``2026-12-20.morning``."""
        return f"{self.day.isoformat()}.{self.block}"

    def starts_in(self, zone_name: str) -> Moment:
        """The start on the wall clocks of another zone."""
        return Moment.from_instant(self.starts.instant, zone_name)

    def ends_in(self, zone_name: str) -> Moment:
        """The end on the wall clocks of another zone."""
        return Moment.from_instant(self.ends.instant, zone_name)


def profile_of(session: Session, account_id: int) -> ExpertProfile | None:
    """The profile of that account."""
    return session.scalars(
        select(ExpertProfile).where(ExpertProfile.account_id == account_id)
    ).first()


def has_painted(session: Session, profile_id: int, call_id: int) -> bool:
    """Whether the expert said for this call when they can speak."""
    found = select(Availability.id).where(
        Availability.profile_id == profile_id, Availability.call_id == call_id
    )
    return session.scalar(found) is not None


def to_paint(session: Session, profile: ExpertProfile, forum: Forum) -> list[list[Cell]]:
    """The half days, day by day, that touch the forum's days, on the expert's wall clocks."""
    spans = _spans(session, profile.id, forum.call.id) if forum.call else []
    return [
        [_cell(day, block, profile.zone, forum, spans) for block in Block]
        for day in _days(forum, profile.zone)
    ]


def _spans(session: Session, profile_id: int, call_id: int) -> list[tuple[datetime, datetime]]:
    rows = session.execute(
        select(AvailabilityBlock.starts_at, AvailabilityBlock.ends_at)
        .join(Availability, Availability.id == AvailabilityBlock.availability_id)
        .where(Availability.profile_id == profile_id, Availability.call_id == call_id)
        .order_by(AvailabilityBlock.starts_at)
    )
    return [(row.starts_at, row.ends_at) for row in rows]


def _days(forum: Forum, zone_name: str) -> Sequence[date]:
    """The expert's local days from the first midnight to the last of the forum's days."""
    midnight = Moment.at(datetime.combine(forum.starts.day, time()), forum.zone).instant
    after = Moment.at(datetime.combine(forum.ends.day + _DAY, time()), forum.zone).instant
    first = Moment.from_instant(midnight, zone_name).day
    last = Moment.from_instant(after - timedelta(minutes=1), zone_name).day
    return [first + _DAY * n for n in range((last - first).days + 1)]


def span_of(day: date, block: Block, zone_name: str) -> tuple[Moment, Moment]:
    """Start and end of a half day on that zone's clocks; its length varies as clocks change."""
    midnight = datetime.combine(day, time())
    start = midnight + timedelta(hours=HOURS[block])
    return Moment.at(start, zone_name), Moment.at(start + timedelta(hours=6), zone_name)


def _cell(day: date, block: Block, zone_name: str, forum: Forum, spans: Spans) -> Cell:
    starts, ends = span_of(day, block, zone_name)
    return Cell(
        day, block, starts, ends,
        painted=covered(spans, starts.instant, ends.instant),
        during=starts.instant < forum.ends.instant and forum.starts.instant < ends.instant,
    )  # fmt: skip
