"""When a poll was answered, in slices that hold ten people or more."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hanmadang.polls.survey.thresholds import SMALLEST_CELL

HOUR = 60
DAY = 24 * HOUR
_STEPS = ((3 * HOUR, 10), (3 * DAY, HOUR), (60 * DAY, DAY))
"""How long answers came in at most, and the step that goes with it; beyond, whole weeks."""
_LONGEST = 7 * DAY
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Slice(NamedTuple):
    """How many answered for the first time from one minute until before another."""

    start: int
    end: int
    people: int


def minute_of(instant: datetime) -> int:
    """Whole minutes since 1970."""
    return (instant - _EPOCH) // timedelta(minutes=1)


def instant_of(minute: int) -> datetime:
    """Where the minute begins."""
    return _EPOCH + timedelta(minutes=minute)


def step_of(people: Mapping[int, int]) -> int:
    """Minutes of the narrowest slice: the longer a poll ran, the wider."""
    counted = [minute for minute, count in people.items() if count]
    took = max(counted) - min(counted) if counted else 0
    return next((step for most, step in _STEPS if took < most), _LONGEST)


def slices_of(people: Mapping[int, int], step: int, offset: int) -> list[Slice]:
    """Counts by minute in steps of a clock `offset` minutes ahead of UTC, merged from the first on.

    A slice ends with the step in which it reaches ten; what is left over joins the last one.
    Fewer than ten in all give no slice.
    """
    steps: Counter[int] = Counter()
    for minute, count in people.items():
        if count:
            steps[(minute + offset) // step] += count
    made: list[Slice] = []
    first, held = min(steps, default=0), 0
    for place in range(first, max(steps, default=-1) + 1):
        held += steps[place]
        if held >= SMALLEST_CELL:
            made.append(Slice(first * step - offset, (place + 1) * step - offset, held))
            first, held = place + 1, 0
    if held and made:
        last = made.pop()
        end = (max(steps) + 1) * step - offset
        made.append(Slice(last.start, end, last.people + held))
    return made


def hours_of(starts: list[int], offset: int) -> list[tuple[int, int]]:
    """Whole hours of that clock, with how many of these minutes lie in each."""
    counted = Counter((start + offset) // HOUR * HOUR - offset for start in starts)
    return sorted(counted.items())
