"""When a poll was answered, as a drawing, a table and sentences, on the house's wall clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hanmadang.kernel.clock import Moment
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db
from hanmadang.kernel.drawing import Column, columns
from hanmadang.kernel.i18n import _, format_clock, format_day, format_moment, zone_label
from hanmadang.polls.bursts import Burst
from hanmadang.polls.models import PollState
from hanmadang.polls.queries import PollPage
from hanmadang.polls.queries.times import TimesPage, bursts_so_far, times_of
from hanmadang.polls.times import DAY, Slice, instant_of

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Drawing:
    """Columns as wide as their time and as high as people per step."""

    columns: tuple[Column, ...]
    people: int
    step: str
    """The step as one says it: ten minutes, an hour."""
    first: str
    last: str
    zone: str


@dataclass(frozen=True, slots=True)
class Bursts:
    """How often many answered at once, and when."""

    count: int
    times: tuple[str, ...]
    """In public whole hours; a running poll's moderators read minutes."""


@dataclass(frozen=True, slots=True)
class TimesShown:
    """Both, for one page; no drawing where fewer than ten answered."""

    drawing: Drawing | None
    bursts: Bursts


def times_shown(page: PollPage, language: str) -> TimesShown | None:
    """What everybody may see once the poll is closed; None where no times were counted."""
    kept = times_of(db.session(), page.id) if page.is_closed and not page.is_secret else None
    if kept is None:
        return None
    return TimesShown(_drawing(kept, language) if kept.slices else None, _hours(kept, language))


def bursts_for_desk(page: PollPage, language: str) -> Bursts | None:
    """What moderators see: minutes while the poll runs, hours once it is closed."""
    if page.is_secret or page.state is PollState.DRAFT:
        return None
    if page.is_closed:
        kept = times_of(db.session(), page.id)
        return _hours(kept, language) if kept else None
    found = bursts_so_far(db.session(), page.id)
    return Bursts(len(found), tuple(_minutes(burst, language) for burst in found))


def _hours(kept: TimesPage, language: str) -> Bursts:
    times = tuple(_span(hour, hour + timedelta(hours=1), language) for hour, _count in kept.bursts)
    return Bursts(kept.burst_count, times)


def _minutes(burst: Burst, language: str) -> str:
    when = _span(instant_of(burst.start), instant_of(burst.end), language)
    return _("%(when)s: %(n)s people", when=when, n=f"{burst.people:,}")


def _drawing(kept: TimesPage, language: str) -> Drawing:
    start, end = kept.slices[0].start, kept.slices[-1].end
    step = kept.step // timedelta(minutes=1)
    return Drawing(
        _columns(kept.slices, language),
        kept.people,
        _step_label(step),
        _point(instant_of(start), step, language),
        _point(instant_of(end - (step if step >= DAY else 0)), step, language),
        zone_label(settings().zone, language),
    )


def _columns(slices: Sequence[Slice], language: str) -> tuple[Column, ...]:
    return columns(
        [
            (
                _span(instant_of(each.start), instant_of(each.end), language),
                each.people,
                each.end - each.start,
            )
            for each in slices
        ]
    )


def _step_label(step: int) -> str:
    if step < 60:  # noqa: PLR2004  (minutes of an hour)
        return _("10 minutes")
    return _("hour") if step < DAY else _("day") if step == DAY else _("week")


def _point(instant: datetime, step: int, language: str) -> str:
    moment = Moment.from_instant(instant, settings().zone)
    if step >= DAY:
        return format_day(moment.day, "short_day", language)
    return format_moment(moment, language, "short_day")


def _span(start: datetime, end: datetime, language: str) -> str:
    """A stretch of time without saying anything twice; whole days without their hours."""
    first, last = (Moment.from_instant(each, settings().zone) for each in (start, end))
    if not (first.local.hour or first.local.minute or last.local.hour or last.local.minute):
        last_day = last.day - _DAY
        day = format_day(first.day, "short_day", language)
        if last_day == first.day:
            return day
        return _("%(start)s–%(end)s", start=day, end=format_day(last_day, "short_day", language))
    begins = format_moment(first, language, "short_day")
    ends = format_moment(last, language, "short_day")
    if last.day == first.day:
        ends = format_clock(last.local.time(), language)
    return _("%(start)s–%(end)s", start=begins, end=ends)
