"""Coarse attributes that people may tell of themselves in a poll, and how they are written down.

Coarse on purpose: a living zone is a fifth of the city, an age band ten years. Whoever keeps an
attribute to themselves stands in the level `UNSAID`, which every table has; a table without it,
subtracted from the open totals, would be a table of exactly those people.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

UNSAID = "unsaid"
_BETWEEN = "|"
CROSS = "."
"""Stands between the attributes of a crossed axis, and between their levels."""


class Attribute(StrEnum):
    """What a poll may ask for, in the order in which it is asked and written down."""

    SEX = "sex"
    AGE = "age"
    ZONE = "zone"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True)
class Levels:
    """The levels of one attribute, `UNSAID` always the last."""

    said: tuple[str, ...]
    coarser: tuple[tuple[int, ...], ...] = ()
    """Places put together where the levels are too fine for the answers there are."""
    ordered: bool = False
    """Whether only neighbours may be put together."""

    @property
    def all(self) -> tuple[str, ...]:
        """With those who did not say."""
        return (*self.said, UNSAID)


LEVELS: Mapping[Attribute, Levels] = {
    # "Another" is not a level of its own: so few people would nearly always be hidden.
    Attribute.SEX: Levels(("female", "male")),
    Attribute.AGE: Levels(
        ("under20", "20s", "30s", "40s", "50s", "60s", "70plus"),
        ((0, 1, 2), (3, 4), (5, 6), (7,)),
        ordered=True,
    ),
    Attribute.ZONE: Levels(
        ("downtown", "northeast", "northwest", "southwest", "southeast", "elsewhere")
    ),
    Attribute.COUNTRY: Levels(
        ("korea", "asia", "americas", "europe", "other"), ((0,), (1, 2, 3, 4), (5,))
    ),
}
WEIGHABLE = (Attribute.SEX, Attribute.AGE, Attribute.ZONE)
"""Attributes for which population figures exist."""
Profile = Mapping[Attribute, str]
"""What somebody said: a level for each attribute named; none for one kept back."""


def attributes_of(stored: Iterable[str]) -> tuple[Attribute, ...]:
    """Known attributes in the house's order."""
    wanted = set(stored)
    return tuple(attribute for attribute in Attribute if attribute.value in wanted)


def is_known(profile: Profile) -> bool:
    """Whether every level exists."""
    return all(level in LEVELS[attribute].said for attribute, level in profile.items())


def cell_of(profile: Profile) -> str:
    """A profile in one word, as a closed poll's ballots carry it."""
    return _BETWEEN.join(profile.get(attribute, "") for attribute in Attribute)


def profile_of(cell: str) -> dict[Attribute, str]:
    """The inverse of `cell_of`; an empty cell says nothing."""
    parts = cell.split(_BETWEEN) if cell else []
    pairs = zip(Attribute, parts, strict=False)
    return {attribute: level for attribute, level in pairs if level}


def split(code: str, level: str) -> list[str]:
    """The levels of a crossed axis, attribute by attribute."""
    width = code.count(CROSS) + 1
    return [UNSAID] * width if level == UNSAID else level.split(CROSS) if width > 1 else [level]
