"""What a person brings from a poll: values that can say what was known and what was wished for.

A stance does not fit these types. They travel signed, from the page after a vote to the person's
account or to the cookie that keeps them on the device.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.wishes import Decided, Wishes


@dataclass(frozen=True, slots=True, order=True)
class Knowledge:
    """Answers on one competency: so many right of so many."""

    competency: str
    right: int
    of: int


@dataclass(frozen=True, slots=True)
class Brought:
    """The evidence derived from one poll's answers."""

    poll_id: int
    knowledge: tuple[Knowledge, ...] = ()
    topics: tuple[str, ...] = ()
    source: Source = Source.POLL
    """`QUESTION` where it comes from the questions to the speakers, not from the answers."""

    @property
    def key(self) -> str:
        """Poll and source in one word; bringing the same again replaces its pieces."""
        return f"q{self.poll_id}" if self.source is Source.QUESTION else str(self.poll_id)

    def __bool__(self) -> bool:
        return bool(self.knowledge or self.topics)

    def without(self, code: str) -> "Brought":
        """The same without what it says on that competency or topic."""
        return Brought(
            self.poll_id,
            tuple(piece for piece in self.knowledge if piece.competency != code),
            tuple(topic for topic in self.topics if topic != code),
            self.source,
        )

    def to_json(self) -> dict[str, Any]:
        """Short keys, because it must fit into a cookie."""
        knowledge = [[piece.competency, piece.right, piece.of] for piece in self.knowledge]
        stored = {"p": self.poll_id, "k": knowledge, "i": list(self.topics)}
        return stored if self.source is Source.POLL else stored | {"s": self.source.value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Brought":
        """The inverse of `to_json`."""
        knowledge = tuple(Knowledge(code, right, of) for code, right, of in stored["k"])
        source = Source(stored.get("s", Source.POLL.value))
        return cls(stored["p"], knowledge, tuple(stored["i"]), source)


def summed(answers: Iterable[tuple[str, bool]]) -> tuple[Knowledge, ...]:
    """(competency, answered right) pairs as counts, in alphabetical order."""
    counts: dict[str, tuple[int, int]] = {}
    for code, is_right in answers:
        right, of = counts.get(code, (0, 0))
        counts[code] = (right + is_right, of + 1)
    return tuple(Knowledge(code, *counts[code]) for code in sorted(counts))


@dataclass(frozen=True, slots=True)
class Kept:
    """One poll's evidence as it is kept on a device."""

    brought: Brought
    day: date


@dataclass(frozen=True, slots=True)
class Tried:
    """A pre-test on a device: what was asked, and how it went; nothing of what was answered."""

    asked: tuple[tuple[int, str], ...] = ()
    """(question, "right", "wrong" or "unsure"), in order."""
    before: tuple[int, ...] = ()
    """The lessons of the path when it began."""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What a device's person showed to know outside polls and lessons."""

    knowledge: tuple[Knowledge, ...]
    source: str
    """`pretest`, or `check` with the lesson it was about."""
    day: date
    unit_id: int = 0

    @property
    def key(self) -> str:
        """Names it in addresses."""
        return f"{self.source}{self.unit_id}"

    def without(self, code: str) -> "Shown":
        """The same without what it says on that competency."""
        rest = tuple(piece for piece in self.knowledge if piece.competency != code)
        return Shown(rest, self.source, self.day, self.unit_id)


@dataclass(frozen=True, slots=True)
class Device:
    """All that a device keeps for its path until somebody signs up."""

    kept: tuple[Kept, ...] = ()
    wishes: Wishes = field(default_factory=Wishes)
    consent_version: str = ""
    """The consent text agreed to on this device; empty before any."""
    decided: Decided = field(default_factory=Decided)
    shown: tuple[Shown, ...] = ()
    tried: Tried | None = None

    def lessons(self) -> frozenset[int]:
        """Every lesson that it names."""
        decided, tried = self.decided, self.tried or Tried()
        ids = {each.unit_id for each in self.shown} - {0}
        return frozenset(ids.union(decided.pinned, decided.skipped, decided.known, tried.before))

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to keep."""
        return self == Device()


PRETEST = Shown((), Source.PRETEST.value, date.min).key
"""Names what the pre-test showed, in addresses of a device."""
