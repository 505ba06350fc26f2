"""People counted by coarse attributes and by answer, and the cells of all tables such a cube has.

Everybody who answered is in it: who kept an attribute to themselves stands in a level of their
own, because the difference to the open totals would otherwise be a table of exactly those people.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.int64]
Kept = tuple[int, ...]
"""The axes a table keeps, ascending; all others are summed over."""
Cell = tuple[Kept, tuple[int, ...]]
"""A cell of a table: the axes kept, and the place on each."""
Grouping = tuple[tuple[int, ...], ...]
"""Places put together, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Axis:
    """An attribute with its levels, or the answer with its options."""

    code: str
    levels: tuple[str, ...]
    coarser: tuple[Grouping, ...] = ()
    """Groupings of its levels, each coarser than the one before."""
    ordered: bool = False
    """Whether only neighbouring levels may be put together."""

    def grouped(self, grouping: Grouping) -> "Axis":
        """The axis with levels put together: `20s+30s`."""
        names = ("+".join(self.levels[place] for place in group) for group in grouping)
        return Axis(self.code, tuple(names), ordered=self.ordered)

    def groupings(self) -> tuple[Grouping, ...]:
        """All its bandings, the finest first."""
        return (tuple((place,) for place in range(len(self.levels))), *self.coarser)


def neighbours(levels: int, apart: int = 0) -> Grouping:
    """Bands of two neighbouring levels each; the last `apart` levels stay by themselves."""
    banded = levels - apart
    pairs = [tuple(range(i, min(i + 2, banded))) for i in range(0, banded, 2)]
    return (*pairs, *((place,) for place in range(banded, levels)))


@dataclass(frozen=True, slots=True, eq=False)
class Cube:
    """Numbers of people; shape = levels of each axis, the answer last."""

    axes: tuple[Axis, ...]
    counts: Counts

    @property
    def codes(self) -> tuple[str, ...]:
        """The attributes, without the answer."""
        return tuple(axis.code for axis in self.axes[:-1])

    @property
    def n(self) -> int:
        """Everybody who answered."""
        return int(self.counts.sum())

    def of(self, codes: Iterable[str]) -> "Cube":
        """The cube by these attributes only (in its own order) and by answer."""
        wanted = frozenset(codes)
        kept = [i for i, axis in enumerate(self.axes[:-1]) if axis.code in wanted]
        axes = (*(self.axes[i] for i in kept), self.axes[-1])
        return Cube(axes, margin(self.counts, (*kept, len(self.axes) - 1)))

    def grouped(self, groupings: Sequence[Grouping]) -> "Cube":
        """The cube with levels put together, one grouping for each axis."""
        counts = self.counts
        for place, grouping in enumerate(groupings):
            parts = [counts.take(group, place).sum(place) for group in grouping]
            counts = np.stack(parts, place)
        axes = zip(self.axes, groupings, strict=True)
        return Cube(tuple(axis.grouped(grouping) for axis, grouping in axes), counts)


def counted(axes: Sequence[Axis], people: Iterable[Sequence[int]]) -> Cube:
    """A cube from one row of places per person, the answer last."""
    counts = np.zeros([len(axis.levels) for axis in axes], dtype=np.int64)
    for places in people:
        counts[tuple(places)] += 1
    return Cube(tuple(axes), counts)


def margin(counts: Counts, kept: Kept) -> Counts:
    """The table of the kept axes; shape = their levels."""
    dropped = tuple(axis for axis in range(counts.ndim) if axis not in kept)
    return np.asarray(counts.sum(axis=dropped), dtype=np.int64)


def family(axes: int, tables: Iterable[Kept]) -> tuple[Kept, ...]:
    """All tables given away with these (by attribute and answer): their margins too."""
    answer = axes - 1
    found = {()} | {part for table in tables for part in _parts(table)}
    return tuple(sorted({*found, *((*part, answer) for part in found)}))


def _parts(table: Kept) -> Iterator[Kept]:
    for size in range(1, len(table) + 1):
        yield from combinations(table, size)


def cells(shape: Sequence[int], kept: Kept) -> Iterator[Cell]:
    """Every cell of one table of a cube with that shape."""
    for places in product(*(range(shape[axis]) for axis in kept)):
        yield kept, places
