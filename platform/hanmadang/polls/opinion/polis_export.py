"""Reader of the public Polis export: a folder with votes, comments and participants as CSV.

The last vote of each voter on each statement counts. Statements that moderators took out (-1) are
left out. Files may be missing: votes.csv or participants-votes.csv is enough. The format is that of
https://github.com/compdemocracy/openData; the reading is our own.
"""

import csv
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.polls.opinion.result import Statement
from hanmadang.polls.opinion.votes import UNSEEN, Codes

VOTES, COMMENTS = ("votes.csv",), ("comments.csv",)
PARTICIPANTS = ("participants-votes.csv", "participant-votes.csv")
_OUT = -1
_LARGEST = 1 << 20  # characters in one cell; Python's own limit is an eighth of that
_LINE = "\n"
"""Under which a row keeps its line number: no column can be called that."""
Row = Mapping[str, str]


class ExportError(Exception):
    """The folder cannot be read. `text` says why, to a person."""

    def __init__(self, text: LazyText) -> None:
        super().__init__(text.message)
        self.text = text


@dataclass(frozen=True, slots=True)
class Comment:
    """A statement as exported."""

    text: str = ""
    is_profile: bool = False
    is_out: bool = False


@dataclass(slots=True)
class _Cells:
    """Votes as they come, each with its time, in little room."""

    people: dict[str, int] = field(default_factory=dict)
    statements: dict[int, int] = field(default_factory=dict)
    times: "array[float]" = field(default_factory=lambda: array("d"))
    rows: "array[int]" = field(default_factory=lambda: array("l"))
    columns: "array[int]" = field(default_factory=lambda: array("l"))
    votes: "array[int]" = field(default_factory=lambda: array("b"))

    def add(self, person: str, statement: int, vote: int, when: float = 0.0) -> None:
        """One vote."""
        self.rows.append(self.people.setdefault(person, len(self.people)))
        self.columns.append(self.statements.setdefault(statement, len(self.statements)))
        self.votes.append(vote)
        self.times.append(when)

    def codes(self, statements: list[int]) -> Codes:
        """The matrix of the last votes; of two at the same time the later line counts."""
        codes = np.full((len(self.people), len(statements)), UNSEEN, np.int8)
        place = {statement: column for column, statement in enumerate(statements)}
        table = np.array([place.get(each, -1) for each in self.statements], np.intp)
        order = np.argsort(np.array(self.times), kind="stable")
        columns = table[np.array(self.columns, np.intp)[order]]
        kept = columns >= 0
        rows = np.array(self.rows, np.intp)[order][kept]
        codes[rows, columns[kept]] = np.array(self.votes, np.int8)[order][kept]
        return codes


@dataclass(frozen=True, slots=True, eq=False)
class Export:
    """A conversation read from a folder."""

    statements: tuple[Statement, ...]
    texts: Mapping[int, str]
    people: tuple[str, ...]
    codes: Codes
    groups: Mapping[str, str]
    """The group that Polis saw each participant in, where the folder says so."""


def read(folder: Path, profile: frozenset[int] = frozenset()) -> Export:
    """The conversation in `folder`; `profile` are statements that say who people are."""
    votes, participants = _find(folder, VOTES), _find(folder, PARTICIPANTS)
    if votes is None and participants is None:
        raise ExportError(
            lazy("%(folder)s holds neither votes.csv nor participants-votes.csv.", folder=folder)
        )
    comments = _comments(_find(folder, COMMENTS))
    rows = list(_lines(participants, "participant")) if participants else []
    cells = _from_votes(votes) if votes else _from_participants(rows, str(participants))
    kept = sorted({*comments, *cells.statements})
    kept = [each for each in kept if not comments.get(each, Comment()).is_out]
    unknown = profile - set(kept)
    if unknown:
        raise ExportError(lazy("There is no statement %(id)s.", id=min(unknown)))
    return Export(
        tuple(Statement(each, _is_profile(each, comments, profile)) for each in kept),
        {each: comments[each].text for each in kept if each in comments},
        tuple(cells.people), cells.codes(kept),
        {row["participant"]: row["group-id"] for row in rows if row.get("group-id")},
    )  # fmt: skip


def _is_profile(each: int, comments: Mapping[int, Comment], profile: frozenset[int]) -> bool:
    return each in profile or comments.get(each, Comment()).is_profile


def _find(folder: Path, names: tuple[str, ...]) -> Path | None:
    """The file of that name, or the only one whose name ends with it: ``2026-01-votes.csv``."""
    others = PARTICIPANTS if names is VOTES else ()
    for name in names:
        if (folder / name).is_file():
            return folder / name
        found = [
            path for path in sorted(folder.glob(f"*[-_.]{name}")) if not path.name.endswith(others)
        ]
        if len(found) == 1:
            return found[0]
    return None


def _comments(path: Path | None) -> dict[int, Comment]:
    found = {}
    for row in _lines(path, "comment-id") if path else ():
        place = _Place(path, row)
        is_out = place.number("moderated", default=0) == _OUT
        is_profile = row.get("is-meta", "").lower() in ("1", "true", "t")
        found[place.number("comment-id")] = Comment(row.get("comment-body", ""), is_profile, is_out)
    return found


def _from_votes(path: Path) -> _Cells:
    cells = _Cells()
    for row in _lines(path, "comment-id", "voter-id", "vote"):
        place = _Place(path, row)
        when = place.number("timestamp", default=0)
        cells.add(row["voter-id"], place.number("comment-id"), place.vote("vote"), when)
    return cells


def _from_participants(rows: list[Row], path: str) -> _Cells:
    cells = _Cells()
    for row in rows:
        place = _Place(Path(path), row)
        for name, value in row.items():
            if name.isdecimal() and value:
                cells.add(row["participant"], int(name), place.vote(name))
    return cells


@dataclass(frozen=True, slots=True)
class _Place:
    """A line of a file, to read numbers from and to name in an error."""

    path: Path | None
    row: Row

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number; `default` where the cell is empty."""
        value = self.row.get(name, "")
        if not value and default is not None:
            return default
        try:
            return int(float(value)) if "." in value else int(value)
        except (ValueError, OverflowError) as error:
            raise self._wrong(name) from error

    def vote(self, name: str) -> int:
        """1, 0 or -1."""
        found = self.number(name)
        if found not in (1, 0, -1):
            raise self._wrong(name)
        return found

    def _wrong(self, name: str) -> ExportError:
        file, value = self.path.name if self.path else "", self.row.get(name, "")
        line = self.row[_LINE]
        text = lazy(
            "%(file)s, line %(line)s: “%(value)s” cannot stand under %(column)s.",
            file=file,
            line=line,
            value=value,
            column=name,
        )
        return ExportError(text)


def _lines(path: Path, *needed: str) -> Iterator[Row]:
    """The rows of a file, with tidy column names; blank lines are skipped."""
    csv.field_size_limit(_LARGEST)
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.reader(lines)
            names = [name.strip().lower().replace("_", "-") for name in next(reader, [])]
            missing = [name for name in needed if name not in names]
            if missing:
                raise ExportError(
                    lazy("%(file)s has no column %(column)s.", file=path.name, column=missing[0])
                )
            for cells in reader:
                if cells:
                    row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
                    yield {**dict.fromkeys(names, ""), **row, _LINE: str(reader.line_num)}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ExportError(
            lazy("%(file)s cannot be read as CSV in UTF-8.", file=path.name)
        ) from error
