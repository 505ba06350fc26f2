"""VTIMEZONE blocks for calendar files; the only product file that knows the icalendar library."""

from datetime import date
from functools import lru_cache

from icalendar import Timezone

_SEOUL = (
    "BEGIN:VTIMEZONE",
    "TZID:Asia/Seoul",
    "BEGIN:STANDARD",
    "DTSTART:19881009T020000",
    "TZNAME:KST",
    "TZOFFSETFROM:+0900",
    "TZOFFSETTO:+0900",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@lru_cache(maxsize=64)
def block(zone: str, first_year: int, last_year: int) -> tuple[str, ...]:
    """The lines that tell a calendar how `zone` runs in those years."""
    if zone == "Asia/Seoul":  # the zone of nearly every event, with one offset since 1988
        return _SEOUL
    found = Timezone.from_tzid(
        zone, first_date=date(first_year - 1, 1, 1), last_date=date(last_year + 2, 1, 1)
    )
    return tuple(found.to_ical().decode().replace("\r\n ", "").strip().split("\r\n"))
