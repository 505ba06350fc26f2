"""Who voted what: one byte a person and statement, and three sums that are always exact.

The sums are integers and each vote changes one row and one column of them, so they are the same
bit for bit in whatever order votes, changes and withdrawals arrive: anybody can recompute them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from hanmadang.polls.opinion.result import Vote

Codes = npt.NDArray[np.int8]
Integers = npt.NDArray[np.int64]

UNSEEN = 2
"""The code of a statement that a person did not vote on."""
BLOCK = 4096
"""Rows worked on at a time: their floats fit a processor's cache, and sums in them stay exact."""
_LEAST = 16


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Over all people, for each pair of statements j, k; v is the vote, b whether there is one."""

    vv: Integers
    """The sum of v_j v_k."""
    vb: Integers
    """The sum of v_j b_k."""
    bb: Integers
    """The sum of b_j b_k: how many voted on both."""

    @classmethod
    def none(cls, size: int) -> Self:
        """Of nobody."""
        return cls(*(np.zeros((size, size), np.int64) for _ in range(3)))

    @classmethod
    def of(cls, codes: Codes) -> Self:
        """Counted anew; the floats hold whole numbers below 2**24 and are therefore exact."""
        found = cls.none(codes.shape[1])
        for start in _starts(codes):
            block = codes[start : start + BLOCK]
            seen = (block != UNSEEN).astype(np.float32)
            vote = np.where(block == UNSEEN, 0, block).astype(np.float32)
            found.vv[:] += (vote.T @ vote).astype(np.int64)
            found.vb[:] += (vote.T @ seen).astype(np.int64)
            found.bb[:] += (seen.T @ seen).astype(np.int64)
        return found

    def part(self, columns: npt.NDArray[np.intp]) -> "Sums":
        """The sums of some statements only."""
        pick = np.ix_(columns, columns)
        return Sums(self.vv[pick], self.vb[pick], self.bb[pick])

    def change(self, column: int, row: Codes, old: int, new: int) -> None:
        """One person's code for one statement goes from `old` to `new`; `row` is all they said."""
        others = np.where(row == UNSEEN, 0, row).astype(np.int64)
        seen = (row != UNSEEN).astype(np.int64)
        others[column] = seen[column] = 0
        (old_vote, old_seen), (new_vote, new_seen) = _parts(old), _parts(new)
        vote, count = new_vote - old_vote, new_seen - old_seen
        self._add(column, others * vote, seen * vote, (others * count, seen * count))
        self.vv[column, column] += new_vote**2 - old_vote**2
        self.vb[column, column] += vote
        self.bb[column, column] += count

    def _add(
        self, column: int, vv: Integers, vb: Integers, counted: tuple[Integers, Integers]
    ) -> None:
        self.vv[column] += vv
        self.vv[:, column] += vv
        self.vb[column] += vb
        self.vb[:, column] += counted[0]
        self.bb[column] += counted[1]
        self.bb[:, column] += counted[1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sums) and all(
            np.array_equal(mine, theirs)
            for mine, theirs in zip(
                (self.vv, self.vb, self.bb), (other.vv, other.vb, other.bb), strict=True
            )
        )

    __hash__ = None  # type: ignore[assignment]


def _starts(codes: Codes) -> range:
    return range(0, len(codes), BLOCK)


def _given(codes: Codes) -> npt.NDArray[np.int32]:
    found: npt.NDArray[np.int32] = np.count_nonzero(codes != UNSEEN, axis=1).astype(np.int32)
    return found


def _parts(code: int) -> tuple[int, int]:
    """Vote and whether there is one."""
    return (0, 0) if code == UNSEEN else (code, 1)


