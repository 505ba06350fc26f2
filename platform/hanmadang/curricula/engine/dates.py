"""By when: the day before which a lesson should be done, and the last day to begin it."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from math import ceil

from hanmadang.curricula.engine.inputs import Learner, Unit

_WEEK = 7


def deadlines(learner: Learner) -> dict[int, date]:
    """The day before which a lesson should be done: the earliest event it leads to."""
    days: dict[int, date] = {}
    for evening in sorted(learner.evenings, key=lambda evening: evening.day, reverse=True):
        if not evening.over:
            days.update(dict.fromkeys(evening.lead_in, evening.day))
    return days


def start_dates(ordered: Sequence[Unit], learner: Learner) -> Mapping[int, date]:
    """The last day to begin each lesson, at the person's own pace; never before today.

    A lesson has one if it, or one after it, leads to an event or must be done by their deadline.
    """
    if learner.today is None or learner.budget <= 0:
        return {}
    due = deadlines(learner)
    found: dict[int, date] = {}
    next_begins = learner.deadline
    for unit in reversed(ordered):
        until = min((day for day in (due.get(unit.id), next_begins) if day), default=None)
        if until is None:
            continue
        days = ceil(unit.minutes * _WEEK / learner.budget)
        next_begins = until - timedelta(days=days)
        found[unit.id] = max(next_begins, learner.today)
    return found
