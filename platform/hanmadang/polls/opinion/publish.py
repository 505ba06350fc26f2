"""From groups to what may be shown of them: names, sizes, typical statements, a coarse map."""

from dataclasses import dataclass

import numpy as np

from hanmadang.polls.opinion import consensus
from hanmadang.polls.opinion.axes import Floats, Places
from hanmadang.polls.opinion.clusters import Labels
from hanmadang.polls.opinion.disclosure import LEAST, shown
from hanmadang.polls.opinion.labels import NAMES, NOBODY
from hanmadang.polls.opinion.result import Group, Spot, Typical
from hanmadang.polls.opinion.votes import Integers, Votes

CELLS = 16
"""The map's cells in each direction."""


@dataclass(frozen=True, slots=True, eq=False)
class Grouping:
    """Who is in which group: names (0 is A) of everybody, NOBODY for those who are in none."""

    names: Labels
    used: tuple[int, ...]
    """The names, ascending."""

    @classmethod
    def of(cls, names: Labels) -> "Grouping":
        """From everybody's names."""
        sizes = np.bincount(names[names != NOBODY])
        return cls(names, tuple(np.flatnonzero(sizes).tolist()))

    @property
    def places(self) -> Labels:
        """Names as places in `used`; those in no group come last."""
        table = np.full(len(NAMES) + 1, len(self.used))
        table[list(self.used)] = np.arange(len(self.used))
        found: Labels = table[self.names]
        return found

    @property
    def sizes(self) -> list[int]:
        """Members of each group in `used`."""
        return [int((self.names == name).sum()) for name in self.used]


def groups_of(
    votes: Votes, grouping: Grouping, counted: Integers, columns: Places
) -> tuple[Group, ...]:
    """The groups; small numbers, and those that give small ones away, are left out."""
    sizes = grouping.sizes
    return tuple(
        Group(
            NAMES[name],
            size if visible else None,
            _typical(votes, counted, place, columns) if size >= LEAST else (),
        )
        for place, (name, size, visible) in enumerate(
            zip(grouping.used, sizes, shown(sizes), strict=True)
        )
    )


def _typical(votes: Votes, counted: Integers, place: int, columns: Places) -> tuple[Typical, ...]:
    found = []
    for column, stance in consensus.typical(counted, place, columns):
        *seen, rest = (int(number) for number in counted[:, column, -1])
        cell = consensus.tally(counted[place, column]) if shown(seen, rest)[place] else None
        found.append(Typical(votes.statements[column], stance, cell))
    return tuple(found)


def spots(points: Floats, grouping: Grouping) -> tuple[Spot, ...]:
    """A map in coarse cells, each of at least ten people of one group; nobody's own place."""
    inside = grouping.names != NOBODY
    reach = float(np.abs(points[inside]).max()) or 1.0
    cells = np.clip(((points[inside] / reach + 1) * CELLS / 2).astype(np.int64), 0, CELLS - 1)
    keys = (grouping.names[inside] * CELLS + cells[:, 0]) * CELLS + cells[:, 1]
    found = []
    for key, people in zip(*np.unique(keys, return_counts=True), strict=True):
        if people >= LEAST:
            (name, x), y = divmod(int(key) // CELLS, CELLS), int(key) % CELLS
            middle = [round((2 * place + 1) / CELLS - 1, 4) for place in (x, y)]
            found.append(Spot(middle[0], middle[1], NAMES[name], int(people)))
    return tuple(found)
