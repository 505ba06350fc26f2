"""Figures cut for their readers: no cell of few people, and nothing follows by subtraction.

Every cell and its complement hold at least `smallest` people, or the figure is only bounded:
"fewer than 10", "all but a few". Where cells add up to a total that is shown, the smallest are
joined until the joined cell is large enough and holds two at least. Zeros count as small.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hanmadang.courses.analysis.counts import BANDS, CourseCounts, UnitCounts
from hanmadang.courses.analysis.items import ItemCounts, ItemStatistics, statistics
from hanmadang.kernel.disclosure import (
    FEWEST_ANSWERS,
    SMALLEST_CELL,
    merged,
    neighbours_joined,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """People of a group, or what may be said of them."""

    count: int | None
    of: int
    few: bool = False
    """Fewer than the smallest cell."""
    nearly_all: bool = False
    """All but fewer than the smallest cell."""

    @property
    def share(self) -> float | None:
        """Percent, where it is known and the group is large enough for percentages."""
        if self.count is None or self.of < FEWEST_ANSWERS:
            return None
        return 100 * self.count / self.of


HIDDEN = Figure(None, 0)


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """One unit as shown."""

    unit_id: int
    started: Figure
    done: Figure
    languages: Mapping[str, Figure]
    """Done by language of enrolment; empty where a language could be told by subtraction."""
    stopped: int | None
    minutes: float | None
    """The middle of the times from opening to done; None for too few people."""

    @property
    def gap(self) -> float | None:
        """Percentage points by which Korean lies above English."""
        shares = [self.languages[key].share for key in ("ko", "en") if key in self.languages]
        if len(shares) < 2 or None in shares:  # noqa: PLR2004  (two languages)
            return None
        return (shares[0] or 0) - (shares[1] or 0)


@dataclass(frozen=True, slots=True)
class CourseFigures:
    """A version as shown."""

    people: Figure
    languages: Mapping[str, int]
    finished: Figure
    weeks: tuple[tuple[str, str, int], ...]
    """(first Monday, last Monday, people), weeks with few people joined to their neighbours."""
    units: tuple[UnitFigures, ...]
    smallest: int


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One question as staff see it."""

    question_id: int
    right: Figure
    statistics: ItemStatistics | None
    """None where fewer than 30 people answered."""


def cut(counts: CourseCounts, smallest: int = SMALLEST_CELL) -> CourseFigures:
    """The version's figures for readers who may see groups of `smallest` people."""
    people = counts.people
    if people < smallest:
        return CourseFigures(Figure(None, people, few=True), {}, HIDDEN, (), (), smallest)
    languages = counts.enrolled if min(_both(counts.enrolled)) >= smallest else {}
    stopped = _partition([unit.stopped for unit in counts.units], people, smallest)
    return CourseFigures(
        Figure(people, people),
        dict(languages),
        figure(sum(counts.finished.values()), people, smallest),
        _weeks(counts.weeks, smallest),
        tuple(
            _unit(unit, counts.enrolled, stopped[place], smallest)
            for place, unit in enumerate(counts.units)
        ),
        smallest,
    )


def figure(count: int, of: int, smallest: int) -> Figure:
    """A part of a group whose size is known: bounded where it or the rest is small."""
    if of < smallest:
        return HIDDEN
    if count < smallest:
        return Figure(None, of, few=True)
    if of - count < smallest:
        return Figure(None, of, nearly_all=True)
    return Figure(count, of)


def item(counts: ItemCounts, options: int, chosen: Mapping[int, int], smallest: int) -> ItemFigures:
    """One question for staff; its statistics rest on 30 people at least."""
    enough = counts.people >= FEWEST_ANSWERS
    return ItemFigures(
        counts.question_id,
        figure(counts.right, counts.people, smallest),
        statistics(counts, options, chosen) if enough else None,
    )


def _unit(
    unit: UnitCounts, enrolled: Mapping[str, int], stopped: int | None, smallest: int
) -> UnitFigures:
    people = sum(enrolled.values())
    started, done = sum(unit.started.values()), sum(unit.done.values())
    underway = started - done
    shown_done = figure(done, people, smallest)
    shown_started = figure(started, people, smallest)
    if shown_done.count is not None and underway < smallest:
        shown_started = HIDDEN  # with both, those on their way would follow
    return UnitFigures(
        unit.unit_id,
        shown_started,
        shown_done,
        _languages(unit.done, enrolled, smallest),
        stopped,
        middle(unit.bands) if sum(unit.bands) >= max(FEWEST_ANSWERS, smallest) else None,
    )


def _languages(
    done: Mapping[str, int], enrolled: Mapping[str, int], smallest: int
) -> Mapping[str, Figure]:
    """Both languages or none: with the total, one would tell the other."""
    cells = [
        cell
        for key in ("ko", "en")
        for cell in (done.get(key, 0), enrolled.get(key, 0) - done.get(key, 0))
    ]
    if min(cells) < smallest:
        return {}
    return {key: Figure(done[key], enrolled[key]) for key in ("ko", "en")}


def _both(counts: Mapping[str, int]) -> tuple[int, int]:
    return counts.get("ko", 0), counts.get("en", 0)


def _partition(parts: Sequence[int], people: int, smallest: int) -> list[int | None]:
    """Counts of disjoint groups within `people`; None for those joined with others."""
    whole = [*parts, max(0, people - sum(parts))]
    alone = {group[0] for group in merged(whole, smallest) if len(group) == 1}
    return [
        count if place in alone and count >= smallest else None for place, count in enumerate(parts)
    ]


def _weeks(weeks: Sequence[tuple[str, int]], smallest: int) -> tuple[tuple[str, str, int], ...]:
    counts = [people for _monday, people in weeks]
    bands = neighbours_joined(counts, smallest)
    return tuple(
        (weeks[band[0]][0], weeks[band[-1]][0], sum(counts[place] for place in band))
        for band in bands
    )


def middle(bands: Sequence[int]) -> float | None:
    """The minute at which half the people were done, read off their bands."""
    half, passed = sum(bands) / 2, 0
    edges = (0, *BANDS, 2 * BANDS[-1])
    for place, people in enumerate(bands):
        if people and passed + people >= half:
            low, high = edges[place], edges[place + 1]
            return low + (high - low) * (half - passed) / people
        passed += people
    return None
