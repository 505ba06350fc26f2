"""In which order: pins, what was announced, what leads to an event, then the best per minute.

Kahn's algorithm with a priority: needs are closed before their lesson, what would only help comes
first where it can, and somebody's first path begins with something short. Equals keep their
teaching order, so that no chance is involved.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from hanmadang.curricula.engine.inputs import Catalogue, Unit, met

QUICK = 10
"""A first lesson of at most this many minutes gets people started."""
NEVER = date.max
_Rank = tuple[int, date, float, int]


@dataclass(frozen=True, slots=True)
class Priorities:
    """What moves a lesson forward."""

    pinned: Sequence[int]
    kept: Sequence[int]
    days: Mapping[int, date]
    """The events' days by lesson."""
    rates: Mapping[int, float]
    """Value per minute."""
    quick: bool
    """Whether to begin with something short."""

    def rank(self, unit: Unit, place: int) -> _Rank:
        """The lowest comes first."""
        announced = [*self.pinned, *self.kept]
        first = announced.index(unit.id) if unit.id in announced else len(announced)
        return first, self.days.get(unit.id, NEVER), -self.rates[unit.id], place


def in_order(
    units: Iterable[Unit], catalogue: Catalogue, closed: Collection[str], priorities: Priorities
) -> list[Unit]:
    """The lessons so that each need is closed before it.

    `closed` are the competencies known or taught already.
    """
    left, taught = list(units), set(closed)
    ordered: list[Unit] = []
    rank = {unit.id: priorities.rank(unit, catalogue.position[unit.id]) for unit in left}
    _inherit(left, rank, closed)
    while left:
        ready = [unit for unit in left if met(unit.needs, taught)]
        quick = [u for u in ready if u.minutes <= QUICK] if priorities.quick else []
        first = quick if quick and not ordered else ready
        best = _with_help(min(first, key=lambda u: rank[u.id]), first, rank, catalogue)
        left.remove(best)
        ordered.append(best)
        taught |= best.taught()
    return ordered


def _with_help(
    best: Unit, ready: Sequence[Unit], rank: Mapping[int, _Rank], catalogue: Catalogue
) -> Unit:
    """A lesson that helps with the best one, where it is no less urgent."""
    helps = {h for c in best.taught() if c in catalogue.by_code for h in catalogue.by_code[c].helps}
    helpers = [
        unit
        for unit in ready
        if not helps.isdisjoint(unit.taught()) and rank[unit.id][:2] <= rank[best.id][:2]
    ]
    return min(helpers, key=lambda unit: rank[unit.id], default=best) if helps else best


def _inherit(units: Sequence[Unit], rank: dict[int, _Rank], closed: Collection[str]) -> None:
    """A foundation ranks as high as the highest lesson that stands on it."""
    teachers: dict[str, list[int]] = {}
    for unit in units:
        for code, _strength in unit.teaches:
            teachers.setdefault(code, []).append(unit.id)
    known = frozenset(closed)
    under = {
        unit.id: [below for g in open_ones for code in g for below in teachers.get(code, ())]
        for unit in units
        if (open_ones := [group for group in unit.needs if known.isdisjoint(group)])
    }
    changed = bool(under)
    while changed:
        changed = False
        for unit_id, below in under.items():
            for other in below:
                if rank[unit_id] < rank[other]:
                    rank[other], changed = rank[unit_id], True
