"""What a lesson stands on: for each competency the cheapest way to learn it, found once per plan.

A graph of ANDs and ORs has a shortest way to each node as a plain graph has (Knuth 1977): settle
the cheapest first, and a lesson is open once one competency of each group it needs is settled. The
cost of a lesson is the minutes it is expected to take until its competency is learned.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from heapq import heappop, heappush

from hanmadang.curricula.engine.inputs import Unit


class Foundations:
    """The cheapest ways through the lessons that one learner can take."""

    def __init__(self, units: Iterable[Unit], founded: Collection[str]) -> None:
        self.founded = frozenset(founded)
        """Competencies that need no lesson."""
        self._teacher: dict[str, Unit] = {}
        self._choice: dict[tuple[int, tuple[str, ...]], str] = {}
        """Of each group of a lesson, the competency that is cheapest to learn."""
        self._waiting: dict[int, int] = {}
        self._needing: dict[str, list[tuple[int, Unit, tuple[str, ...]]]] = defaultdict(list)
        self._heap: list[tuple[float, int, str, Unit]] = []
        for place, unit in enumerate(units):
            self._enter(unit, place)
        self._settle()

    @classmethod
    def after(
        cls, units: Collection[Unit], sure: frozenset[str], taught: frozenset[str]
    ) -> "Foundations":
        """What lessons taught before is enough only where no new one can teach it again."""
        offered = {code for unit in units for code, _strength in unit.teaches}
        found = cls(units, sure | (taught - offered))
        stuck = taught - found.founded - found._teacher.keys()
        return cls(units, found.founded | stuck) if stuck else found

    def under(
        self, unit: Unit, closed: set[str], chosen: Mapping[int, Unit]
    ) -> dict[int, Unit] | None:
        """`chosen` with the lesson and, before it, what it stands on; None if that fails."""
        if not chosen and all(not closed.isdisjoint(group) for group in unit.needs):
            return {unit.id: unit}
        grown = dict(chosen)
        taught = {code for each in chosen.values() for code, _strength in each.teaches}
        return grown if self._add(unit, closed, grown, taught) else None

    def missing(self, unit: Unit) -> str:
        """A competency that no lesson can bring, or an empty string."""
        if not self._waiting.get(unit.id):
            return ""
        groups = (g for g in unit.needs if not self.is_open(g) and (unit.id, g) not in self._choice)
        return next((group[0] for group in groups if group), "")

    def is_open(self, group: tuple[str, ...]) -> bool:
        """Whether one of the group needs no lesson."""
        return not self.founded.isdisjoint(group)

    def _add(self, unit: Unit, closed: set[str], chosen: dict[int, Unit], taught: set[str]) -> bool:
        for group in unit.needs:
            if not (closed.isdisjoint(group) and taught.isdisjoint(group)):
                continue
            code = self._choice.get((unit.id, group))
            if code is None or not self._add(self._teacher[code], closed, chosen, taught):
                return False
        chosen[unit.id] = unit
        for code, _strength in unit.teaches:
            taught.add(code)
        return True

    def _settle(self) -> None:
        spent: dict[int, float] = defaultdict(float)
        while self._heap:
            cost, _place, code, teacher = heappop(self._heap)
            if code in self._teacher:
                continue
            self._teacher[code] = teacher
            for place, unit, group in self._needing[code]:
                if (unit.id, group) in self._choice:
                    continue
                self._choice[unit.id, group] = code
                spent[unit.id] += cost
                self._waiting[unit.id] -= 1
                if not self._waiting[unit.id]:
                    self._offer(unit, place, spent[unit.id])

    def _enter(self, unit: Unit, place: int) -> None:
        """It offers what it teaches, or waits until its open groups are settled."""
        groups = [group for group in unit.needs if not self.is_open(group)]
        self._waiting[unit.id] = len(groups)
        for group in groups:
            for code in group:
                self._needing[code].append((place, unit, group))
        if not groups:
            self._offer(unit, place, 0.0)

    def _offer(self, unit: Unit, place: int, below: float) -> None:
        for code, strength in unit.teaches:
            if strength > 0 and code not in self._teacher and code not in self.founded:
                heappush(self._heap, (below + unit.minutes / strength, place, code, unit))
