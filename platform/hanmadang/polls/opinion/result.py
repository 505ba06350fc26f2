"""What the engine says: frozen facts without numpy, safe to show to the public."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Vote(IntEnum):
    """What a person can say to a statement."""

    AGREE = 1
    PASS = 0
    DISAGREE = -1


class Withheld(StrEnum):
    """Why no groups are shown."""

    FEW_STATEMENTS = "few_statements"
    FEW_PEOPLE = "few_people"
    NO_PATTERN = "no_pattern"
    SMALL_GROUPS = "small_groups"
    UNSTABLE = "unstable"


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence that people vote on; a profile statement says who they are, not what they want."""

    id: int
    is_profile: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """How many said what."""

    agree: int
    disagree: int
    passed: int

    @property
    def seen(self) -> int:
        """How many voted on it at all."""
        return self.agree + self.disagree + self.passed


@dataclass(frozen=True, slots=True)
class Shared:
    """A statement that most people see alike."""

    statement: int
    stance: Vote
    score: float
    """How probable the stance is: among all, or multiplied over the groups."""
    tally: Tally
    """Of everybody."""


@dataclass(frozen=True, slots=True)
class Divided:
    """A statement on which both sides are large."""

    statement: int
    stance: Vote
    """The larger side."""
    tally: Tally
    """Of everybody."""


@dataclass(frozen=True, slots=True)
class Typical:
    """A statement on which a group differs from the others."""

    statement: int
    stance: Vote
    tally: Tally | None
    """Of the group; None where publishing it would show fewer than ten people."""


@dataclass(frozen=True, slots=True)
class Group:
    """People who vote alike."""

    name: str
    """A, B, C …: the same group keeps its letter from refresh to refresh."""
    size: int | None
    """None where publishing it would show fewer than ten people."""
    typical: tuple[Typical, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map where at least ten people of a group stand."""

    x: float
    y: float
    group: str
    people: int


@dataclass(frozen=True, slots=True)
class Result:
    """One refresh of a conversation."""

    people: int
    """Who has at least one vote."""
    clustered: int
    """Who voted on enough statements to be placed."""
    votes: int
    statements: int
    """Without profile statements."""
    consensus: tuple[Shared, ...] = ()
    across_groups: tuple[Shared, ...] = ()
    """The group-informed consensus."""
    stability: float | None = None
    """How alike the groups are when found again from fewer statements; from about 0 to 1."""
    withheld: Withheld | None = None
    groups: tuple[Group, ...] = ()
    """Empty when withheld."""
    spots: tuple[Spot, ...] = ()
    divided: tuple[Divided, ...] = ()
    """What people see most differently, groups or not."""
