"""Korean public holidays; the only file that knows the `holidays` library."""

from datetime import date
from functools import lru_cache

import holidays

from hanmadang.events.models import ClosedHoliday

_NAMED = {
    "신정연휴": ClosedHoliday.NEW_YEAR,
    "설날 전날": ClosedHoliday.SEOLLAL,
    "설날": ClosedHoliday.SEOLLAL,
    "설날 다음날": ClosedHoliday.SEOLLAL,
    "추석 전날": ClosedHoliday.CHUSEOK,
    "추석": ClosedHoliday.CHUSEOK,
    "추석 다음날": ClosedHoliday.CHUSEOK,
}


@lru_cache(maxsize=16)
def _year(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("KR", years=year, language="ko"))


def is_public_holiday(day: date) -> bool:
    """Whether Korea rests on that day, substitute holidays included, plain Sundays not."""
    return day in _year(day.year)


def named(day: date) -> frozenset[ClosedHoliday]:
    """The holidays of ours that fall on that day; empty on a working day."""
    name = _year(day.year).get(day)
    if name is None:
        return frozenset()
    parts = (_NAMED.get(part.strip()) for part in name.split(";"))
    return frozenset({ClosedHoliday.EVERY, *(part for part in parts if part)})
