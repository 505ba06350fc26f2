"""When a poll was answered: minutes while it runs, slices and bursts once it is closed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.polls.bursts import Burst, bursts_of
from hanmadang.polls.models_pace import Pace, Times
from hanmadang.polls.times import Slice, instant_of


@dataclass(frozen=True, slots=True)
class PaceCounts:
    """Counts by minute of a running poll, and the minutes in which the room was asked."""

    people: Mapping[int, int]
    asked: frozenset[int]


@dataclass(frozen=True, slots=True)
class TimesPage:
    """What everybody may know of when a closed poll was answered."""

    people: int
    step: timedelta
    slices: tuple[Slice, ...]
    bursts: tuple[tuple[datetime, int], ...]
    """Hours by their beginning, with how many bursts began in each."""

    @property
    def burst_count(self) -> int:
        """How many bursts there were."""
        return sum(count for _hour, count in self.bursts)

    def to_json(self) -> dict[str, Any]:
        """For the open data."""
        return {
            "people": self.people,
            "step_minutes": self.step // timedelta(minutes=1),
            "slices": [
                {"from": _iso(start), "until": _iso(end), "people": people}
                for start, end, people in self.slices
            ],
            "bursts": [{"hour": hour.isoformat(), "bursts": count} for hour, count in self.bursts],
        }


def times_of(session: Session, poll_id: int) -> TimesPage | None:
    """Of a closed poll; None for one that is secret, or ran before times were counted."""
    kept = session.get(Times, poll_id)
    if kept is None:
        return None
    return TimesPage(
        kept.people,
        timedelta(minutes=kept.step),
        tuple(Slice(*each) for each in kept.slices),
        tuple((instant_of(hour), count) for hour, count in kept.bursts),
    )


def pace_of(session: Session, poll_id: int) -> PaceCounts:
    """Of a running poll; empty for a secret one."""
    rows = session.execute(
        select(Pace.minute, Pace.people, Pace.asked).where(Pace.poll_id == poll_id)
    ).all()
    people = {row.minute: row.people for row in rows if row.people}
    return PaceCounts(people, frozenset(row.minute for row in rows if row.asked))


def bursts_so_far(session: Session, poll_id: int) -> list[Burst]:
    """The bursts of a running poll, for those who moderate it."""
    pace = pace_of(session, poll_id)
    return bursts_of(pace.people, pace.asked)


def _iso(minute: int) -> str:
    return instant_of(minute).isoformat()
