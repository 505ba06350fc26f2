"""What a refresh leaves to the next one, which may be another process: sums, nobody's votes.

Groups keep their letters by the people they share with the earlier ones. Who was in which is not
stored: each earlier group leaves the sums of its votes on each statement, and everybody counts as
having been in the group whose means are nearest to their votes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

import numpy as np

from hanmadang.polls.opinion.axes import Axes
from hanmadang.polls.opinion.clusters import Labels
from hanmadang.polls.opinion.labels import NOBODY, Count
from hanmadang.polls.opinion.votes import UNSEEN, Integers, Votes


@dataclass(frozen=True, slots=True)
class Memory:
    """Groups and axes of a refresh, as plain numbers."""

    count: Count
    statements: tuple[int, ...]
    """Those of all other fields, in this order."""
    names: tuple[int, ...]
    """The groups' names; 0 is A."""
    sums: tuple[tuple[int, ...], ...]
    """Agreeing less disagreeing votes, by group and statement."""
    seen: tuple[tuple[int, ...], ...]
    """All votes, by group and statement."""
    axes: tuple[tuple[float, ...], ...]
    """What each statement adds to the two directions."""

    @classmethod
    def of(
        cls, votes: Votes, count: Count, axes: Axes, names: Sequence[int], counted: Integers
    ) -> Self:
        """From a refresh; `counted` is agree, disagree and seen by group and statement."""
        inside = counted[:, axes.columns]
        return cls(
            count,
            tuple(votes.statements[column] for column in axes.columns),
            tuple(names),
            _plain(inside[..., 0] - inside[..., 1]),
            _plain(inside[..., 2]),
            _plain(axes.vectors),
        )

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The inverse of `to_json`."""
        tables = (tuple(tuple(row) for row in stored[name]) for name in ("sums", "seen", "axes"))
        lists = (tuple(stored[name]) for name in ("statements", "names"))
        return cls(Count(**stored["count"]), *lists, *tables)

    def to_json(self) -> dict[str, Any]:
        """As a table keeps it."""
        return asdict(self)

    def axes_among(self, votes: Votes) -> Axes | None:
        """The axes for the statements that are still there; only their direction matters."""
        known = self._known(votes)
        if not known:
            return None
        rows = [self.axes[place] for place, _column in known]
        columns = np.array([column for _place, column in known])
        return Axes(columns, np.zeros(len(known)), np.array(rows, np.float64))

    def names_of(self, votes: Votes) -> Labels:
        """The earlier group of everybody who voted, by arrival; NOBODY for the others."""
        found = np.full(len(votes), NOBODY, np.int64)
        known = self._known(votes)
        if not known:
            return found
        places, columns = ([pair[side] for pair in known] for side in (0, 1))
        sums = np.array(self.sums, np.float64)[:, places]
        means = sums / (np.array(self.seen, np.float64)[:, places] + 1)
        for here, codes in votes.blocks():
            mine = codes[:, columns]
            seen = (mine != UNSEEN).astype(np.float64)
            vote = np.where(mine == UNSEEN, 0, mine).astype(np.float64)
            far = seen @ (means**2).T - 2 * vote @ means.T
            named = np.array(self.names)[far.argmin(axis=1)]
            found[votes.order[here]] = np.where(seen.any(axis=1), named, NOBODY)
        return found

    def _known(self, votes: Votes) -> list[tuple[int, int]]:
        """(place here, column there) of statements that both know."""
        columns = {statement: column for column, statement in enumerate(votes.statements)}
        return [(at, columns[id_]) for at, id_ in enumerate(self.statements) if id_ in columns]


def _plain(table: Any) -> tuple[tuple[Any, ...], ...]:
    return tuple(tuple(row) for row in table.tolist())
