"""Small groups are not shown: the limits of publication, and how a list of counts is cut.

Pure and light: any room may cut its figures with it. The limits come from a simulation of skewed
samples; see docs/subsystems/survey.md.
"""

from collections.abc import Sequence

SMALLEST_CELL = 10
"""People in the smallest cell that the public sees."""
SMALLEST_STAFF_CELL = 5
"""The same for staff, whose look-ups are audited."""
FEWEST_ANSWERS = 30
"""People behind any percentage."""


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
