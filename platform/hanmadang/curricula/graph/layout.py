"""Where each competency is drawn: in columns from foundations to what stands on them.

A column is one more than the longest way from a foundation, so that every line runs forward.
A line that passes columns gets a place in each of them and never runs through a box; the order
within columns is improved until fewer lines cross no more.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter

from hanmadang.curricula.graph.specs import CompetencySpec

WIDTH, HEIGHT = 184, 64
ACROSS, DOWN = 64, 20
"""The room between columns and between rows."""
MARGIN = 12
_ROUNDS = 12
_LANE = 16
"""The height of a place that a line passes through."""

Place = tuple[str, str, int]
"""A box (code, "", column), or where the line between two codes passes a column."""


@dataclass(frozen=True, slots=True)
class Box:
    """A competency in the drawing."""

    code: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """A prerequisite in the drawing: from what is needed to what needs it."""

    start: str
    end: str
    kind: str
    """`needs`, `one` (one of several is enough) or `helps`."""
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole picture."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def draw(competencies: Iterable[CompetencySpec]) -> Drawing:
    """The picture of these competencies; edges to others are left out."""
    found = {each.code: each for each in competencies}
    edges = {
        (need, each.code): kind
        for each in found.values()
        for need, kind in _kinds(each).items()
        if need in found
    }
    columns = _columns(found, edges)
    rows = _rows(columns, edges)
    return _placed(rows, edges, columns)


def _kinds(each: CompetencySpec) -> dict[str, str]:
    kinds = dict.fromkeys(each.helps, "helps")
    for group in each.needs:
        kinds |= dict.fromkeys(group, "one" if len(group) > 1 else "needs")
    return kinds


def _columns(found: Iterable[str], edges: Iterable[tuple[str, str]]) -> Mapping[str, int]:
    before: dict[str, list[str]] = {code: [] for code in sorted(found)}
    for need, code in sorted(edges):
        before[code].append(need)
    columns: dict[str, int] = {}
    for code in TopologicalSorter(before).static_order():
        columns[code] = max((columns[need] + 1 for need in before[code]), default=0)
    return columns


def _way(edge: tuple[str, str], columns: Mapping[str, int]) -> list[Place]:
    """The places of a line, both boxes included."""
    need, code = edge
    passed = range(columns[need] + 1, columns[code])
    return [
        (need, "", columns[need]),
        *((need, code, column) for column in passed),
        (code, "", columns[code]),
    ]


def _rows(columns: Mapping[str, int], edges: Iterable[tuple[str, str]]) -> list[list[Place]]:
    """The order within each column with the fewest crossings that sweeping finds."""
    ways = [_way(edge, columns) for edge in sorted(edges)]
    places = {(code, "", column) for code, column in columns.items()}
    places |= {place for way in ways for place in way}
    rows: list[list[Place]] = [[] for _ in range(max(columns.values(), default=-1) + 1)]
    for place in sorted(places):
        rows[place[2]].append(place)
    pairs = [pair for way in ways for pair in itertools.pairwise(way)]
    best, fewest = [list(row) for row in rows], crossings(rows, pairs)
    for turn in range(_ROUNDS):
        _sweep(rows, pairs, forward=turn % 2 == 0)
        if (count := crossings(rows, pairs)) < fewest:
            best, fewest = [list(row) for row in rows], count
    return best


def _sweep(rows: list[list[Place]], pairs: Sequence[tuple[Place, Place]], *, forward: bool) -> None:
    """Put each place at the middle of its neighbours in the column before, or after."""
    beside: dict[Place, list[Place]] = {}
    for left, right in pairs:
        one, other = (right, left) if forward else (left, right)
        beside.setdefault(one, []).append(other)
    for number in range(len(rows)) if forward else reversed(range(len(rows))):
        at = {place: n for row in rows for n, place in enumerate(row)}

        def middle(place: Place, at: Mapping[Place, int] = at) -> float:
            near = beside.get(place)
            return sum(at[each] for each in near) / len(near) if near else at[place]

        rows[number].sort(key=lambda place: (middle(place), place))


def crossings(rows: Sequence[Sequence[Place]], pairs: Iterable[tuple[Place, Place]]) -> int:
    """How often two lines cross between neighbouring columns."""
    at = {place: n for row in rows for n, place in enumerate(row)}
    between: dict[int, list[tuple[int, int]]] = {}
    for left, right in pairs:
        between.setdefault(left[2], []).append((at[left], at[right]))
    return sum(
        (a - c) * (b - d) < 0
        for lines in between.values()
        for n, (a, b) in enumerate(lines)
        for c, d in lines[:n]
    )


def _placed(
    rows: Sequence[Sequence[Place]],
    edges: Mapping[tuple[str, str], str],
    columns: Mapping[str, int],
) -> Drawing:
    heights = [sum(_height(place) + DOWN for place in row) - DOWN for row in rows]
    tallest = max(heights, default=0)
    at: dict[Place, tuple[int, int]] = {}
    for number, (row, height) in enumerate(zip(rows, heights, strict=True)):
        y = MARGIN + (tallest - height) // 2
        for place in row:
            at[place] = (MARGIN + number * (WIDTH + ACROSS), y)
            y += _height(place) + DOWN
    boxes = tuple(Box(code, *at[code, "", columns[code]]) for code in sorted(columns))
    lines = tuple(
        Line(*edge, kind, _path([at[place] for place in _way(edge, columns)]))
        for edge, kind in sorted(edges.items())
    )
    width = 2 * MARGIN + len(rows) * (WIDTH + ACROSS) - ACROSS if rows else 0
    return Drawing(width, 2 * MARGIN + tallest, boxes, lines)


def _height(place: Place) -> int:
    return _LANE if place[1] else HEIGHT


def _path(points: Sequence[tuple[int, int]]) -> str:
    """A smooth line through the places, leaving and entering boxes level."""
    (x, y), *passed, (last_x, last_y) = points
    x, y = x + WIDTH, y + HEIGHT // 2
    path = f"M{x} {y}"
    for lane_x, lane_y in passed:
        path += _curve(x, y, lane_x, lane_y + _LANE // 2) + f"h{WIDTH}"
        x, y = lane_x + WIDTH, lane_y + _LANE // 2
    return path + _curve(x, y, last_x, last_y + HEIGHT // 2)


def _curve(x: int, y: int, to_x: int, to_y: int) -> str:
    middle = (x + to_x) // 2
    return f"C{middle} {y} {middle} {to_y} {to_x} {to_y}"
