"""In which order: foundations first, what leads to an event before its day, a quick win to begin.

Kahn's algorithm with a priority; equals keep their teaching order, so that no chance is involved.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from hanmadang.curricula.engine.inputs import Unit, met

QUICK = 10
"""A first lesson of at most this many minutes gets people started."""
NEVER = date.max


def in_order(
    units: Iterable[Unit],
    *,
    closed: frozenset[str],
    days: Mapping[int, date],
    rates: Mapping[int, float],
) -> list[Unit]:
    """The lessons so that each need is closed before it.

    `closed` are the competencies known or taught already, `days` the events' days by lesson and
    `rates` the values per minute.
    """
    left, taught = list(units), set(closed)
    ordered: list[Unit] = []
    rank = {unit.id: (days.get(unit.id, NEVER), -rates[unit.id]) for unit in left}
    _inherit(left, rank, closed)
    while left:
        ready = [unit for unit in left if met(unit.needs, taught)]
        quick = [] if ordered else [unit for unit in ready if unit.minutes <= QUICK]
        best = min(quick or ready, key=lambda unit: rank[unit.id])
        left.remove(best)
        ordered.append(best)
        taught |= best.taught()
    return ordered


def _inherit(
    units: list[Unit], rank: dict[int, tuple[date, float]], closed: frozenset[str]
) -> None:
    """A foundation ranks as high as the highest lesson that stands on it."""
    for _round in units:
        before = dict(rank)
        for unit in units:
            for group in unit.needs:
                for other in units if closed.isdisjoint(group) else ():
                    if not other.taught().isdisjoint(group):
                        rank[other.id] = min(rank[other.id], rank[unit.id])
        if rank == before:
            break
