"""When a figure is worth a suggestion to the editors. Pure; the numbers come from the settings."""

from dataclasses import dataclass

from hanmadang.curricula.models import Wanted
from hanmadang.polls.survey.intervals import Share, wilson

PERCENT = 100


@dataclass(frozen=True, slots=True)
class Rule:
    """A lower bound to be passed, and the fewest people it may rest on."""

    bar: float
    """0 to 1; the lower end of the 95 % interval must be above it."""
    people: int

    def asks(self, count: int, n: int) -> bool:
        """Whether so many of so many people are enough."""
        return n >= self.people and share(count, n).low > self.bar


@dataclass(frozen=True, slots=True)
class Rules:
    """One rule for each kind of figure."""

    wish: Rule
    gap: Rule

    def of(self, wanted: Wanted) -> Rule:
        """The rule for that kind."""
        return self.wish if wanted is Wanted.WISH else self.gap


def share(count: int, n: int) -> Share:
    """The share with its 95 % interval (Wilson)."""
    return wilson(count / n, n)


def percent(count: int, n: int) -> int:
    """A share in whole percent, as it is told in sentences."""
    return round(PERCENT * count / n)
