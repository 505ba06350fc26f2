"""Columns of a chart, drawn by the server: places and sizes for an SVG, lines of its table."""

from collections.abc import Sequence
from dataclasses import dataclass

HEIGHT = 160
"""Pixels of the tallest column."""
_GAP = 0.15
"""Percent of the width between columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """A slice: its place in the drawing and its line in the table. Widths are percent."""

    label: str
    people: int
    x: str
    width: str
    y: int
    height: int


def columns(slices: Sequence[tuple[str, int, float]]) -> tuple[Column, ...]:
    """Columns from (label, people, length): as wide as they are long, as high as they are dense."""
    whole = sum(length for _label, _people, length in slices)
    highest = max((people / length for _label, people, length in slices), default=0) or 1
    found, passed = [], 0.0
    for label, people, length in slices:
        height = max(2, round(HEIGHT * people / length / highest))
        width = 100 * length / whole
        found.append(
            Column(
                label,
                people,
                f"{100 * passed / whole:.3f}%",
                f"{max(width - _GAP, width / 2):.3f}%",
                HEIGHT - height,
                height,
            )
        )
        passed += length
    return tuple(found)