class Votes:
    """The votes of one conversation. Columns stand in the order in which statements were added."""

    def __init__(self, statements: Iterable[int] = ()) -> None:
        self.statements: list[int] = []
        self.total = 0
        """Votes that stand now."""
        self.changes = 0
        """Votes given, changed and withdrawn so far."""
        self._columns: dict[int, int] = {}
        self._rows: dict[str, int] = {}
        self._names: list[str] = []
        self._order: npt.NDArray[np.intp] = np.zeros(0, np.intp)
        self._given = np.zeros(_LEAST, np.int32)  # votes of each row
        self._codes: Codes = np.full((_LEAST, _LEAST), UNSEEN, np.int8)
        self._sums = Sums.none(_LEAST)
        for statement in statements:
            self.add(statement)

    @classmethod
    def load(cls, statements: Sequence[int], people: Sequence[str], codes: Codes) -> Self:
        """A whole matrix at once, a row for each of `people`; it is kept, not copied."""
        if codes.shape != (len(people), len(statements)) or len(set(people)) != len(people):
            raise ValueError("Each person needs one row, and each statement one column.")
        self = cls()
        for statement in statements:
            self._name(statement)
        self._codes, self._sums = np.ascontiguousarray(codes, np.int8), Sums.of(codes)
        self._rows = {name: row for row, name in enumerate(people)}
        self._names = list(people)
        self._given = np.concatenate([_given(codes[at : at + BLOCK]) for at in _starts(codes)])
        self.total = self.changes = int(np.trace(self._sums.bb))
        return self

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def voters(self) -> int:
        """How many people have a vote that stands."""
        return int(np.count_nonzero(self._given))

    def add(self, statement: int) -> None:
        """A new statement that nobody has seen."""
        self._name(statement)
        if len(self.statements) > self._codes.shape[1]:
            self._grow(self._codes.shape[0], 2 * self._codes.shape[1])

    def cast(self, person: str, statement: int, vote: Vote | None) -> None:
        """Set, change or (None) withdraw one person's vote; the last one counts."""
        column = self._columns[statement]
        row = self._rows.get(person)
        if row is None:
            row = self._welcome(person)
        old, new = int(self._codes[row, column]), UNSEEN if vote is None else int(vote)
        if old != new:
            self._sums.change(column, self._codes[row], old, new)
            self._codes[row, column] = new
            more = (new != UNSEEN) - (old != UNSEEN)
            self._given[row] += more
            self.total += more
            self.changes += 1

    @property
    def people(self) -> list[str]:
        """Everybody who ever voted, sorted: the order of all that is computed from the rows."""
        self._sort()
        return self._names

    @property
    def order(self) -> npt.NDArray[np.intp]:
        """For each of `people` the number that person got on arrival, which never changes."""
        self._sort()
        return self._order

    @property
    def sums(self) -> Sums:
        """The three sums, up to date."""
        size = len(self.statements)
        return Sums(*(each[:size, :size] for each in (self._sums.vv, self._sums.vb, self._sums.bb)))

    def recount(self) -> Sums:
        """The sums from the votes themselves."""
        return Sums.of(self._codes[: len(self), : len(self.statements)])

    def rows(self, of: npt.NDArray[np.intp]) -> Codes:
        """The codes of some people, by their places in `people`."""
        found: Codes = self._codes[self.order[of], : len(self.statements)]
        return found

    def blocks(self) -> Iterator[tuple[slice, Codes]]:
        """All codes in the order of `people`, a block at a time."""
        for start in range(0, len(self), BLOCK):
            here = slice(start, min(start + BLOCK, len(self)))
            yield here, self._codes[self.order[here], : len(self.statements)]

    def _name(self, statement: int) -> None:
        if statement in self._columns:
            raise ValueError(f"Statement {statement} is there already.")
        self._columns[statement] = len(self.statements)
        self.statements.append(statement)

    def _welcome(self, person: str) -> int:
        if len(self) == len(self._codes):
            self._grow(2 * len(self._codes), self._codes.shape[1])
        self._rows[person] = row = len(self)
        self._names.append(person)
        return row

    def _sort(self) -> None:
        if len(self._order) != len(self):
            self._names.sort()
            self._order = np.fromiter((self._rows[name] for name in self._names), np.intp)

    def _grow(self, rows: int, columns: int) -> None:
        codes = np.full((rows, columns), UNSEEN, np.int8)
        codes[: self._codes.shape[0], : self._codes.shape[1]] = self._codes
        if columns != self._codes.shape[1]:
            old, grown = self._sums, Sums.none(columns)
            size = len(old.vv)
            grown.vv[:size, :size], grown.vb[:size, :size] = old.vv, old.vb
            grown.bb[:size, :size] = old.bb
            self._sums = grown
        self._codes = codes
        self._given = np.concatenate([self._given, np.zeros(rows - len(self._given), np.int32)])
