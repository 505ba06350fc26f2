"""The limits of publication, and the rule for one list of counts. No numpy: loaded at start.

The limits come from a simulation of skewed samples over age x zone (share of cells below 10:
95 % at n = 100, 12 % at 1,000, 0 % at 3,000); see docs/subsystems/survey.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

SMALLEST_CELL = 10
"""People in the smallest cell that the public sees."""
SMALLEST_STAFF_CELL = 5
"""The same for staff, whose look-ups are audited."""
FEWEST_ANSWERS = 30
"""People behind any percentage."""
FEWEST_BY_DEPTH = (0, 100, 1_000, 3_000)
"""People behind a table by none, one, two or three attributes."""
MOST_HIDDEN = 1 / 3
"""Share of a part's cells that may be hidden before bands are merged instead."""


@dataclass(frozen=True, slots=True)
class Limits:
    """For whom something is published."""

    smallest: int = SMALLEST_CELL
    fewest: int = FEWEST_ANSWERS


PUBLIC = Limits()
STAFF = Limits(SMALLEST_STAFF_CELL)


class Reason(StrEnum):
    """Why a figure is not there.

    A small cell and one hidden to protect it have the same reason on purpose: a mark that tells
    them apart would say "below 10" of the first.
    """

    HIDDEN = "hidden"
    """Somebody could be recognized, in this cell or by subtraction in another."""
    FEW = "few"
    """The group has fewer than 30 people."""
    BLUNT = "blunt"
    """Nearly everybody or nearly nobody: only a bound is printed."""
    ANSWERS = "answers"
    """Too few answers for a table this deep."""
    THIN = "thin"
    """Even the widest bands would hide too much."""


def fewest_for(attributes: int) -> float:
    """People behind a table by so many attributes; no number is enough for four."""
    return FEWEST_BY_DEPTH[attributes] if attributes < len(FEWEST_BY_DEPTH) else float("inf")


def merged(counts: Sequence[int], smallest: int = SMALLEST_CELL) -> list[tuple[int, ...]]:
    """Positions grouped so that every group holds at least `smallest` people.

    The merged group, if any, stands last and has at least two members.
    """
    by_size = sorted(range(len(counts)), key=lambda i: (counts[i], i))
    small = [i for i in by_size if counts[i] < smallest]
    rest = by_size[len(small) :]
    while small and rest and (len(small) == 1 or sum(counts[i] for i in small) < smallest):
        small.append(rest.pop(0))
    groups: list[tuple[int, ...]] = [(i,) for i in sorted(rest)]
    return [*groups, tuple(sorted(small))] if small else groups


def neighbours_joined(counts: Sequence[int], smallest: int) -> list[tuple[int, ...]]:
    """Positions in bands of neighbours of at least `smallest` people: the smallest joins first."""
    bands: list[tuple[tuple[int, ...], int]] = [((i,), count) for i, count in enumerate(counts)]
    while len(bands) > 1:
        least = min(range(len(bands)), key=lambda i: bands[i][1])
        if bands[least][1] >= smallest:
            break
        beside = [i for i in (least - 1, least + 1) if 0 <= i < len(bands)]
        first, second = sorted((least, min(beside, key=lambda i: bands[i][1])))
        joined = (bands[first][0] + bands[second][0], bands[first][1] + bands[second][1])
        bands[first : second + 1] = [joined]
    return [places for places, _count in bands]
