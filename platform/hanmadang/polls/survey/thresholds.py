"""The limits of publication of polls' tables. No numpy: loaded at start.

The limits come from a simulation of skewed samples over age x zone (share of cells below 10:
95 % at n = 100, 12 % at 1,000, 0 % at 3,000); see docs/subsystems/survey.md.
"""

from dataclasses import dataclass
from enum import StrEnum

from hanmadang.kernel.disclosure import (
    FEWEST_ANSWERS,
    SMALLEST_CELL,
    SMALLEST_STAFF_CELL,
    merged,
    neighbours_joined,
)

__all__ = [
    "FEWEST_ANSWERS", "FEWEST_BY_DEPTH", "MOST_HIDDEN", "PUBLIC", "SMALLEST_CELL",
    "SMALLEST_STAFF_CELL", "STAFF", "Limits", "Reason", "fewest_for", "merged", "neighbours_joined",
]  # fmt: skip

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
