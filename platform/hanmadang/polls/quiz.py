"""The arithmetic of a quiz: right answers, and which distribution of scores may be published."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from hanmadang.polls.survey.thresholds import SMALLEST_CELL, neighbours_joined

Key = Mapping[int, frozenset[int]]
"""The right options of each knowledge question."""
Places = list[tuple[int, ...]]


class Band(NamedTuple):
    """Scores published together."""

    low: int
    high: int
    people: int


def right_of(key: Key, answers: Mapping[int, Iterable[int]]) -> int:
    """How many answers are exactly the right options."""
    return sum(frozenset(answers.get(id_, ())) == right for id_, right in key.items())


def counted(key: Key, sheets: Iterable[Mapping[int, Iterable[int]]]) -> list[int]:
    """How many sheets have none, one, two, ... answers right."""
    counts = [0] * (len(key) + 1)
    for sheet in sheets:
        counts[right_of(key, sheet)] += 1
    return counts


def bands_of(counts: Sequence[int]) -> list[Band]:
    """Neighbouring scores joined until each band holds at least ten people; nothing for fewer.

    The bars beside each question tell how many right answers there were in all, so two scores
    joined alone could be told apart again: then a third joins them.
    """
    if sum(counts) < SMALLEST_CELL:
        return []
    places = neighbours_joined(counts, SMALLEST_CELL)
    if len(counts) - len(places) == 1 and len(places) > 1:
        places = _wider(places, counts)
    return [Band(each[0], each[-1], sum(counts[i] for i in each)) for each in places]


def _wider(places: Places, counts: Sequence[int]) -> Places:
    """The one joined band takes in its smaller neighbour."""
    at = next(i for i, each in enumerate(places) if len(each) > 1)
    beside = [i for i in (at - 1, at + 1) if 0 <= i < len(places)]
    chosen = min(beside, key=lambda i: sum(counts[place] for place in places[i]))
    first, second = sorted((at, chosen))
    return [*places[:first], places[first] + places[second], *places[second + 1 :]]
