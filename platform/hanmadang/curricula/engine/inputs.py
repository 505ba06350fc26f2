"""What the engine may know. A stance has no type here, so it cannot be an input.

Everything is frozen and sorted, so that equal inputs are equal texts and give equal plans.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from operator import attrgetter

from hanmadang.curricula.engine import ENGINE_VERSION
from hanmadang.curricula.engine.marks import marked
from hanmadang.curricula.engine.tracing import Parameters

Needs = tuple[tuple[str, ...], ...]
"""Hard prerequisites: of each inner group one competency is enough, and each group must be met."""


def met(needs: Needs, codes: Container[str]) -> bool:
    """Whether these competencies meet the needs."""
    for group in needs:
        for code in group:
            if code in codes:
                break
        else:
            return False
    return True


class Source(StrEnum):
    """Where a piece of evidence comes from."""

    POLL = "poll"
    QUIZ = "quiz"
    """Answers in lessons."""
    DECLARED = "declared"
    PRETEST = "pretest"
    CHECK = "check"
    """Answers after "I know this", or after an event."""
    EVENT = "event"
    """An event they attended."""
    QUESTION = "question"
    """A question they asked or voted up."""
    COHORT = "cohort"
    """What their group's poll asked for."""


@dataclass(frozen=True, slots=True, order=True)
class KnowledgeEvidence:
    """Answers to questions that have a right answer, on one competency, from one source."""

    competency: str
    right: int
    of: int
    source: Source


@dataclass(frozen=True, slots=True)
class InterestEvidence:
    """A topic that the person chose."""

    topic: str
    source: Source
    day: date | None = None
    """When; what was chosen long ago counts less. None for what still stands."""
    share: float = 1.0
    """How much of the source's weight it has: a topic may interest somebody only a little."""

    def __lt__(self, other: "InterestEvidence") -> bool:
        return self._key() < other._key()

    def _key(self) -> tuple[str, str, str, float]:
        return self.topic, self.source, self.day.isoformat() if self.day else "", self.share


@dataclass(frozen=True, slots=True)
class Competency:
    """Something to know: how much it matters (0 to 1) and what must be known before it."""

    code: str
    importance: float
    needs: Needs = ()
    helps: tuple[str, ...] = ()
    """What is good to know before it: moves order and value, and is never a condition."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A lesson, as the reader's language offers it."""

    id: int
    minutes: int
    topics: tuple[str, ...]
    teaches: tuple[tuple[str, float], ...]
    """(competency, strength between 0 and 1)."""
    needs: Needs = ()
    """Competencies without which it cannot be understood."""
    perspective: str = ""
    """Names the viewpoint it argues from; empty where it argues from none."""
    available: bool = True
    """Whether it exists in the reader's language."""
    captioned: bool = True
    """Whether all its media can be followed without hearing, in the reader's language."""
    core: tuple[str, ...] = ()
    """Names of the partners for whom everybody should take it, sorted."""

    def taught(self) -> frozenset[str]:
        """The competencies it teaches."""
        return frozenset(code for code, _strength in self.teaches)


@dataclass(frozen=True, slots=True)
class Evening:
    """An event the person booked or attended, and the lessons that lead to it or follow from it."""

    event_id: int
    day: date
    over: bool
    lead_in: tuple[int, ...] = ()
    follow_up: tuple[int, ...] = ()
    attended: bool = False
    """Whether they were seen there; a follow-up of what was only booked counts less."""


@dataclass(frozen=True, slots=True, order=True)
class FollowUp:
    """Lessons that answer a poll this person took part in, with what its released table says."""

    poll_id: int
    units: tuple[int, ...]
    percent: int
    """Of those who answered, who asked for it."""
    n: int
    """Who answered."""
    about: str = ""
    """The topic they asked for; the competency where they missed a question on it."""
    missed: bool = False


