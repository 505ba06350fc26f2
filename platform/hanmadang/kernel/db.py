"""The database: one base class, the column types of the house, and the one way to write.

Every write goes through `transaction()`. On SQLite the driver's own transaction handling
oversells (it reads before it locks) and the textbook cure refuses (a stale snapshot cannot be
upgraded); ending the read transaction and starting ``BEGIN IMMEDIATE`` does neither. On
PostgreSQL the same helper is READ COMMITTED, and guards are conditional statements.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Connection,
    CursorResult,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    String,
    Text,
    event,
    text,
)
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.paths import MIGRATIONS

T = TypeVar("T")
_TRIES = 3
_CONFLICTS = frozenset({"40001", "40P01"})  # serialization failure, deadlock


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant, always UTC, in both databases. A naive value raises ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive values and convert to UTC; SQLite stores the naive UTC text."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "An instant needs a time zone."
            raise ValueError(message)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self, value: datetime | None, dialect: Dialect  # noqa: ARG002
    ) -> datetime | None:  # fmt: skip
        """Give back an aware UTC instant."""
        return None if value is None else value.astimezone(UTC)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """On SQLite, read the stored text at once: a list of events holds hundreds of instants."""
        return _instant if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


@lru_cache(maxsize=8192)
def _instant(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored).replace(tzinfo=UTC)


class WallClock(TypeDecorator[datetime]):
    """A naive date and time as people wrote it, read as cheaply as an instant."""

    impl = DateTime
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """On SQLite, the same stored text is the same value."""
        return _naive if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


@lru_cache(maxsize=8192)
def _naive(stored: str | None) -> datetime | None:
    return None if stored is None else datetime.fromisoformat(stored)


class BilingualText(TypeDecorator[Bilingual]):
    """A `Bilingual` as JSON in one text column.

    Reading remembers what a stored text means: the same text is the same immutable value, and
    a list of events holds the same few hundred of them on every request.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Bilingual | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Store as JSON."""
        return None if value is None else json.dumps(value.to_json(), ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> Bilingual | None:  # noqa: ARG002
        """Read back from JSON."""
        return None if value is None else _bilingual(value)


@lru_cache(maxsize=8192)
def _bilingual(stored: str) -> Bilingual:
    return Bilingual.from_json(json.loads(stored))


class Base(DeclarativeBase):
    """What every model stands on; names every constraint, so that migrations can find it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads it from the class)
        datetime: UtcDateTime,
        Bilingual: BilingualText,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        str: String,
    }


db = SQLAlchemy(metadata=Base.metadata, disable_autonaming=True)
migrate = Migrate()


def state_check(column: str, states: type[StrEnum]) -> CheckConstraint:
    """A CHECK that `column` holds one of the enum's values."""
    listed = ", ".join(f"'{state.value}'" for state in states)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def register(app: Flask) -> None:
    """Bind the database to the app and set the engine's manners."""
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS), render_as_batch=True)
    with app.app_context():
        set_manners(db.engine)


def set_manners(engine: Engine) -> None:
    """Make every connection of this engine safe: see the module's story."""
    if engine.dialect.name != "sqlite":
        event.listen(engine, "connect", _postgres_manners)
        return
    event.listen(engine, "connect", _sqlite_manners)
    event.listen(engine, "begin", _begin)


def _sqlite_manners(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _postgres_manners(connection: Any, _record: object) -> None:
    """Compiling a statement pays for reports over millions of rows, and a page has none.

    On small tables without statistics the planner expects billions of rows of a page's joins; it
    then compiled 40 functions for one poll page, 0.7 s each time.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off; SET lock_timeout = '10s'; SET statement_timeout = '30s'")
    connection.commit()


def _begin(connection: Any) -> None:
    writes = connection.get_execution_options().get("hanmadang_writes")
    driver = connection.connection.dbapi_connection  # each page begins once: not worth a statement
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def read(session: Session, statement: Executable, **values: Any) -> CursorResult[*tuple[Any, ...]]:
    """Run a select written once per process, in the session's transaction, without the ORM.

    For hot pages: building a select costs more than running it, and the ORM's share as much
    again. What varies are the statement's `bindparam`s.
    """
    return _reading(session).execute(statement, values)


def _reading(session: Session) -> Connection:
    """The session's connection; on PostgreSQL, a page that only reads needs no BEGIN, no ROLLBACK.

    Under READ COMMITTED each statement sees a snapshot of its own, with or without a transaction
    around them, so nothing is lost but two round trips. On SQLite the transaction is what makes
    a page's statements agree, and costs nothing.
    """
    if session.in_transaction() or session.get_bind().dialect.name == "sqlite":
        return session.connection()
    return session.connection(execution_options={"isolation_level": "AUTOCOMMIT"})


def take_time(session: Session) -> None:
    """Let this session's transaction count for minutes: for jobs, never for a page.

    On PostgreSQL a page's statement ends after half a minute; SQLite knows no such limit.
    """
    if session.get_bind().dialect.name != "sqlite":
        session.execute(text("SET LOCAL statement_timeout = '15min'"))


def is_writing(session: Session) -> bool:
    """Whether the session stands in a `transaction`."""
    return bool(session.info.get("writing"))


@contextmanager
def transaction() -> Iterator[Session]:
    """The one way to write: commits at the end, rolls back on any exception.

    Ends the request's read transaction first, so objects read before are read again. Not
    nestable (raises RuntimeError): an effect belongs to exactly one transaction.
    """
    session: Session = db.session()
    if is_writing(session):
        message = "transaction() inside transaction(): let the entry point open it once."
        raise RuntimeError(message)
    session.rollback()
    session.info["writing"] = True
    callbacks: list[Callable[[], None]] = []
    session.info["after_commit"] = callbacks
    try:
        session.connection(execution_options={"hanmadang_writes": True})
        yield session
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info["writing"] = False
    for callback in callbacks:
        callback()


def transact(work: Callable[[Session], T]) -> T:
    """Run `work` in a transaction, again (three times at most) after a conflict.

    `work` must be safe to repeat: it may touch nothing but the database.
    """
    for left in range(_TRIES - 1, -1, -1):
        try:
            with transaction() as session:
                return work(session)
        except (OperationalError, IntegrityError) as error:
            if left == 0 or getattr(error.orig, "sqlstate", "") not in _CONFLICTS:
                raise
    raise AssertionError  # pragma: no cover


def after_commit(callback: Callable[[], None]) -> None:
    """Run `callback` once the current transaction is durable; dropped on rollback."""
    callbacks: list[Callable[[], None]] = db.session().info["after_commit"]
    callbacks.append(callback)


def is_sqlite() -> bool:
    """Whether the embedded database serves."""
    return db.engine.dialect.name == "sqlite"
