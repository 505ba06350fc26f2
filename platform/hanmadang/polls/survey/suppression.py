"""Complementary suppression, shown to suffice by the other worlds that would look the same.

Hidden cells are protected when for each of them there are two tables without negative counts that
agree with everything published, and whose values in that cell lie at least k apart: then nobody
can solve the published totals for it, nor bound it more tightly than k. The two are found by steps
on hypercubes, which add and take away people at corners of a box so that no total changes; where
the corners are not hidden yet, they are hidden too (hypercube method: Willenborg & de Waal 2001,
Elements of Statistical Disclosure Control, ch. 4). All in whole people, without chance.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product

import numpy as np

from hanmadang.polls.survey.cube import Cell, Counts, Kept, margin

Place = tuple[int, ...]
"""A place in the finest cube."""


@dataclass(frozen=True, slots=True, eq=False)
class Protection:
    """What is hidden, and the worlds that prove it hidden."""

    hidden: frozenset[Cell]
    worlds: tuple[Counts, ...]
    """Each of the cube's shape; agrees with all that is published."""


@dataclass(frozen=True)
class _Box:
    """A step: one person more at each place of `more`, one fewer at each of `fewer`."""

    more: tuple[Place, ...]
    fewer: tuple[Place, ...]
    above: Sequence[Kept]
    """Tables that change with it."""

    @cached_property
    def touches(self) -> frozenset[Cell]:
        """Cells of published tables that change with it, and must therefore be hidden."""
        places = self.more + self.fewer
        return frozenset(
            (table, tuple(place[axis] for axis in table))
            for table in self.above
            for place in places
        )

    def room(self, world: Counts) -> int:
        """How many times it can be taken before a count would be negative."""
        return min(int(world[place]) for place in self.fewer)

    def take(self, world: Counts, times: int) -> None:
        """Change a world in place."""
        for place in self.more:
            world[place] += times
        for place in self.fewer:
            world[place] -= times

    @cached_property
    def back(self) -> "_Box":
        """The same step the other way."""
        return _Box(self.fewer, self.more, self.above)


def protected(
    base: Counts,
    tables: Sequence[Kept],
    hidden: Iterable[Cell],
    k: int,
    *,
    most: int,
) -> Protection | None:
    """Protect these cells in all published tables (`family`) of a cube; None if impossible.

    At most `most` cells may be hidden in the end. `base` are the people among whom worlds may
    differ. Every cell hidden along the way is protected in its turn.
    """
    search = _Search(base, tuple(tables), set(hidden), k, most)
    queue = sorted(search.hidden)
    for cell in queue:
        if len(search.hidden) > most or not search.protect(cell):
            return None
        queue += sorted(search.hidden.difference(queue))
    if len(search.hidden) > most:
        return None
    return Protection(frozenset(search.hidden), tuple(search.worlds))


class _Search:
    def __init__(
        self, base: Counts, tables: tuple[Kept, ...], hidden: set[Cell], k: int, most: int
    ) -> None:
        self.base, self.tables, self.hidden, self.k, self.most = base, tables, hidden, k, most
        self.worlds: list[Counts] = []
        self.values = {kept: margin(base, kept) for kept in tables}
        self.least, self.highest = dict(self.values), dict(self.values)

    def protect(self, cell: Cell) -> bool:
        """Find worlds in which the cell's values lie k apart; only then hide more for it."""
        self._widen(cell, may_hide=False)
        if self._width(cell) < self.k and len(self.hidden) < self.most:
            self._widen(cell, may_hide=True)
        return self._width(cell) >= self.k

    def _width(self, cell: Cell) -> int:
        kept, at = cell
        return int(self.highest[kept][at] - self.least[kept][at])

    def _keep(self, world: Counts) -> None:
        self.worlds.append(world)
        for kept in self.tables:
            values = margin(world, kept)
            self.least[kept] = np.minimum(self.least[kept], values)
            self.highest[kept] = np.maximum(self.highest[kept], values)

    def _widen(self, cell: Cell, *, may_hide: bool) -> None:
        """Worlds with more people in the cell, then with fewer, as far as needed."""
        if self._width(cell) >= self.k:
            return
        boxes = list(_boxes(self.base.shape, self.tables, cell))
        self._keep(self._walk(boxes, self.k, may_hide=may_hide))
        if (missing := self.k - self._width(cell)) > 0:
            back = [box.back for box in boxes]
            self._keep(self._walk(back, missing, may_hide=may_hide))

    def _walk(self, boxes: list[_Box], wanted: int, *, may_hide: bool) -> Counts:
        """Step by step away from the base; the world reached."""
        world = self.base.copy()
        while wanted:
            able = [(box, min(box.room(world), wanted)) for box in boxes]
            ranked = [(self._cost(box, room), i) for i, (box, room) in enumerate(able) if room > 0]
            best = min(ranked, default=None)
            if best is None or (best[0][0] and not may_hide):
                break
            box, room = able[best[1]]
            box.take(world, room)
            self.hidden |= box.touches
            wanted -= room
        return world

    def _cost(self, box: _Box, room: int) -> tuple[bool, int, int, int]:
        """Free steps first, then long ones, then those that hide few cells and few people."""
        new = box.touches - self.hidden
        return bool(new), -room, len(new), sum(int(self.values[kept][at]) for kept, at in new)


def _boxes(shape: Sequence[int], tables: Sequence[Kept], cell: Cell) -> Iterator[_Box]:
    """All steps that add a person to the cell and leave the answers' totals alone.

    A box spans some axes of the cell's table; tables without all of these do not change.
    """
    kept, at = cell
    place = dict(zip(kept, at, strict=True))
    answer = len(shape) - 1
    for size in range(len(kept), 0, -1):
        for spanned in combinations(kept, size):
            if spanned != (answer,):
                above = [table for table in tables if set(table) >= set(spanned)]
                yield from _spanned(shape, spanned, place, above)


def _spanned(
    shape: Sequence[int], spanned: Kept, place: Mapping[int, int], above: Sequence[Kept]
) -> Iterator[_Box]:
    """The boxes over these axes that have the cell for a corner, wherever else they stand."""
    rest = [axis for axis in range(len(shape)) if axis not in spanned]
    lifts = [[place[axis]] if axis in place else range(shape[axis]) for axis in rest]
    others = [[i for i in range(shape[axis]) if i != place[axis]] for axis in spanned]
    for other, lift in product(product(*others), product(*lifts)):
        pairs = [(place[axis], level) for axis, level in zip(spanned, other, strict=True)]
        yield _box(spanned, rest, lift, pairs, above)


def _box(
    kept: Kept,
    rest: Sequence[int],
    lift: tuple[int, ...],
    pairs: Sequence[tuple[int, int]],
    above: Sequence[Kept],
) -> _Box:
    fixed = dict(zip(rest, lift, strict=True))
    sides: tuple[list[Place], list[Place]] = ([], [])
    for signs in product((0, 1), repeat=len(pairs)):
        chosen = {axis: pair[s] for axis, pair, s in zip(kept, pairs, signs, strict=True)} | fixed
        sides[sum(signs) % 2].append(tuple(chosen[axis] for axis in sorted(chosen)))
    return _Box(tuple(sides[0]), tuple(sides[1]), above)
