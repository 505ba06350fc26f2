"""An attacker who links voters to answers: database and log copied after every vote, and the lines
of the server's log. Knows who voted when, and of every second voter also the answer.

Knows nothing of the product beyond SQL and SQLite's file format. Two families of tries:
`by_traces` learns from known voters which traces come with which answer, and guesses the others;
`by_order` lays stored ballots beside the voters in the order in which they voted.
"""

import math
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

Trace = tuple[Hashable, ...]
Row = tuple[tuple[str, Hashable], ...]
Rows = Mapping[str, frozenset[Row]]
SUSPICIOUS = 4.5
"""Standard deviations above chance: once in 300,000 honest tries."""
_WAL_HEADER, _FRAME_HEADER = 32, 24


@dataclass(frozen=True, slots=True)
class Try:
    """What one attack brought."""

    name: str
    right: int
    guesses: int
    chance: float

    @property
    def deviations(self) -> float:
        """How far above guessing blindly."""
        spread = math.sqrt(self.guesses * self.chance * (1 - self.chance))
        return (self.right - self.guesses * self.chance) / spread if spread else 0.0

    @property
    def links(self) -> bool:
        """Whether it found more than chance would."""
        return self.deviations > SUSPICIOUS


@dataclass(frozen=True, slots=True)
class Copy:
    """The rows of every table at one moment, and the pages that the log held."""

    rows: Rows
    frames: tuple[bytes, ...] = ()
    """Each frame of SQLite's write-ahead log: page number and contents."""


@dataclass(slots=True)
class Watcher:
    """Keeps what each vote changed."""

    copy: Callable[[], Copy]
    last: Copy = field(default_factory=lambda: Copy({}))
    traces: list[set[Trace]] = field(default_factory=list)

    def start(self) -> None:
        """Look before the first vote."""
        self.last = self.copy()

    def voted(self, logged: Sequence[str]) -> None:
        """Look after a vote; `logged` are the lines written meanwhile."""
        now = self.copy()
        found = set(_row_traces(self.last.rows, now.rows)) | set(_frame_traces(self.last, now))
        found |= {("log", word) for line in logged for word in re.findall(r"\w+", line)}
        found.add(("log lines", len(logged)))
        self.traces.append(found)
        self.last = now


def sqlite_copy(path: Path, scratch: Path) -> Copy:
    """Copy database and log as files, the way a thief or a snapshot does, and read the copy."""
    wal = path.with_name(f"{path.name}-wal")
    frames = wal.read_bytes() if wal.exists() else b""
    (scratch / "copy").write_bytes(path.read_bytes())
    (scratch / "copy-wal").write_bytes(frames)
    with closing(sqlite3.connect(scratch / "copy")) as connection:
        names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        rows = {name: _read(connection, name) for (name,) in names}
    for leftover in scratch.iterdir():
        leftover.unlink()
    return Copy(rows, tuple(_frames(frames)))


def _read(connection: sqlite3.Connection, table: str) -> frozenset[Row]:
    cursor = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608  (its own names)
    columns = [each[0] for each in cursor.description]
    return frozenset(tuple(zip(columns, row, strict=True)) for row in cursor)


def _frames(wal: bytes) -> Iterator[bytes]:
    if len(wal) <= _WAL_HEADER:
        return
    size, salts = int.from_bytes(wal[8:12], "big"), wal[16:24]
    for start in range(_WAL_HEADER, len(wal), _FRAME_HEADER + size):
        frame = wal[start : start + _FRAME_HEADER + size]
        if frame[8:16] == salts:
            yield frame[:4] + frame[_FRAME_HEADER:]


def _row_traces(before: Rows, after: Rows) -> Iterator[Trace]:
    """Every value of every row that came or changed, its length, and its first bytes."""
    for table, rows in after.items():
        for row in rows - before.get(table, frozenset()):
            for column, value in row:
                yield table, column, value
                raw = value if isinstance(value, bytes) else str(value).encode()
                yield table, column, "length", len(raw)
                yield from ((table, column, "byte", at, raw[at]) for at in range(min(8, len(raw))))


def _frame_traces(before: Copy, after: Copy) -> Iterator[Trace]:
    """Which pages were written, how many, and how much of each was in use."""
    known = set(before.frames)
    fresh = [frame for frame in after.frames if frame not in known]
    yield "log", "frames", len(fresh)
    for frame in fresh:
        yield "log", "page", frame[:4]
        yield "log", "used", frame[:4], len(frame) - frame.count(0)


def by_traces(traces: Sequence[set[Trace]], answers: Sequence[int]) -> Try:
    """Learn from the voters of odd turns; guess those of even ones (naive Bayes)."""
    seen: dict[Trace, Counter[int]] = defaultdict(Counter)
    prior = Counter(answers[1::2])
    for found, answer in zip(traces[1::2], answers[1::2], strict=True):
        for trace in found:
            seen[trace][answer] += 1
    right = 0
    for found, answer in zip(traces[::2], answers[::2], strict=True):
        scores = {each: math.log(count) for each, count in prior.items()}
        for trace in found & seen.keys():
            for each, count in prior.items():
                scores[each] += math.log((seen[trace][each] + 0.5) / (count + 1))
        right += max(scores, key=scores.__getitem__) == answer
    return Try("traces of each vote", right, len(answers[::2]), _chance(answers))


def by_each_trace(traces: Sequence[set[Trace]], answers: Sequence[int]) -> list[Try]:
    """The same with one kind of trace at a time: a clear sign must not drown in chance."""
    kinds = sorted({_kind(trace) for found in traces for trace in found})
    return [
        replace(
            by_traces(
                [{each for each in found if _kind(each) == kind} for found in traces], answers
            ),
            name=f"trace: {kind}",
        )
        for kind in kinds
    ]


def _kind(trace: Trace) -> str:
    words = trace[:3] if trace[2:3] in {("length",), ("byte",)} else trace[:2]
    return " ".join(map(str, words if trace[0] != "log" or len(trace) > 2 else trace[:1]))


def by_order(name: str, stored: Sequence[int], answers: Sequence[int]) -> list[Try]:
    """The n-th stored ballot is that of the n-th voter, from either end."""
    odds = sum((count / len(answers)) ** 2 for count in Counter(answers).values())
    ways = {name: stored, f"{name}, backwards": stored[::-1]}
    return [
        Try(way, sum(a == b for a, b in zip(order, answers, strict=True)), len(answers), odds)
        for way, order in ways.items()
    ]


def places_in(raw: bytes, names: Mapping[str, int]) -> list[int]:
    """Answers in the order in which their ballots' names lie in a file, first place each."""
    return [names[name] for name in sorted(names, key=lambda name: raw.find(name.encode()))]


def _chance(answers: Sequence[int]) -> float:
    return max(Counter(answers).values()) / len(answers)
