"""Seeing from outside whether anything stored changed, and putting it back."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

import psycopg
from psycopg.sql import SQL, Identifier

from hanmadang.kernel.db import Base

TABLES = tuple(table.name for table in Base.metadata.sorted_tables)


class Watch(Protocol):
    """Looks at the database of a house that is being used."""

    def changed(self) -> frozenset[str]:
        """The tables that differ from the world as it was made."""

    def restore(self) -> None:
        """Make the world as it was."""

    def close(self) -> None:
        """Stop watching."""


@dataclass(slots=True)
class SqliteWatch:
    """A connection of its own: SQLite tells it when somebody else committed something."""

    path: str
    _connection: sqlite3.Connection = field(init=False)
    _template: sqlite3.Connection = field(init=False)
    _version: int = field(init=False)
    _before: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        """Remember how everything stands."""
        self._connection = sqlite3.connect(self.path, timeout=20)
        self._template = sqlite3.connect(":memory:")
        self._connection.backup(self._template)
        self._version, self._before = self._seen(), self._prints()

    def changed(self) -> frozenset[str]:
        """The tables that differ from the world as it was made."""
        version = self._seen()
        if version == self._version:
            return frozenset()
        self._version, now = version, self._prints()
        return frozenset(name for name in TABLES if now[name] != self._before[name])

    def restore(self) -> None:
        """Make the world as it was."""
        self._template.backup(self._connection)
        self._version = self._seen()

    def close(self) -> None:
        """Let go of the file."""
        self._template.close()
        self._connection.close()

    def _seen(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def _prints(self) -> dict[str, int]:
        ask = self._connection.execute
        return {name: hash(tuple(ask(f'SELECT * FROM "{name}"'))) for name in TABLES}  # noqa: S608


@dataclass(slots=True)
class PostgresWatch:
    """A connection of its own; the position of the log says that nothing was written."""

    url: str
    _connection: psycopg.Connection[tuple[str]] = field(init=False)
    _position: str = field(init=False)
    _before: dict[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        """Remember how everything stands."""
        self._connection = psycopg.connect(self.url, autocommit=True)
        self._position, self._before = self._seen(), self._rows()

    def changed(self) -> frozenset[str]:
        """The tables that differ from the world as it was made."""
        position = self._seen()
        if position == self._position:
            return frozenset()
        self._position, now = position, self._rows()
        return frozenset(name for name in TABLES if now[name] != self._before[name])

    def restore(self) -> None:
        """Make the world as it was; the append-only log's guards sleep meanwhile."""
        everything = SQL(", ").join(map(Identifier, TABLES))
        with self._connection.transaction(), self._connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(SQL("TRUNCATE {}").format(everything))
            for name, rows in self._before.items():
                with cursor.copy(SQL("COPY {} FROM STDIN").format(Identifier(name))) as copy:
                    copy.write(rows)
        self._position = self._seen()

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def _seen(self) -> str:
        row = self._connection.execute("SELECT pg_current_wal_insert_lsn()::text").fetchone()
        return str(row[0]) if row else ""

    def _rows(self) -> dict[str, bytes]:
        with closing(self._connection.cursor()) as cursor:
            return {name: self._copied(cursor, name) for name in TABLES}

    @staticmethod
    def _copied(cursor: psycopg.Cursor[tuple[str]], name: str) -> bytes:
        statement = SQL("COPY (SELECT * FROM {} AS t ORDER BY t::text) TO STDOUT")
        with cursor.copy(statement.format(Identifier(name))) as copy:
            return b"".join(bytes(part) for part in copy)
