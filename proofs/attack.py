"""An attacker with all published tables, time and linear programming. Knows nothing of the engine.

Unknown are the people of every cell of the full cross, once per release (those who came since the
one before); each published figure is an equation over them, each bound an inequality.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hanmadang.polls.survey.shown import ShownTable

Floats = npt.NDArray[np.float64]
TINY, CLEAR = 1e-7, 1e-4
Equation = tuple[Floats, float]


class Polytope:
    """All x >= 0 with A x = b, by the simplex method (dense tableau, Bland's rule when stuck)."""

    def __init__(self, equations: Sequence[Equation]) -> None:
        rows = list({(row.tobytes(), value): (row, value) for row, value in equations}.values())
        a, b = np.array([row for row, _ in rows]), np.array([value for _, value in rows])
        sign = np.where(b < 0, -1.0, 1.0)
        self.size = a.shape[1]
        self.table = np.hstack([a * sign[:, None], np.eye(len(b)), (b * sign)[:, None]])
        self.basis = np.arange(self.size, self.size + len(b))
        cost = np.zeros(self.table.shape[1] - 1)
        cost[self.size :] = -1
        self.feasible = self._climb(cost) > -1e-6
        self._drop_helpers()

    def most(self, goal: Floats) -> float:
        """The largest value of goal . x."""
        return self._climb(goal)

    def _drop_helpers(self) -> None:
        for row in np.flatnonzero(self.basis >= self.size):
            column = int(np.abs(self.table[row, : self.size]).argmax())
            if abs(self.table[row, column]) > TINY:
                self._pivot(int(row), column)
        real = self.basis < self.size
        self.table = np.delete(self.table[real], np.s_[self.size : -1], axis=1)
        self.basis = self.basis[real]

    def _pivot(self, row: int, column: int) -> None:
        self.table[row] /= self.table[row, column]
        factors = self.table[:, column].copy()
        factors[row] = 0
        self.table -= np.outer(factors, self.table[row])
        self.basis[row] = column

    def _climb(self, goal: Floats) -> float:
        for turn in range(20_000):
            gain = goal - goal[self.basis] @ self.table[:, :-1]
            better = np.flatnonzero(gain > TINY)
            if not len(better):
                break
            column = int(better[0]) if turn > 500 else int(gain.argmax())
            steps = self.table[:, column]
            able = np.flatnonzero(steps > TINY)
            if not len(able):
                return float("inf")
            ratios = self.table[able, -1] / steps[able]
            tied = able[ratios <= ratios.min() + 1e-12]
            self._pivot(int(tied[self.basis[tied].argmin()]), column)
        return float(goal[self.basis] @ self.table[:, -1])


@dataclass(frozen=True, slots=True)
class World:
    """What an attacker knows beforehand: the attributes and their levels, the answer last."""

    codes: tuple[str, ...]
    levels: tuple[tuple[str, ...], ...]

    def mask(self, table: ShownTable, levels: Sequence[str], answer: str) -> Floats:
        """Which places of the full cross a printed cell sums; answer "" for the whole group."""
        labels = {**dict(zip(table.attributes, levels, strict=True)), "answer": answer}
        sides = []
        for code, names in zip(self.codes, self.levels, strict=True):
            label = labels.get(code, "")
            inside = [not label or name == label or name in label.split("+") for name in names]
            sides.append(np.array(inside, dtype=np.float64))
        found = sides[0]
        for side in sides[1:]:
            found = np.multiply.outer(found, side)
        return found


class Attack:
    """What one history gives away: for each moment, the tables printed then."""

    def __init__(self, world: World, history: Sequence[Sequence[ShownTable]]) -> None:
        self.world, self.history = world, history
        self.shape = (len(history), *(len(names) for names in world.levels))
        self.slack = 0
        self.truth = self._polytope()
        assert self.truth.feasible, "the publications contradict each other"

    def isolated(self, k: int) -> list[str]:
        """Cells known to hold fewer than k people, or hidden ones bounded closer than k."""
        found = []
        for name, goal, hidden in self._targets():
            high = self.truth.most(goal)
            low = -self.truth.most(-goal) if hidden and high >= k - TINY else 0.0
            if high < k - CLEAR or (hidden and high - low < k - CLEAR):
                found.append(f"{name}: {low:.0f} to {high:.0f}")
        return found

    def _spread(self, mask: Floats, moments: range) -> Floats:
        """The people of a cell who came at some moments, among all unknowns."""
        found = np.zeros(self.shape)
        for moment in moments:
            found[moment] = mask
        return np.concatenate([found.ravel(), np.zeros(self.slack)])

    def _printed(self) -> Iterator[tuple[Floats, float | None, Floats | None]]:
        """(people, count or None, what must not be negative or None) of every printed cell."""
        for moment, tables in enumerate(self.history):
            until = range(moment + 1)
            for table, row in ((each, row) for each in tables for row in each.rows):
                group = self._spread(self.world.mask(table, row.levels, ""), until)
                yield group, row.n, None
                for answer, cell in zip(table.answers, row.cells, strict=True):
                    people = self._spread(self.world.mask(table, row.levels, answer), until)
                    yield people, cell.count, None
                    if cell.at_least is not None:
                        yield people, None, people - group * (cell.at_least / 100)
                    if cell.at_most is not None:
                        yield people, None, group * (cell.at_most / 100) - people

    def _polytope(self) -> Polytope:
        printed = list(self._printed())
        above = [side for _, _, side in printed if side is not None]
        self.slack = len(above)
        none = np.zeros(self.slack)
        rows = [(np.append(mask, none), count) for mask, count, _ in printed if count is not None]
        slacks = -np.eye(self.slack)
        rows += [(np.append(side, slacks[i]), 0) for i, side in enumerate(above)]
        return Polytope(rows)

    def _targets(self) -> Iterator[tuple[str, Floats, bool]]:
        """Every cell of every table: as printed, and of those who came between two printings.

        The totals of all are open; they may be small and may tick.
        """
        last: dict[tuple[str, ...], int] = {}
        for moment, tables in enumerate(self.history):
            for table in {each.attributes: each for each in tables if each.attributes}.values():
                spans = [range(moment + 1)]
                if table.attributes in last:
                    spans.append(range(last[table.attributes] + 1, moment + 1))
                for span in spans:
                    yield from self._cells(table, span)
            last |= {each.attributes: moment for each in tables}

    def _cells(self, table: ShownTable, span: range) -> Iterator[tuple[str, Floats, bool]]:
        for row in table.rows:
            name = f"{'/'.join(row.levels) or 'all'} of {span.start} to {span.stop - 1}"
            yield name, self._spread(self.world.mask(table, row.levels, ""), span), row.n is None
            for answer, cell in zip(table.answers, row.cells, strict=True):
                mask = self._spread(self.world.mask(table, row.levels, answer), span)
                yield f"{name}, answer {answer}", mask, cell.count is None
