"""Which lessons fit the time: greedy by value per minute, each with all that it stands on.

A *bundle* is a lesson, the lessons that close its hard prerequisites, and, where it argues from one
viewpoint, a lesson that argues from another. Bundles enter whole or not at all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from hanmadang.curricula.engine.inputs import Catalogue, Learner, Unit
from hanmadang.curricula.engine.mastery import Estimate
from hanmadang.curricula.engine.tracing import learned
from hanmadang.curricula.engine.value import Worth

MOST_OF_ONE_TOPIC = 0.4
"""The share of the time that one topic may take, as long as something else fits."""
ALWAYS_ALLOWED = 20
"""Minutes any topic may take in a short week: a lesson and what it stands on."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Lessons that enter together, in the order of their prerequisites."""

    units: tuple[Unit, ...]
    counterparts: frozenset[int] = frozenset()
    """Those that are here to show another viewpoint."""

    @property
    def minutes(self) -> int:
        """How long they take together."""
        return sum(unit.minutes for unit in self.units)


class Selection:
    """Chooses lessons for one learner; `units` and `balancing` are the result."""

    def __init__(
        self, catalogue: Catalogue, learner: Learner, estimates: Mapping[str, Estimate]
    ) -> None:
        self._catalogue = catalogue
        self._budget = learner.budget
        self._interests = learner.topics()
        self._worth = Worth(catalogue, learner)
        self._known_before = frozenset(code for code, found in estimates.items() if found.is_known)
        self._done = frozenset(learner.done)
        self._taught = self._known_before | self._taught_by(self._done)
        self.known = {code: found.known for code, found in estimates.items()}
        """The expected mastery once everything chosen so far is done."""
        self.units: dict[int, Unit] = {}
        self.balancing: set[int] = set()
        """Lessons chosen to show something else than the interests or one viewpoint."""
        self.lowest_rate = 0.0
        self._topic_minutes: dict[str, float] = {}

    @property
    def closed(self) -> frozenset[str]:
        """Competencies that are known, or taught by what is done or chosen."""
        return self._taught

    @property
    def left(self) -> int:
        """Minutes not yet spent."""
        return self._budget - sum(unit.minutes for unit in self.units.values())

    def run(self) -> None:
        """Choose until nothing useful fits."""
        outsider = self._best(self._is_outside, self._budget // 2)
        self._fill(self.left - (outsider.minutes if outsider else 0))
        if outsider and not any(map(self._is_outside, self.units.values())):
            self._take_outsider()
        self._fill(self.left)
        if self.left > self._budget / 2:  # the catalogue is too narrow to keep the shares
            self._fill(self.left, shares_matter=False)

    def candidates(self) -> Iterable[Unit]:
        """Lessons that could still teach this person something."""
        return (unit for unit in self._catalogue.units if self.is_candidate(unit))

    def is_candidate(self, unit: Unit) -> bool:
        """Neither done nor chosen, in the reader's language, and not wholly known."""
        return (
            unit.available
            and unit.id not in self._done
            and unit.id not in self.units
            and not self.is_known(unit)
        )

    def is_known(self, unit: Unit) -> bool:
        """Whether the person already knew everything it teaches."""
        return unit.taught() <= self._known_before

    def bundle(self, unit: Unit) -> Bundle | None:
        """The lesson with all that it still needs; None where a need cannot be closed."""
        chosen = self._closure(unit, {})
        if chosen is None:
            return None
        counterparts: set[int] = set()
        while wider := self._widened(chosen):
            counterparts.add(next(reversed(wider)))
            chosen = wider
        return Bundle(tuple(chosen.values()), frozenset(counterparts))

    def rate(self, bundle: Bundle) -> float:
        """Value per minute, what the first lessons teach no longer counted for the later."""
        known, value = dict(self.known), 0.0
        for unit in bundle.units:
            value += self._worth.of(unit, known)
            _learn(known, unit)
        return value / bundle.minutes

    def crowded_topic(self, bundle: Bundle) -> str:
        """A topic that would take more than its share, or an empty string."""
        most = max(MOST_OF_ONE_TOPIC * self._budget, ALWAYS_ALLOWED)
        added = self._by_topic(bundle.units)
        return next(
            (t for t, more in added.items() if self._topic_minutes.get(t, 0) + more > most), ""
        )

    def unmet(self, unit: Unit) -> str:
        """A need that no available lesson can close, or an empty string."""
        return next((group[0] for group in unit.needs if self._cannot_close(group, unit)), "")

    def _cannot_close(self, group: tuple[str, ...], unit: Unit) -> bool:
        if self._is_closed(group, {}):
            return False
        teachers = self._teachers(group)
        return all(self._closure(t, {}, (unit.id,)) is None for t in teachers if t.id != unit.id)

    def _teachers(self, group: tuple[str, ...]) -> list[Unit]:
        return [unit for code in group for unit in self._catalogue.teachers.get(code, ())]

    def _fill(self, minutes: int, *, shares_matter: bool = True) -> None:
        spent = 0
        while found := self._best(self._is_any, minutes - spent, shares_matter=shares_matter):
            spent += found.minutes
            self._take(found)

    def _take_outsider(self) -> None:
        found = self._best(self._is_outside, self.left)
        if found:
            self.balancing.add(found.units[-1].id)
            self._take(found)

    def _best(
        self, wanted: Callable[[Unit], bool], minutes: int, *, shares_matter: bool = True
    ) -> Bundle | None:
        best, best_rate = None, 0.0
        for unit in self.candidates():
            bundle = self.bundle(unit) if unit.minutes <= minutes and wanted(unit) else None
            if bundle is None or bundle.minutes > minutes:
                continue
            rate = self.rate(bundle)
            if rate > best_rate and not (shares_matter and self.crowded_topic(bundle)):
                best, best_rate = bundle, rate
        return best

    def _take(self, bundle: Bundle) -> None:
        rate = self.rate(bundle)
        self.lowest_rate = min(self.lowest_rate or rate, rate)
        for topic, more in self._by_topic(bundle.units).items():
            self._topic_minutes[topic] = self._topic_minutes.get(topic, 0) + more
        for unit in bundle.units:
            self.units[unit.id] = unit
            _learn(self.known, unit)
        self.balancing |= bundle.counterparts
        self._taught |= self._taught_by(unit.id for unit in bundle.units)

    def _closure(
        self, unit: Unit, chosen: Mapping[int, Unit], above: tuple[int, ...] = ()
    ) -> dict[int, Unit] | None:
        """`chosen` with the lesson and, before it, what teaches its needs; None if that fails."""
        grown = dict(chosen)
        if unit.id in grown or unit.id in self.units:
            return grown
        for group in unit.needs:
            if self._is_closed(group, grown):
                continue
            teachers = self._teachers(group)
            path = (*above, unit.id)
            tries = (self._closure(t, grown, path) for t in teachers if t.id not in path)
            deeper = next((found for found in tries if found is not None), None)
            if deeper is None:
                return None
            grown = deeper
        return grown | {unit.id: unit}

    def _is_closed(self, group: tuple[str, ...], chosen: Mapping[int, Unit]) -> bool:
        return any(
            need in self._taught or any(need in unit.taught() for unit in chosen.values())
            for need in group
        )

    def _widened(self, chosen: Mapping[int, Unit]) -> dict[int, Unit] | None:
        """`chosen` with the shortest lesson that answers a one-sided one; None where none must."""
        for unit in chosen.values():
            for other in self._answers_to(unit, chosen):
                both = self._closure(other, chosen)
                if both is not None:
                    return both
        return None

    def _answers_to(self, unit: Unit, chosen: Mapping[int, Unit]) -> list[Unit]:
        """Lessons on a shared topic from another viewpoint; none where one is already there."""
        if not unit.perspective:
            return []
        others = [other for other in self._catalogue.units if _differs(unit, other)]
        if any(o.id in chosen or o.id in self.units or o.id in self._done for o in others):
            return []
        return sorted((o for o in others if o.available), key=lambda other: other.minutes)

    def _taught_by(self, unit_ids: Iterable[int]) -> frozenset[str]:
        found = (self._catalogue.by_id.get(unit_id) for unit_id in unit_ids)
        return frozenset(code for unit in found if unit for code in unit.taught())

    @staticmethod
    def _by_topic(units: Iterable[Unit]) -> dict[str, float]:
        """Minutes per topic; a lesson on two topics counts half for each."""
        minutes: dict[str, float] = {}
        for unit in units:
            for topic in unit.topics:
                minutes[topic] = minutes.get(topic, 0) + unit.minutes / len(unit.topics)
        return minutes

    def _is_outside(self, unit: Unit) -> bool:
        return bool(self._interests) and not self._interests & set(unit.topics)

    @staticmethod
    def _is_any(_unit: Unit) -> bool:
        return True


def _learn(known: dict[str, float], unit: Unit) -> None:
    for code, strength in unit.teaches:
        if code in known:
            known[code] = learned(known[code], strength)


def _differs(unit: Unit, other: Unit) -> bool:
    shared = set(unit.topics) & set(other.topics)
    return bool(other.perspective and shared and other.perspective != unit.perspective)
