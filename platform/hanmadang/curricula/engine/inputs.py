"""What the engine may know. A stance has no type here, so it cannot be an input.

Everything is frozen and sorted, so that equal inputs are equal texts and give equal plans.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from hanmadang.curricula.engine import ENGINE_VERSION


class Source(StrEnum):
    """Where a piece of evidence comes from."""

    POLL = "poll"
    QUIZ = "quiz"
    DECLARED = "declared"
    PRETEST = "pretest"
    CHECK = "check"
    """Asked after "I know this", and after an event."""
    EVENT = "event"
    QUESTION = "question"
    """Asked or up-voted in an audience."""
    COHORT = "cohort"
    """A group's poll."""


@dataclass(frozen=True, slots=True, order=True)
class KnowledgeEvidence:
    """Answers to questions that have a right answer, on one competency, from one source."""

    competency: str
    right: int
    of: int
    source: Source


@dataclass(frozen=True, slots=True, order=True)
class InterestEvidence:
    """A topic that the person chose."""

    topic: str
    source: Source


@dataclass(frozen=True, slots=True)
class Competency:
    """Something to know: how much it matters (0 to 1) and what must be known before it."""

    code: str
    importance: float
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A lesson, as the reader's language offers it."""

    id: int
    minutes: int
    topics: tuple[str, ...]
    teaches: tuple[tuple[str, float], ...]
    """(competency, strength between 0 and 1)."""
    needs: tuple[str, ...] = ()
    """Competencies without which it cannot be understood."""
    perspective: str = ""
    """Names the viewpoint it argues from; empty where it argues from none."""
    available: bool = True
    """Whether it exists in the reader's language."""

    def taught(self) -> frozenset[str]:
        """The competencies it teaches."""
        return frozenset(code for code, _strength in self.teaches)


@dataclass(frozen=True, slots=True)
class Evening:
    """An event the person booked, and the lessons that lead to it or follow from it."""

    event_id: int
    day: date
    over: bool
    lead_in: tuple[int, ...] = ()
    follow_up: tuple[int, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """All that can be learned. Units in their teaching order, which decides between equals."""

    competencies: tuple[Competency, ...]
    units: tuple[Unit, ...]

    @cached_property
    def by_id(self) -> Mapping[int, Unit]:
        """Every unit by its id."""
        return {unit.id: unit for unit in self.units}

    @cached_property
    def by_code(self) -> Mapping[str, Competency]:
        """Every competency by its code."""
        return {competency.code: competency for competency in self.competencies}

    @cached_property
    def position(self) -> Mapping[int, int]:
        """Each unit's place in the teaching order."""
        return {unit.id: place for place, unit in enumerate(self.units)}

    @cached_property
    def teachers(self) -> Mapping[str, tuple[Unit, ...]]:
        """The available units that teach a competency, most learning per minute first."""
        found: dict[str, list[tuple[float, Unit]]] = {}
        for unit in self.units:
            for code, strength in unit.teaches if unit.available else ():
                found.setdefault(code, []).append((-strength / unit.minutes, unit))
        return {
            code: tuple(unit for _rate, unit in sorted(pairs, key=lambda pair: pair[0]))
            for code, pairs in found.items()
        }

    @cached_property
    def foundations_first(self) -> tuple[str, ...]:
        """Competency codes, each after all that it needs; a cycle is cut where it closes."""
        placed: dict[str, None] = {}
        for competency in self.competencies:
            self._place(competency.code, placed, set())
        return tuple(placed)

    def _place(self, code: str, placed: dict[str, None], above: set[str]) -> None:
        if code in placed or code in above or code not in self.by_code:
            return
        for need in self.by_code[code].needs:
            self._place(need, placed, above | {code})
        placed[code] = None


@dataclass(frozen=True, slots=True)
class Learner:
    """One person, as far as the engine may know them."""

    budget: int
    """Minutes the path may take."""
    knowledge: tuple[KnowledgeEvidence, ...] = ()
    interests: tuple[InterestEvidence, ...] = ()
    done: tuple[int, ...] = ()
    """Units they finished."""
    evenings: tuple[Evening, ...] = ()

    def topics(self) -> frozenset[str]:
        """The topics they chose."""
        return frozenset(interest.topic for interest in self.interests)

    def counts(self, codes: Iterable[str]) -> tuple[int, int]:
        """(right, of) over all answers on these competencies."""
        wanted = frozenset(codes)
        found = [piece for piece in self.knowledge if piece.competency in wanted]
        return sum(piece.right for piece in found), sum(piece.of for piece in found)

    def is_new(self) -> bool:
        """Whether nothing is known about them yet."""
        return not (self.knowledge or self.interests or self.done or self.evenings)


def inputs_hash(catalogue: Catalogue, learner: Learner) -> str:
    """The same for the same inputs and engine, so that a stored plan can be made again."""
    whole = [
        ENGINE_VERSION,
        [asdict(competency) for competency in catalogue.competencies],
        [asdict(unit) for unit in catalogue.units],
        asdict(learner),
    ]
    text = json.dumps(whole, sort_keys=True, ensure_ascii=False, default=date.isoformat)
    return hashlib.sha256(text.encode()).hexdigest()
