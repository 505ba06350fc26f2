"""What a person wishes of their path, and what they decided about single lessons."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

MINUTES = 60
"""Minutes a week where a person said nothing."""
FEWEST_MINUTES, MOST_MINUTES = 10, 600
MOST_LEVEL = 3
LENGTHS = (5, 10, 15, 20, 30)
"""How long a lesson may be, where somebody asked for shorter ones."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a person wishes of their path."""

    minutes: int = MINUTES
    """A week."""
    levels: Mapping[str, int] = field(default_factory=dict)
    """Topics they declared, each from 1 (a little) to 3 (very much)."""
    deadline: date | None = None
    captions: bool = False
    """Whether they need lessons that can be followed without hearing."""
    longest: int | None = None
    """The most minutes of one lesson."""

    @property
    def topics(self) -> tuple[str, ...]:
        """The declared topics."""
        return tuple(sorted(self.levels))

    def only(self, known: Collection[str]) -> "Wishes":
        """The same within bounds, without topics that the house does not know."""
        return replace(
            self,
            minutes=min(max(self.minutes, FEWEST_MINUTES), MOST_MINUTES),
            levels={
                code: min(max(level, 1), MOST_LEVEL)
                for code, level in sorted(self.levels.items())
                if code in known
            },
            longest=self.longest if self.longest in LENGTHS else None,
        )


@dataclass(frozen=True, slots=True)
class Decided:
    """Lessons a person decided about, each by its id and the latest last."""

    pinned: tuple[int, ...] = ()
    skipped: tuple[int, ...] = ()
    known: tuple[int, ...] = ()

    def without(self, unit_id: int) -> "Decided":
        """The same with nothing decided about that lesson."""
        kept = ((n for n in ids if n != unit_id) for ids in (self.pinned, self.skipped, self.known))
        return Decided(*map(tuple, kept))

    def renamed(self, now: Mapping[int, int]) -> "Decided":
        """The same about the lessons that stand in the place of these."""
        ids = (
            tuple(now.get(n, n) for n in each) for each in (self.pinned, self.skipped, self.known)
        )
        return Decided(*ids)
