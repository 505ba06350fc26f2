"""When an exhibition is open: weekly hours, holidays and the Monday rule, on local days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from hanmadang.events import public_holidays
from hanmadang.events.models import MondayRule
from hanmadang.kernel.clock import Moment, zone

_MONDAY = 0
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours on some weekdays (0 is Monday), as the place's wall clock reads them."""

    weekdays: frozenset[int]
    opens: time
    closes: time
    last_entry: time | None = None

    @property
    def mask(self) -> int:
        """The weekdays as stored: bit 0 is Monday."""
        return sum(1 << day for day in self.weekdays)

    @classmethod
    def stored(cls, mask: int, opens: time, closes: time, last_entry: time | None) -> "Hours":
        """From the columns of an opening rule."""
        days = frozenset(day for day in range(7) if mask >> day & 1)
        return cls(days, opens, closes, last_entry)


@dataclass(frozen=True, slots=True)
class Opening:
    """One day on which the doors open."""

    day: date
    hours: Hours


@dataclass(frozen=True, slots=True)
class Season:
    """Everything that decides when an exhibition is open."""

    first_day: date
    last_day: date
    zone: str
    hours: tuple[Hours, ...]
    closed_holidays: frozenset[str] = frozenset()
    monday_rule: MondayRule = MondayRule.AS_LISTED

    def hours_on(self, day: date) -> Hours | None:
        """The hours of that local day; None when the doors stay shut."""
        if not self.first_day <= day <= self.last_day or self._shut(day):
            return None
        open_monday = day.weekday() == _MONDAY and self._opens_on_monday(day)
        for hours in self.hours:
            if day.weekday() in hours.weekdays or open_monday:
                return hours
        return None

    def open_at(self, instant: datetime) -> Hours | None:
        """The day's hours if the doors are open at that instant; the closing minute is shut."""
        here = instant.astimezone(zone(self.zone))
        hours = self.hours_on(here.date())
        return hours if hours and hours.opens <= here.time() < hours.closes else None

    def next_opening(self, instant: datetime) -> Opening | None:
        """The next day the doors open after `instant`; today counts until its opening time."""
        here = instant.astimezone(zone(self.zone))
        start = here.date() if self._opens_later(here) else here.date() + _DAY
        return next(self.openings(max(start, self.first_day)), None)

    def openings(self, start: date | None = None) -> Iterator[Opening]:
        """Every open day from `start` (or the first) to the last."""
        day = max(start or self.first_day, self.first_day)
        while day <= self.last_day:
            if hours := self.hours_on(day):
                yield Opening(day, hours)
            day += _DAY

    def _opens_later(self, here: datetime) -> bool:
        hours = self.hours_on(here.date())
        return hours is not None and here.time() < hours.opens

    def _shut(self, day: date) -> bool:
        if self.closed_holidays & {holiday.value for holiday in public_holidays.named(day)}:
            return True
        if self.monday_rule is MondayRule.AS_LISTED:
            return False
        if day.weekday() == _MONDAY:
            return not self._opens_on_monday(day)
        return self.monday_rule is MondayRule.MOVES and _rests_for_monday(day)

    def _opens_on_monday(self, day: date) -> bool:
        return self.monday_rule is MondayRule.MOVES and public_holidays.is_public_holiday(day)


def _rests_for_monday(day: date) -> bool:
    """Whether `day` is the first working day after a Monday that was a public holiday."""
    if public_holidays.is_public_holiday(day):
        return False
    before = day - _DAY
    while public_holidays.is_public_holiday(before):
        if before.weekday() == _MONDAY:
            return True
        before -= _DAY
    return False


def whole_days(first: date, last: date, zone_name: str) -> tuple[datetime, datetime]:
    """The instants of the first midnight and of the midnight after the last day."""
    begins = Moment.at(datetime.combine(first, time()), zone_name).instant
    return begins, Moment.at(datetime.combine(last + _DAY, time()), zone_name).instant
