"""Why a lesson is in the path: every reason that holds, the most personal first."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from hanmadang.curricula.engine.inputs import Learner, Unit
from hanmadang.curricula.engine.mastery import Estimate
from hanmadang.curricula.engine.order import QUICK
from hanmadang.curricula.engine.reasons import (
    Again,
    Balance,
    Core,
    EventAfter,
    EventBefore,
    Fits,
    Group,
    Interest,
    Kept,
    Longer,
    Need,
    Pinned,
    PrereqOf,
    Quick,
    Reason,
    Start,
)
from hanmadang.curricula.engine.value import WEIGHTS


@dataclass(frozen=True)
class Context:
    """What the reasons of one path are read from."""

    learner: Learner
    estimates: Mapping[str, Estimate]
    ordered: Sequence[Unit]
    closed: frozenset[str]
    """Competencies that were known or taught before the path."""
    balancing: Collection[int]
    outsider: int | None
    kept: Collection[int]

    @cached_property
    def closed_before(self) -> Mapping[int, frozenset[str]]:
        """By lesson what is known or taught when its turn comes."""
        found: dict[int, frozenset[str]] = {}
        closed = self.closed
        for unit in self.ordered:
            found[unit.id] = closed
            closed |= unit.taught()
        return found


def reasons_for(unit: Unit, context: Context) -> tuple[Reason, ...]:
    """Never empty; what is said of any lesson comes last."""
    learner = context.learner
    found: list[Reason] = [
        *([Pinned()] if unit.id in learner.pinned else ()),
        *_needs(unit, context),
        *_events(unit, learner),
        *(
            Group(p.poll_id, p.percent, p.n, p.about, p.missed)
            for p in learner.follow_ups
            if unit.id in p.units
        ),
        *_interests(unit, learner),
        *(Core(partner) for partner in unit.core),
        *_prerequisites(unit, context),
    ]
    if unit.id in context.balancing:
        found.append(Balance(perspective=True))
    elif unit.id == context.outsider and not found:
        found.append(Balance(perspective=False))
    if not found:
        found = [_bare(unit, context)]
    return (*found, *_lengths(unit, context))


def _needs(unit: Unit, context: Context) -> Iterator[Reason]:
    again = unit.id in context.learner.done
    for code, _strength in unit.teaches:
        found = context.estimates.get(code)
        if found and found.of and not found.is_known:
            if not again:
                yield Need(code, found.right, found.of)
            elif found.right < found.of:
                yield Again(code, found.right, found.of)


def _events(unit: Unit, learner: Learner) -> Iterator[Reason]:
    for evening in learner.evenings:
        day = evening.day.isoformat()
        if evening.over and unit.id in evening.follow_up:
            yield EventAfter(evening.event_id, day, evening.attended)
        elif not evening.over and unit.id in evening.lead_in:
            yield EventBefore(evening.event_id, day)


def _interests(unit: Unit, learner: Learner) -> Iterator[Reason]:
    """Each topic and source that counts once, however often it was chosen."""
    found = [i for i in learner.interests if i.topic in unit.topics and i.source in WEIGHTS]
    for topic, source in dict.fromkeys((i.topic, i.source.value) for i in found):
        yield Interest(topic, source)


def _prerequisites(unit: Unit, context: Context) -> Iterator[Reason]:
    """The first later lesson for which this one closes a need that nothing before it closes."""
    place = context.ordered.index(unit)
    before = context.closed_before[unit.id]
    opened = unit.taught() - before
    later = context.ordered[place + 1 :] if opened else ()
    first = next((other for other in later if _opens(opened, other, before)), None)
    if first:
        yield PrereqOf(first.id)


def _opens(opened: frozenset[str], other: Unit, before: frozenset[str]) -> bool:
    return any(before.isdisjoint(g) and not opened.isdisjoint(g) for g in other.needs)


def _bare(unit: Unit, context: Context) -> Reason:
    if unit.id in context.kept:
        return Kept()
    return Start(_main_competency(unit, context.estimates))


def _main_competency(unit: Unit, estimates: Mapping[str, Estimate]) -> str:
    """What it teaches most strongly among the unknown."""
    unknown = [
        (code, strength)
        for code, strength in unit.teaches
        if code in estimates and not estimates[code].is_known
    ]
    return max(unknown or unit.teaches, key=lambda pair: pair[1])[0]


def _lengths(unit: Unit, context: Context) -> Iterator[Reason]:
    if longest := context.learner.longest:
        kind = Fits if unit.minutes <= longest else Longer
        yield kind(unit.minutes, longest)
    new = not context.learner.done
    if new and unit is context.ordered[0] and unit.minutes <= QUICK:
        yield Quick(unit.minutes)
