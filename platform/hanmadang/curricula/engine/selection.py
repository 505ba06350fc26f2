"""Which lessons fit the time: greedy by value per minute, each with all that it stands on.

A *bundle* is a lesson, the lessons that close its hard prerequisites, and, where it argues from one
viewpoint, a lesson that argues from another. Bundles enter whole or not at all: first what the
person pinned, what they were shown as next, and what a partner holds to be core; then one lesson
outside their interests; then the best per minute.
"""

import math
from bisect import insort
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from operator import attrgetter
from typing import NamedTuple

from hanmadang.curricula.engine.doors import Doors
from hanmadang.curricula.engine.inputs import Catalogue, Learner, Unit, met
from hanmadang.curricula.engine.shares import Shares
from hanmadang.curricula.engine.value import Worth


class Bundle(NamedTuple):
    """Lessons that enter together, in the order of their prerequisites."""

    unit: Unit
    """For whose sake."""
    units: tuple[Unit, ...]
    counterparts: frozenset[int]
    """Those that are here to show another viewpoint."""
    minutes: int
    rate: float
    """Value per minute; never more than the lesson's own, since what it stands on can be chosen
    for its own sake."""
    rank: tuple[float, int]
    """The lowest is the best; equals go by their teaching order."""
    teaches: int
    """One bit for each thing it changes; where others change it first, it loses value."""
    needs: int
    """One bit for each thing whose change may make it shorter, or worth more."""


class _Stale(NamedTuple):
    """A lesson whose bundle must be valued anew before it can be chosen."""

    unit: Unit
    most: float
    """Its value per minute cannot exceed this."""
    before: Bundle | None
    """What it was, where only its value changed."""


