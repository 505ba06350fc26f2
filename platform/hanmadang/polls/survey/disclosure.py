"""What of a question's cross-tables is published: a fixed list, decided once, nothing on demand.

Attributes that share no table are linked by the answers' totals alone, so each connected set of
tables (a part) is decided by itself. Bands are merged first; then small cells are hidden and
protected; then nearly unanimous cells get a bound, if every world that protects somebody allows it.
Hidden cells include small ones and zeros: "nobody of this group" is an answer, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from hanmadang.polls.profiles import UNSAID
from hanmadang.polls.survey.cube import (
    Axis,
    Cell,
    Counts,
    Cube,
    Grouping,
    Kept,
    cells,
    family,
    margin,
)
from hanmadang.polls.survey.suppression import protected
from hanmadang.polls.survey.thresholds import (
    MOST_HIDDEN,
    PUBLIC,
    Limits,
    Reason,
    fewest_for,
    merged,
    neighbours_joined,
)

Table = tuple[str, ...]
"""The attributes of a wanted table."""
BOUNDS = (90, 80, 70, 60, 50)
"""Percent: "at least 90 %" where nearly everybody chose an answer, "at most 10 %" where few did."""

WIDER = (1, 3, 10)
"""A level below these multiples of 30 people joins another, when finer ones hide too much."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Linked tables with all their people. Never leaves the server: it holds what is hidden."""

    cube: Cube
    groupings: tuple[Grouping, ...]
    tables: tuple[Kept, ...]
    """With every margin, see `family`."""
    wanted: tuple[Kept, ...]
    hidden: frozenset[Cell]
    worlds: tuple[Counts, ...]
    bounds: Mapping[Cell, int]
    """Percent; negative for "at most"."""
    limits: Limits

    def value(self, cell: Cell) -> int:
        """People in a cell."""
        return int(margin(self.cube.counts, cell[0])[cell[1]])


@dataclass(frozen=True, slots=True, eq=False)
class Publication:
    """The parts that may be shown and, with its reason, each table that may not."""

    n: int
    parts: tuple[Part, ...]
    withheld: tuple[tuple[Table, Reason], ...]


def publish(cube: Cube, wanted: Sequence[Table], limits: Limits = PUBLIC) -> Publication:
    """Decide the list of tables of one question, with everybody who answered it in the cube.

    A table that may not be shown is withheld, and the tables inside it are tried instead.
    """
    parts: list[Part] = []
    withheld: dict[Table, Reason] = {}
    tables = _allowed(cube.n, dict.fromkeys(wanted), withheld)
    waiting = _linked(tables)
    while waiting:
        linked = waiting.pop(0)
        part = _decided(cube.of(code for table in linked for code in table), linked, limits)
        if part is None:
            deepest = max(linked, key=len)
            withheld[deepest] = Reason.THIN
            waiting += _linked(_without(linked, deepest))
        else:
            parts.append(part)
    return Publication(cube.n, tuple(parts), tuple(withheld.items()))


def _allowed(
    n: int, wanted: Mapping[Table, None], withheld: dict[Table, Reason]
) -> Sequence[Table]:
    """The tables that so many answers carry."""
    tables = [table for table in wanted if table]
    while deep := [table for table in tables if n < fewest_for(len(table))]:
        withheld[deep[0]] = Reason.ANSWERS
        tables = _without(tables, deep[0])
    return tables


def _without(tables: Sequence[Table], table: Table) -> list[Table]:
    """The tables, with those one attribute shallower in the place of one."""
    shallower = [part for part in combinations(table, len(table) - 1) if part]
    return list(dict.fromkeys([*(other for other in tables if other != table), *shallower]))


