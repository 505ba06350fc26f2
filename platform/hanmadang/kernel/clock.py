"""The only place that reads the time, so that tests and drills can move it.

Instants are timezone-aware UTC. What people agree on in the future is a `Moment`: the wall
clock they wrote, the IANA zone it holds in, and the instant that follows from the two; zone
rules change (Asia/Pyongyang did in 2015 and 2018), so the wall clock is the truth.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_read: Callable[[], datetime] = lambda: datetime.now(UTC)  # noqa: E731  (replaced by `frozen`)


def now() -> datetime:
    """This instant, aware, in UTC."""
    return _read()


def monotonic() -> float:
    """Seconds that never go backwards, for durations and the watchdog."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Sleep; here so that nothing else imports `time`."""
    time.sleep(seconds)


@contextmanager
def frozen(instant: datetime) -> Iterator[Callable[[timedelta], None]]:
    """Hold the clock at `instant`; yields a function that moves it on. For tests and drills."""
    global _read  # noqa: PLW0603  (one clock per process is the point)
    held = [instant.astimezone(UTC)]
    before, _read = _read, lambda: held[0]

    def advance(step: timedelta) -> None:
        held[0] += step

    try:
        yield advance
    finally:
        _read = before


@lru_cache(maxsize=128)
def zone(name: str) -> ZoneInfo:
    """The IANA zone of that name; raises ZoneInfoNotFoundError for an unknown one."""
    return ZoneInfo(name)


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A point in the future as people agreed on it."""

    instant: datetime
    """Aware, UTC."""
    local: datetime
    """The wall clock as written: naive, minutes matter, seconds do not."""
    zone: str
    """IANA name."""

    @classmethod
    def at(cls, local: datetime, zone_name: str) -> "Moment":
        """From a wall clock: a gap means the first valid time after it, a fold the first pass."""
        place = zone(zone_name)
        naive = local.replace(tzinfo=None, fold=0)
        instant = naive.replace(tzinfo=place).astimezone(UTC)
        back = instant.astimezone(place).replace(tzinfo=None, fold=0)
        if back != naive:  # inside a gap: the offset before the gap carries us past its end
            instant = _end_of_gap(naive, place)
        return cls(instant, naive, zone_name)

    @classmethod
    def from_instant(cls, instant: datetime, zone_name: str) -> "Moment":
        """From an instant, as the wall clocks of `zone_name` show it."""
        local = instant.astimezone(zone(zone_name)).replace(tzinfo=None, fold=0)
        return cls(instant.astimezone(UTC), local, zone_name)

    def days_before(self, days: int) -> datetime:
        """The same wall clock `days` earlier, as an instant ("one day before")."""
        return Moment.at(self.local - timedelta(days=days), self.zone).instant

    def elapsed_before(self, span: timedelta) -> datetime:
        """Exactly `span` of elapsed time earlier ("two hours before")."""
        return self.instant - span

    @property
    def day(self) -> date:
        """The local calendar day."""
        return self.local.date()


def _end_of_gap(naive: datetime, place: ZoneInfo) -> datetime:
    """The first instant after the gap that swallows the wall clock `naive`."""
    before = naive.replace(tzinfo=place, fold=0).utcoffset() or timedelta()
    after = naive.replace(tzinfo=place, fold=1).utcoffset() or timedelta()
    low = (naive - max(before, after)).replace(tzinfo=UTC)
    high = (naive - min(before, after)).replace(tzinfo=UTC)
    start = low.astimezone(place).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(place).utcoffset() == start:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def today(zone_name: str) -> date:
    """The calendar day now in that zone."""
    return now().astimezone(zone(zone_name)).date()