@dataclass(frozen=True)
class Catalogue:
    """All that can be learned. Units in their teaching order, which decides between equals."""

    competencies: tuple[Competency, ...]
    units: tuple[Unit, ...]

    @cached_property
    def mark(self) -> str:
        """A name for exactly this catalogue."""
        return marked([[asdict(each) for each in rows] for rows in (self.competencies, self.units)])

    @cached_property
    def by_id(self) -> Mapping[int, Unit]:
        """Every unit by its id."""
        return {unit.id: unit for unit in self.units}

    @cached_property
    def by_code(self) -> Mapping[str, Competency]:
        """Every competency by its code."""
        return {competency.code: competency for competency in self.competencies}

    @cached_property
    def taught(self) -> Mapping[int, frozenset[str]]:
        """What each unit teaches."""
        return {unit.id: unit.taught() for unit in self.units}

    @cached_property
    def position(self) -> Mapping[int, int]:
        """Each unit's place in the teaching order."""
        return {unit.id: place for place, unit in enumerate(self.units)}

    @cached_property
    def answers(self) -> Mapping[int, frozenset[int]]:
        """The ids of the counterparts of each lesson that argues from a viewpoint."""
        return {
            unit_id: frozenset(other.id for other in others)
            for unit_id, others in self.counterparts.items()
        }

    @cached_property
    def changes(self) -> Mapping[int, int]:
        """By lesson what taking it changes, one bit each: competencies, viewpoints on topics."""
        return {unit.id: self._bits(_marks(unit)) for unit in self.units}

    @cached_property
    def rests_on(self) -> Mapping[int, int]:
        """By lesson what makes it worth more, or come with fewer others, in the same bits."""
        return {unit.id: self._bits(self._words(unit)) for unit in self.units}

    @cached_property
    def _bit(self) -> defaultdict[str, int]:
        bits: defaultdict[str, int] = defaultdict(lambda: 1 << len(bits))
        return bits

    def _bits(self, words: Iterable[str]) -> int:
        return sum(self._bit[word] for word in set(words))

    @cached_property
    def helped(self) -> frozenset[str]:
        """The competencies that something helps with."""
        return frozenset(each.code for each in self.competencies if each.helps)

    def _words(self, unit: Unit) -> frozenset[str]:
        helps = (self.by_code[code].helps for code in unit.taught() if code in self.by_code)
        sides = _marks(unit) - unit.taught()
        return sides.union(*unit.needs, *helps)

    @cached_property
    def counterparts(self) -> Mapping[int, tuple[Unit, ...]]:
        """For a lesson that argues from a viewpoint, those that share a topic and argue from
        another, the shortest first.
        """
        sided = [unit for unit in self.units if unit.perspective]
        return {
            unit.id: tuple(
                sorted((o for o in sided if _differs(unit, o)), key=attrgetter("minutes"))
            )
            for unit in sided
        }

    @cached_property
    def foundations_first(self) -> tuple[str, ...]:
        """Competency codes, each after all that it needs; a cycle is cut where it closes."""
        placed: dict[str, None] = {}
        for competency in self.competencies:
            self._place(competency.code, placed, set())
        return tuple(placed)

    @cached_property
    def depths(self) -> Mapping[str, int]:
        """How many steps above the ground each competency stands, by its easiest way."""
        depths: dict[str, int] = {}
        for code in self.foundations_first:
            groups = [group for group in self.by_code[code].needs if group]
            below = (min(depths.get(need, 0) for need in group) + 1 for group in groups)
            depths[code] = max(below, default=0)
        return depths

    def _place(self, code: str, placed: dict[str, None], above: set[str]) -> None:
        if code in placed or code in above or code not in self.by_code:
            return
        for group in self.by_code[code].needs:
            for need in group:
                self._place(need, placed, above | {code})
        placed[code] = None


def _marks(unit: Unit) -> frozenset[str]:
    """What it has in common with others: what it teaches, and topics where it takes a side."""
    topics = (f"topic {topic}" for topic in unit.topics) if unit.perspective else ()
    return unit.taught().union(topics)


def _differs(unit: Unit, other: Unit) -> bool:
    return other.perspective != unit.perspective and not set(unit.topics).isdisjoint(other.topics)


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
    pinned: tuple[int, ...] = ()
    """Units they want in their path, whatever else is worth more."""
    skipped: tuple[int, ...] = ()
    """Units they do not want to be shown."""
    kept: tuple[int, ...] = ()
    """The next two units last shown, in order; they stay unless they became wrong."""
    longest: int | None = None
    """The most minutes of one lesson, unless it is pinned or needed ("shorter")."""
    needs_captions: bool = False
    deadline: date | None = None
    """The day on which they want to be through."""
    today: date | None = None
    """In the reader's city; without it nothing has a date to start by and no interest fades."""
    known_claims: tuple[str, ...] = ()
    """Competencies they say they know; counts as known until an answer says otherwise."""
    follow_ups: tuple[FollowUp, ...] = ()

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


def inputs_hash(
    catalogue: Catalogue, learner: Learner, parameters: Parameters | None = None
) -> str:
    """The same for the same inputs and engine, so that a stored plan can be made again."""
    fitted = parameters.mark if parameters else ""
    return marked([ENGINE_VERSION, catalogue.mark, fitted, asdict(learner)])