def _linked(tables: Sequence[Table]) -> list[list[Table]]:
    """Tables put together that share an attribute, directly or through others."""
    groups: list[list[Table]] = []
    for table in tables:
        near = [group for group in groups if any(set(table) & set(other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(other for group in near for other in group), table])
    return groups


def _decided(cube: Cube, tables: Sequence[Table], limits: Limits) -> Part | None:
    """The part in the finest bands that hide at most a third; None where none does."""
    wanted = tuple(tuple(sorted(cube.codes.index(code) for code in table)) for table in tables)
    for bands in _bandings(cube, limits):
        part = _hidden(cube.grouped(bands), bands, wanted, limits)
        if part is not None:
            return replace(part, bounds=bounds(part, part.worlds))
    return None


def _bandings(cube: Cube, limits: Limits) -> Iterator[tuple[Grouping, ...]]:
    """All combinations of bands of at least two levels, from fine to coarse."""
    alone = len(cube.codes) == 1
    floors = [tuple(limits.fewest * times for times in WIDER)] * len(cube.codes)
    choices = [
        _groupings(axis, margin(cube.counts, (place,)).tolist(), least, alone=alone)
        for place, (axis, least) in enumerate(
            zip(cube.axes, [*floors, (limits.smallest, limits.fewest)], strict=True)
        )
    ]
    for rank in sorted(product(*(range(len(choice)) for choice in choices)), key=sum):
        yield tuple(choice[i] for choice, i in zip(choices, rank, strict=True))


def _groupings(
    axis: Axis, counts: Sequence[int], floors: Sequence[int], *, alone: bool
) -> list[Grouping]:
    """The bandings of an axis, each with its levels below a floor put together.

    Where an attribute stands `alone`, those who did not say are no level like the others.
    """
    found: list[Grouping] = []
    unsaid = axis.levels.index(UNSAID) if alone and UNSAID in axis.levels else -1
    for grouping, floor in product(axis.groupings(), floors):
        said = [group for group in grouping if unsaid not in group]
        sizes = [sum(counts[place] for place in group) for group in said]
        groups = neighbours_joined(sizes, floor) if axis.ordered else merged(sizes, floor)
        joined = tuple(tuple(p for i in group for p in said[i]) for group in groups)
        if unsaid >= 0:
            joined = _with_unsaid(joined, counts, unsaid, floors[0])
        if len(joined) > 1 and joined not in found:
            found.append(joined)
    return found


def _with_unsaid(joined: Grouping, counts: Sequence[int], unsaid: int, least: int) -> Grouping:
    """Few who did not say join the largest band, of which they are a small part (`weighing`)."""
    if counts[unsaid] >= least:
        return (*joined, (unsaid,))
    largest = max(joined, key=lambda group: sum(counts[place] for place in group))
    return tuple((*group, unsaid) if group is largest else group for group in joined)


def _hidden(
    cube: Cube, groupings: tuple[Grouping, ...], wanted: tuple[Kept, ...], limits: Limits
) -> Part | None:
    shape, tables = cube.counts.shape, family(len(cube.axes), wanted)
    primary = {cell for table in tables for cell in unsafe(cube.counts, table, limits)}
    if any(cell[0] in ((), (len(shape) - 1,)) for cell in primary):
        return None  # the open totals themselves would be small
    most = int(MOST_HIDDEN * sum(1 for table in tables for _ in cells(shape, table)))
    found = protected(cube.counts, tables, primary, limits.smallest, most=most)
    if found is None:
        return None
    return Part(cube, groupings, tables, wanted, found.hidden, found.worlds, {}, limits)


def unsafe(counts: Counts, table: Kept, limits: Limits) -> Iterator[Cell]:
    """Small cells of a table, and all answers of a group too small for percentages."""
    answer = counts.ndim - 1
    values = margin(counts, table)
    sizes = margin(counts, table[:-1]) if answer in table else values
    for cell in cells(counts.shape, table):
        few = answer in table and sizes[cell[1][:-1]] < limits.fewest
        if few or values[cell[1]] < limits.smallest:
            yield cell


def bounds(part: Part, worlds: Sequence[Counts]) -> dict[Cell, int]:
    """For hidden answers the sharpest bound that is true in every world."""
    answer = len(part.cube.axes) - 1
    found = {}
    for cell in sorted(part.hidden):
        group: Cell = (cell[0][:-1], cell[1][:-1])
        if answer in cell[0] and group not in part.hidden:
            size = part.value(group)
            values = [int(margin(world, cell[0])[cell[1]]) for world in worlds]
            bound = _bound([part.value(cell), *values], size)
            if bound and size >= part.limits.fewest:
                found[cell] = bound
    return found


def _bound(values: Sequence[int], size: int) -> int:
    least, most = min(values) * 100, max(values) * 100
    low = next((bound for bound in BOUNDS if least >= bound * size), 0)
    high = next((100 - bound for bound in BOUNDS[:2] if most <= (100 - bound) * size), 0)
    return low or -high
