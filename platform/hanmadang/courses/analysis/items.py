"""How good a quiz question is: difficulty, discrimination, and what to look at.

*Difficulty* is the share of people who were right at their first try. *Discrimination* is the
correlation (point-biserial) of being right at the first try with the person's share of right
first tries at all **other** questions: people who know more should be right more often. Beside it
stands the older measure, the share right in the upper 27 % minus that in the lower 27 %.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt

FEWEST = 30
"""People behind a discrimination, and behind any warning."""
FEWEST_CHOICES = 50
"""Tries before an option that nobody chose is a finding."""
GROUP = 0.27
"""Share of people in the upper and in the lower group (Kelley 1939)."""
TOO_EASY, TOO_HARD = 0.95, 0.25
WEAK = 0.2
"""A discrimination below it sorts people little better than chance."""


class Finding(StrEnum):
    """What an author should look at."""

    TOO_EASY = "too_easy"
    TOO_HARD = "too_hard"
    NEGATIVE = "negative"
    """Those who know more are wrong more often: the key may be wrong, or the text misleading."""
    WEAK = "weak"
    UNCHOSEN = "unchosen"
    """An option that fools nobody."""


@dataclass(frozen=True, slots=True)
class ItemCounts:
    """Sums over people, one first try each; `x` is right (0 or 1), `r` the share elsewhere."""

    question_id: int
    people: int
    right: int
    rated: int = 0
    """People with enough other answers to say how much they know."""
    x: float = 0
    r: float = 0
    rr: float = 0
    xr: float = 0
    upper: int = 0
    upper_right: int = 0
    lower: int = 0
    lower_right: int = 0
    tries: int = 0
    """All tries of all people."""
    never_right: int = 0
    """People who answered and were never right."""


@dataclass(frozen=True, slots=True)
class ItemStatistics:
    """What the counts say of one question."""

    question_id: int
    people: int
    difficulty: float | None
    """Share right at the first try; None where nobody answered."""
    discrimination: float | None
    """Point-biserial, corrected for the question itself; None where too few can be compared."""
    upper_lower: float | None
    tries: float | None
    """Tries per person."""
    unchosen: tuple[int, ...] = ()
    """Positions of options that nobody chose, from 0."""
    findings: tuple[Finding, ...] = field(default=())


def statistics(
    counts: ItemCounts, options: int = 0, chosen: Mapping[int, int] | None = None
) -> ItemStatistics:
    """The statistics of one question; `chosen` says how often each option was chosen."""
    people = counts.people
    difficulty = counts.right / people if people else None
    discrimination = point_biserial(counts)
    unchosen = _unchosen(options, chosen or {})
    return ItemStatistics(
        counts.question_id,
        people,
        difficulty,
        discrimination,
        upper_lower(counts),
        counts.tries / people if people else None,
        unchosen,
        tuple(_findings(people, difficulty, discrimination, unchosen)),
    )


def point_biserial(counts: ItemCounts) -> float | None:
    """The correlation of being right here with being right elsewhere."""
    n = counts.rated
    if n < FEWEST:
        return None
    spread = (n * counts.x - counts.x**2) * (n * counts.rr - counts.r**2)
    if spread <= _NOTHING:
        return None
    return max(-1.0, min(1.0, (n * counts.xr - counts.x * counts.r) / sqrt(spread)))


_NOTHING = 1e-9
"""A spread that is only rounding: everybody was right, or everybody knows as much."""


def upper_lower(counts: ItemCounts) -> float | None:
    """Share right in the upper group less that in the lower one."""
    if counts.rated < FEWEST or not counts.upper or not counts.lower:
        return None
    return counts.upper_right / counts.upper - counts.lower_right / counts.lower


def _unchosen(options: int, chosen: Mapping[int, int]) -> tuple[int, ...]:
    if sum(chosen.values()) < FEWEST_CHOICES:
        return ()
    return tuple(place for place in range(options) if not chosen.get(place))


def _findings(
    people: int,
    difficulty: float | None,
    discrimination: float | None,
    unchosen: Collection[int],
) -> list[Finding]:
    found = []
    if difficulty is not None and people >= FEWEST:
        if difficulty > TOO_EASY:
            found.append(Finding.TOO_EASY)
        if difficulty < TOO_HARD:
            found.append(Finding.TOO_HARD)
    if discrimination is not None and discrimination < WEAK:
        found.append(Finding.NEGATIVE if discrimination < 0 else Finding.WEAK)
    if unchosen:
        found.append(Finding.UNCHOSEN)
    return found
