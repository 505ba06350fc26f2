"""Which results may stand beside each other: the same wording, on the same scale, or none.

A share of a four-point item has no middle to retreat to; beside a five-point one it always looks
larger. Such a pair is refused with its reason rather than printed with a footnote.
"""

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Scale:
    """The points of an item and how many of them are counted together as "yes"."""

    points: int
    middle: bool
    top: int = 2


@dataclass(frozen=True, slots=True)
class Wording:
    """Which item was asked, in which version of its words."""

    item: str
    version: int
    scale: Scale


class Mismatch(StrEnum):
    """Why two results are not set beside each other."""

    ITEM = "item"
    VERSION = "version"
    SCALE = "scale"


class NotComparable(ValueError):  # noqa: N818 (a refusal with a reason)
    """Two results that would mislead side by side."""

    def __init__(self, reason: Mismatch, ours: Wording, theirs: Wording) -> None:
        super().__init__(f"{reason}: {ours.item}/{ours.version} and {theirs.item}/{theirs.version}")
        self.reason, self.ours, self.theirs = reason, ours, theirs


def mismatch(ours: Wording, theirs: Wording) -> Mismatch | None:
    """What keeps two items apart, the scale first; None where they agree."""
    if ours.scale != theirs.scale:
        return Mismatch.SCALE
    if ours.item != theirs.item:
        return Mismatch.ITEM
    return Mismatch.VERSION if ours.version != theirs.version else None


def require_comparable(ours: Wording, theirs: Wording) -> None:
    """Refuse, with the reason, what may not be compared."""
    reason = mismatch(ours, theirs)
    if reason is not None:
        raise NotComparable(reason, ours, theirs)