class Selection:
    """Chooses lessons for one learner."""

    def __init__(self, catalogue: Catalogue, learner: Learner, doors: Doors, worth: Worth) -> None:
        self._catalogue, self._learner, self._worth = catalogue, learner, worth
        self.doors = doors
        self.foundations = doors.foundations
        self.closed: set[str] = set(doors.foundations.founded)
        """Competencies that are known, or taught by what is done or chosen."""
        self.known = {code: found.known for code, found in doors.estimates.items()}
        """The expected mastery once everything chosen so far is done."""
        self.units: dict[int, Unit] = {}
        self.balancing: set[int] = set()
        """Lessons chosen to show another viewpoint."""
        self.outsider: int | None = None
        """The lesson chosen because it lies outside the interests."""
        self.kept: set[int] = set()
        self.left = learner.budget
        """Minutes not yet spent."""
        self.lowest_rate = math.inf
        """Of all bundles chosen."""
        self.one_sided: dict[int, Unit] = {}
        """By lesson that cannot be had: which one of its bundle nothing may answer."""
        self._met = set(doors.done)
        """Lessons done or chosen."""
        self._ranked: list[Bundle] = []
        candidates = [unit for unit in catalogue.units if doors.is_candidate(unit)]
        self.shares = Shares(learner.budget, len({t for unit in candidates for t in unit.topics}))
        self._stale = sorted(map(self._unvalued, candidates), key=attrgetter("most"))
        """Lessons to be valued, the most promising last."""

    def run(self) -> None:
        """Choose until nothing useful fits."""
        self._take_pinned()
        self._take_kept()
        self._fill(self._learner.budget // 2, lambda unit: bool(unit.core), force=True)
        self._take_outsider()
        self._fill(self.left, lambda _unit: True)

    def bundle(self, unit: Unit) -> Bundle | None:
        """The lesson with all that belongs to it now; None where that cannot be had."""
        chosen = self.foundations.under(unit, self.closed, {})
        if chosen is None:
            return None
        counterparts: set[int] = set()
        while alone := self._one_sided(chosen):
            wider = self._widened(alone, chosen)
            if wider is None:
                self.one_sided[unit.id] = alone
                return None
            counterparts.add(next(reversed(wider)))
            chosen = wider
        return self._made(unit, tuple(chosen.values()), counterparts)

    def weaker(self) -> set[int]:
        """Lessons too long for what is left, and surely worth less than all that was chosen."""
        stale = {each.unit.id for each in self._stale if each.most < self.lowest_rate}
        return stale if self.units else set()

    def valued(self) -> dict[int, Bundle]:
        """What was not chosen, by lesson, where its value is known."""
        return {bundle.unit.id: bundle for bundle in self._ranked}

    def _made(self, unit: Unit, units: tuple[Unit, ...], counterparts: AbstractSet[int]) -> Bundle:
        minutes = sum(each.minutes for each in units)
        value = self._value(units)
        most = self._worth.most(unit, self.known)
        rate = min(value / minutes, most) if minutes else 0.0
        rank = -rate, self._catalogue.position[unit.id]
        teaches = needs = 0
        for each in units:
            teaches |= self._catalogue.changes[each.id]
            needs |= self._catalogue.rests_on[each.id]
        return Bundle(unit, units, frozenset(counterparts), minutes, rate, rank, teaches, needs)

    def _value(self, units: tuple[Unit, ...]) -> float:
        """What the first lessons teach no longer counts for the later."""
        if len(units) == 1:
            return self._worth.of(units[0], self.known)
        known, value = dict(self.known), 0.0
        for unit in units:
            value += self._worth.of(unit, known)
            _learn(known, unit)
        return value

    def _take_pinned(self) -> None:
        for unit_id in self._learner.pinned:
            self._force(self.doors.usable.get(unit_id))

    def _take_kept(self) -> None:
        """A step that was announced stays while it is useful and nothing new must come first."""
        for unit_id in self._learner.kept:
            unit = self.doors.usable.get(unit_id)
            if unit and self.doors.is_candidate(unit) and self._stands(unit) and self._force(unit):
                self.kept.add(unit_id)

    def _stands(self, unit: Unit) -> bool:
        return met(unit.needs, self.closed)

    def _force(self, unit: Unit | None) -> bool:
        """Take it, whatever it is worth, where it fits."""
        if unit is None:
            return False
        if unit.id in self.units:
            return True
        bundle = self.bundle(unit)
        if bundle is None or bundle.minutes > self.left:
            return False
        self._take(bundle)
        return True

    def _take_outsider(self) -> None:
        interests = self._learner.topics()

        def outside(unit: Unit) -> bool:
            return interests.isdisjoint(unit.topics)

        if interests and not any(map(outside, self.units.values())):
            found = self._best(min(self.left, self._learner.budget // 2), outside)
            if found:
                self.outsider = found.unit.id
                self._take(found)

    def _fill(self, minutes: int, wanted: Callable[[Unit], bool], *, force: bool = False) -> None:
        rest = self.left - min(minutes, self.left)
        while found := self._best(self.left - rest, wanted, force=force):
            self._take(found)

    def _best(
        self, minutes: int, wanted: Callable[[Unit], bool], *, force: bool = False
    ) -> Bundle | None:
        """The best that fits; `force` past the shares of the topics."""

        def fits(bundle: Bundle) -> bool:
            if bundle.minutes > minutes or bundle.rate <= 0 or not wanted(bundle.unit):
                return False
            return force or not self.shares.crowded(bundle.units)

        best = next(filter(fits, self._ranked), None)
        for place in range(len(self._stale) - 1, -1, -1):
            stale = self._stale[place]
            if best and stale.most < best.rate:
                break
            if stale.unit.minutes <= minutes:
                del self._stale[place]
                fresh = None if stale.unit.id in self.units else self._valued(stale)
                if fresh and fits(fresh) and (best is None or fresh.rank < best.rank):
                    best = fresh
        return best

    def _valued(self, stale: _Stale) -> Bundle | None:
        """Its bundle now, ranked among the others."""
        before = stale.before
        bundle = (
            self._made(before.unit, before.units, before.counterparts)
            if before
            else self.bundle(stale.unit)
        )
        if bundle:
            insort(self._ranked, bundle, key=attrgetter("rank"))
        return bundle

    def _take(self, bundle: Bundle) -> None:
        self.lowest_rate = min(self.lowest_rate, bundle.rate)
        self.left -= bundle.minutes
        self.shares.add(bundle.units)
        self.balancing |= bundle.counterparts
        changed = 0
        for unit in bundle.units:
            self.units[unit.id] = unit
            _learn(self.known, unit)
            self.closed |= self._catalogue.taught[unit.id]
            changed |= self._catalogue.changes[unit.id]
        self._met |= self.units.keys()
        self._set_aside(changed)

    def _set_aside(self, changed: int) -> None:
        """Take out of the ranking what a choice touched; the rest keeps its value."""
        moved = [each for each in self._ranked if (each.teaches | each.needs) & changed]
        if moved:
            self._ranked = [b for b in self._ranked if not (b.teaches | b.needs) & changed]
        raised = [each for each in self._stale if each.before and each.before.needs & changed]
        if raised:
            self._stale = [s for s in self._stale if not (s.before and s.before.needs & changed)]
            moved += [each.before for each in raised if each.before]
        self._stale += [self._touched(bundle, changed) for bundle in moved]
        self._stale.sort(key=attrgetter("most"))

    def _touched(self, bundle: Bundle, changed: int) -> _Stale:
        """Where only others teach the same now, it is worth at most what it was."""
        if bundle.needs & changed:
            return self._unvalued(bundle.unit)
        return _Stale(bundle.unit, bundle.rate, bundle)

    def _unvalued(self, unit: Unit) -> _Stale:
        return _Stale(unit, self._worth.most(unit, self.known), None)

    def _one_sided(self, chosen: Mapping[int, Unit]) -> Unit | None:
        """The first lesson that must not stand alone; none where there is nothing to answer it."""
        for unit in chosen.values():
            if unit.perspective and self._is_alone(unit, chosen):
                return unit
        return None

    def _is_alone(self, unit: Unit, chosen: Mapping[int, Unit]) -> bool:
        answers = self._catalogue.answers[unit.id]
        if not (answers.isdisjoint(self._met) and answers.isdisjoint(chosen)):
            return False
        return any(self._can_answer(other, unit) for other in self._catalogue.counterparts[unit.id])

    def _can_answer(self, other: Unit, unit: Unit) -> bool:
        """Skipping the answer does not make a viewpoint the only one, unless that was pinned."""
        if other.id in self.doors.skipped:
            return self.doors.is_legible(other) and unit.id not in self.doors.pinned
        return other.id in self.doors.usable and not self.foundations.missing(other)

    def _widened(self, unit: Unit, chosen: Mapping[int, Unit]) -> dict[int, Unit] | None:
        """`chosen` with the shortest lesson that answers this one."""
        for other in self._catalogue.counterparts[unit.id]:
            if other.id in self.doors.usable:
                both = self.foundations.under(other, self.closed, chosen)
                if both is not None:
                    return both
        return None


def _learn(known: dict[str, float], unit: Unit) -> None:
    for code, strength in unit.teaches:
        if code in known:
            known[code] += (1 - known[code]) * strength
