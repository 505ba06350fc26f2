"""Why a lesson is in the path, or not: codes with numbers, worded later in the reader's language.

Each reason cites the input it rests on; take the input away, and the step changes or goes.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from hanmadang.curricula.engine.inputs import Learner, Unit
from hanmadang.curricula.engine.mastery import Estimate
from hanmadang.curricula.engine.order import QUICK


@dataclass(frozen=True, slots=True)
class Need:
    """The person answered questions on this competency, and does not know it for sure."""

    code: ClassVar[str] = "need"
    competency: str
    right: int
    of: int


@dataclass(frozen=True, slots=True)
class EventBefore:
    """It leads to an event the person booked, on that day (ISO)."""

    code: ClassVar[str] = "event_before"
    event: int
    day: str


@dataclass(frozen=True, slots=True)
class EventAfter:
    """It follows from an event the person booked, which was on that day (ISO)."""

    code: ClassVar[str] = "event_after"
    event: int
    day: str


@dataclass(frozen=True, slots=True)
class Interest:
    """The person chose this topic, in a poll or in their settings (`Source`)."""

    code: ClassVar[str] = "interest"
    topic: str
    source: str


@dataclass(frozen=True, slots=True)
class PrereqOf:
    """A later lesson of the path cannot be understood without it."""

    code: ClassVar[str] = "prereq_of"
    unit: int


@dataclass(frozen=True, slots=True)
class Balance:
    """It shows something outside the person's interests, or another viewpoint (`perspective`)."""

    code: ClassVar[str] = "balance"
    perspective: bool


@dataclass(frozen=True, slots=True)
class Quick:
    """The path begins with something short."""

    code: ClassVar[str] = "quick"
    minutes: int


@dataclass(frozen=True, slots=True)
class Start:
    """The person was never asked about this competency, so the lesson comes by its importance."""

    code: ClassVar[str] = "start"
    competency: str


Reason = Need | EventBefore | EventAfter | Interest | PrereqOf | Balance | Quick | Start
_REASONS: Mapping[str, Any] = {
    kind.code: kind
    for kind in (Need, EventBefore, EventAfter, Interest, PrereqOf, Balance, Quick, Start)
}


@dataclass(frozen=True, slots=True)
class Done:
    """Left out: finished already."""

    code: ClassVar[str] = "done"


@dataclass(frozen=True, slots=True)
class Known:
    """Left out: the person showed that they know what it teaches."""

    code: ClassVar[str] = "known"
    competency: str
    right: int
    of: int


@dataclass(frozen=True, slots=True)
class MissingLanguage:
    """Left out: it does not exist in the reader's language."""

    code: ClassVar[str] = "missing_language"


@dataclass(frozen=True, slots=True)
class Untaught:
    """Left out: it needs a competency that no lesson in the reader's language teaches."""

    code: ClassVar[str] = "untaught"
    competency: str


@dataclass(frozen=True, slots=True)
class OverBudget:
    """Left out: with what it stands on it takes more minutes than are left."""

    code: ClassVar[str] = "budget"
    minutes: int
    left: int


@dataclass(frozen=True, slots=True)
class Crowded:
    """Left out: its topic would take more than its share of the time."""

    code: ClassVar[str] = "crowded"
    topic: str


@dataclass(frozen=True, slots=True)
class LessValue:
    """Left out: every lesson chosen teaches this person more per minute."""

    code: ClassVar[str] = "less_value"


Omission = Done | Known | MissingLanguage | Untaught | OverBudget | Crowded | LessValue
_OMISSIONS: Mapping[str, Any] = {
    kind.code: kind
    for kind in (Done, Known, MissingLanguage, Untaught, OverBudget, Crowded, LessValue)
}


def to_json(reason: Reason | Omission) -> dict[str, Any]:
    """The stored form: its code and its numbers."""
    return {"code": reason.code, **asdict(reason)}


def reason_from_json(stored: Mapping[str, Any]) -> Reason:
    """The inverse of `to_json` for a reason."""
    reason: Reason = _made(_REASONS, stored)
    return reason


def omission_from_json(stored: Mapping[str, Any]) -> Omission:
    """The inverse of `to_json` for an omission."""
    omission: Omission = _made(_OMISSIONS, stored)
    return omission


def _made(kinds: Mapping[str, Any], stored: Mapping[str, Any]) -> Any:
    return kinds[stored["code"]](**{key: x for key, x in stored.items() if key != "code"})


@dataclass(frozen=True, slots=True)
class Context:
    """What the reasons of one path are read from."""

    learner: Learner
    estimates: Mapping[str, Estimate]
    ordered: list[Unit]
    closed: frozenset[str]
    """Competencies that were known or taught before the path."""
    balancing: frozenset[int]


def reasons_for(unit: Unit, context: Context) -> tuple[Reason, ...]:
    """Every reason that holds, the most personal first; never empty."""
    found: list[Reason] = [
        *_needs(unit, context),
        *_events(unit, context.learner),
        *_interests(unit, context.learner),
        *_prerequisites(unit, context),
    ]
    if balance := _balance(unit, context, alone=not found):
        found.append(balance)
    if not found:
        found = [Start(_main_competency(unit, context.estimates))]
    if unit is context.ordered[0] and unit.minutes <= QUICK:
        found.append(Quick(unit.minutes))
    return tuple(found)


def _needs(unit: Unit, context: Context) -> Iterator[Reason]:
    for code, _strength in unit.teaches:
        estimate = context.estimates.get(code)
        if estimate and estimate.of and not estimate.is_known:
            yield Need(code, estimate.right, estimate.of)


def _events(unit: Unit, learner: Learner) -> Iterator[Reason]:
    for evening in learner.evenings:
        day = evening.day.isoformat()
        if evening.over and unit.id in evening.follow_up:
            yield EventAfter(evening.event_id, day)
        elif not evening.over and unit.id in evening.lead_in:
            yield EventBefore(evening.event_id, day)


def _interests(unit: Unit, learner: Learner) -> Iterator[Reason]:
    for interest in learner.interests:
        if interest.topic in unit.topics:
            yield Interest(interest.topic, interest.source.value)


def _prerequisites(unit: Unit, context: Context) -> Iterator[Reason]:
    """The first later lesson for which this one closes a need that nothing before it closes."""
    place = context.ordered.index(unit)
    before = context.closed.union(*(other.taught() for other in context.ordered[:place]))
    opened = unit.taught() - before
    later = (other for other in context.ordered[place + 1 :] if _opens(opened, other, before))
    first = next(later, None)
    if first:
        yield PrereqOf(first.id)


def _opens(opened: frozenset[str], other: Unit, before: frozenset[str]) -> bool:
    return any(before.isdisjoint(g) and not opened.isdisjoint(g) for g in other.needs)


def _balance(unit: Unit, context: Context, *, alone: bool) -> Balance | None:
    """What was chosen for balance, or has no other reason than that it lies outside."""
    interests = context.learner.topics()
    outside = bool(interests) and not interests & set(unit.topics)
    if unit.id in context.balancing:
        return Balance(perspective=not outside)
    return Balance(perspective=False) if outside and alone else None


def _main_competency(unit: Unit, estimates: Mapping[str, Estimate]) -> str:
    """What it teaches most strongly among the unknown."""
    unknown = [
        (code, strength)
        for code, strength in unit.teaches
        if code in estimates and not estimates[code].is_known
    ]
    return max(unknown or unit.teaches, key=lambda pair: pair[1])[0]
