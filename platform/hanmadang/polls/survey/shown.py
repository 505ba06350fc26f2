"""A part as a page, a file or a screen may have it: the only form in which it leaves the server."""

from collections.abc import Iterator
from dataclasses import dataclass

from hanmadang.polls.survey.cube import Cell, Kept, cells
from hanmadang.polls.survey.disclosure import Part
from hanmadang.polls.survey.thresholds import Reason


@dataclass(frozen=True, slots=True)
class ShownCell:
    """People who gave one answer: a count, or a bound, or only the reason why not."""

    count: int | None
    share: float | None
    """0 to 1, of the group; None where the group is hidden or under 30."""
    at_least: int | None = None
    """Percent."""
    at_most: int | None = None
    """Percent."""
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A group of people and what it answered."""

    levels: tuple[str, ...]
    n: int | None
    """None where the size of the group is hidden."""
    cells: tuple[ShownCell, ...]


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table by some attributes; by none, the totals of the part."""

    attributes: tuple[str, ...]
    answers: tuple[str, ...]
    rows: tuple[ShownRow, ...]


def shown(part: Part) -> Iterator[ShownTable]:
    """Every table of a part, its margins among them, without what is hidden."""
    answer = len(part.cube.axes) - 1
    for kept in part.tables:
        if answer not in kept:
            codes = tuple(part.cube.codes[axis] for axis in kept)
            groups = cells(part.cube.counts.shape, kept)
            rows = tuple(_row(part, group) for group in groups)
            yield ShownTable(codes, part.cube.axes[-1].levels, rows)


def _row(part: Part, group: Cell) -> ShownRow:
    kept, places = group
    axes = part.cube.axes
    levels = tuple(axes[axis].levels[place] for axis, place in zip(kept, places, strict=True))
    n = None if group in part.hidden else part.value(group)
    with_answer: Kept = (*kept, len(axes) - 1)
    answers = range(len(axes[-1].levels))
    return ShownRow(
        levels, n, tuple(_cell(part, (with_answer, (*places, answer)), n) for answer in answers)
    )


def _cell(part: Part, cell: Cell, n: int | None) -> ShownCell:
    if cell not in part.hidden:
        count = part.value(cell)
        return ShownCell(count, count / n if n and n >= part.limits.fewest else None)
    bound = part.bounds.get(cell)
    if bound is None:
        few = n is not None and n < part.limits.fewest
        return ShownCell(None, None, reason=Reason.FEW if few else Reason.HIDDEN)
    least, most = (bound, None) if bound > 0 else (None, -bound)
    return ShownCell(None, None, least, most, Reason.BLUNT)
