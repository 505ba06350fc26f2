"""What must hold for every plan, said without the engine's own words for choosing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from hanmadang.curricula.engine.doors import FORGOTTEN
from hanmadang.curricula.engine.inputs import Catalogue, Learner, Source, Unit, met
from hanmadang.curricula.engine.mastery import FOUNDED, Estimate, estimate
from hanmadang.curricula.engine.plan import Plan
from hanmadang.curricula.engine.shares import by_topic


@dataclass(frozen=True)
class Case:
    """One plan with what it was made from."""

    catalogue: Catalogue
    learner: Learner
    plan: Plan

    @cached_property
    def units(self) -> list[Unit]:
        """The lessons of the plan, in order."""
        return [self.catalogue.by_id[step.unit_id] for step in self.plan.steps]

    @cached_property
    def ids(self) -> frozenset[int]:
        """Their ids."""
        return frozenset(unit.id for unit in self.units)

    @cached_property
    def estimates(self) -> Mapping[str, Estimate]:
        """What the person knows."""
        return estimate(self.catalogue, self.learner)

    @property
    def left(self) -> int:
        """Minutes without a lesson."""
        return self.learner.budget - self.plan.minutes

    @cached_property
    def again(self) -> frozenset[int]:
        """Finished lessons that may be suggested again: nothing else teaches what was missed."""
        new = [u for u in self.catalogue.units if self._is_new(u) and self.legible(u)]
        missed = {
            piece.competency
            for piece in self.learner.knowledge
            if piece.source is Source.QUIZ and piece.right < piece.of
            and self.estimates[piece.competency].known < FORGOTTEN
        } - {code for unit in new for code in unit.taught()}  # fmt: skip
        done = (self.catalogue.by_id[unit_id] for unit_id in self.learner.done)
        return frozenset(unit.id for unit in done if missed & unit.taught())

    def legible(self, unit: Unit) -> bool:
        """Language and captions."""
        return unit.available and (unit.captioned or not self.learner.needs_captions)

    def usable(self, unit: Unit) -> bool:
        """Whether this person could take it."""
        wanted = unit.id not in self.learner.skipped and unit.id in self.again
        return self.legible(unit) and (wanted or self._is_new(unit))

    def _is_new(self, unit: Unit) -> bool:
        return unit.id not in self.learner.skipped and unit.id not in self.learner.done

    @cached_property
    def founded(self) -> frozenset[str]:
        """Known, or taught by finished lessons where no other can teach it."""
        sure = {code for code, found in self.estimates.items() if found.known >= FOUNDED}
        units = self.catalogue.by_id
        taught = {c for unit_id in self.learner.done for c in units[unit_id].taught()}
        new = [unit for unit in self.catalogue.units if self.usable(unit)]
        offered = {code for unit in new for code in unit.taught()}
        founded = frozenset(sure | (taught - offered))
        return founded | (taught - self.reached(founded))

    def reached(self, founded: frozenset[str]) -> frozenset[str]:
        """All that can be known in the end."""
        open_now = [u for u in self.catalogue.units if self.usable(u) and met(u.needs, founded)]
        known = founded.union(*(unit.taught() for unit in open_now))
        return known if known == founded else self.reached(known)

    @cached_property
    def forced(self) -> frozenset[int]:
        """What was pinned, announced or core, and all that may have come with it."""
        wanted = {*self.learner.pinned, *self.learner.kept}
        found = {unit.id for unit in self.units if unit.id in wanted or unit.core}
        while more := {
            u.id for u in self.units if u.id not in found and self._comes_with(u, found)
        }:
            found |= more
        return frozenset(found)

    def _comes_with(self, unit: Unit, ids: set[int]) -> bool:
        for other in (self.catalogue.by_id[unit_id] for unit_id in ids):
            if any(not unit.taught().isdisjoint(group) for group in other.needs):
                return True
            if unit in self.catalogue.counterparts.get(other.id, ()):
                return True
        return False


def violations(case: Case) -> list[str]:
    """Every rule that this plan breaks."""
    return [*_broken(case), *_closed_to(case), *_unfounded(case), *_alone(case), *_crowded(case)]


def _broken(case: Case) -> Iterator[str]:
    if case.plan.minutes != sum(unit.minutes for unit in case.units):
        yield "minutes"
    if case.left < 0:
        yield "budget"
    left_out = [unit_id for unit_id, _why in case.plan.omitted]
    shown = [step.unit_id for step in case.plan.steps]
    if sorted([*left_out, *shown]) != sorted(case.catalogue.by_id):
        yield "each lesson once"
    if not all(step.reasons for step in case.plan.steps):
        yield "a reason for each step"


def _closed_to(case: Case) -> Iterator[str]:
    if not all(unit.available for unit in case.units):
        yield "language"
    if case.learner.needs_captions and not all(unit.captioned for unit in case.units):
        yield "captions"
    if case.ids & set(case.learner.skipped):
        yield "skipped"
    if case.ids & (set(case.learner.done) - case.again):
        yield "done"


def _unfounded(case: Case) -> Iterator[str]:
    closed = set(case.founded)
    for unit in case.units:
        if not met(unit.needs, closed):
            yield "hard prerequisites"
        closed |= unit.taught()


def _alone(case: Case) -> Iterator[str]:
    reached = case.reached(case.founded)
    for unit in case.units:
        others = case.catalogue.counterparts.get(unit.id, ())
        if any(other.id in case.ids or other.id in case.learner.done for other in others):
            continue
        for other in others:
            skipped = other.id in case.learner.skipped and unit.id not in case.learner.pinned
            could = case.usable(other) and met(other.needs, reached)
            if could or (skipped and case.legible(other)):
                yield "perspectives"


def _crowded(case: Case) -> Iterator[str]:
    """Only what the person or a partner asked for may take more than its share."""
    most = max(0.4 * case.learner.budget, 20, case.learner.budget / max(1, _topics(case)))
    for topic, minutes in by_topic(case.units).items():
        free = [unit for unit in case.units if unit.id not in case.forced and topic in unit.topics]
        if minutes > most + 1e-9 and free:
            yield "topic share"


def _topics(case: Case) -> int:
    """On how many topics there is something to learn."""
    known = {code for code, found in case.estimates.items() if found.is_known}
    usable = [u for u in case.catalogue.units if case.usable(u) and not u.taught() <= known]
    longest, pinned = case.learner.longest, case.learner.pinned
    open_ones = [u for u in usable if longest is None or u.minutes <= longest or u.id in pinned]
    return len({topic for unit in open_ones for topic in unit.topics})
