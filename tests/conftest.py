"""Fixtures: one app per run, one fresh database per test, clients that behave like browsers.

Client calls never run inside a held app context: it would show one person's page to another.
The database is a copy of a migrated template (SQLite backup) or emptied tables (PostgreSQL).
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Connection, event, exists, literal, select, union_all
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from hanmadang.factory import create_app
from hanmadang.kernel import limits
from hanmadang.kernel.db import Base, db, is_sqlite, transaction
from hanmadang.kernel.fsck import differences
from hanmadang.kernel.ids import keyed, new_key, new_secret
from hanmadang.kernel.permissions import Role
from hanmadang.polls.queries import questions
from hanmadang.settings import Settings, load
from tests.factories.people import make_account, open_session

pytest_plugins = ["tests.support.fixtures"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database=postgresql` runs the suite on PostgreSQL."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


class Browser(FlaskClient):
    """A test client with a device cookie, which can send forms the way a page would."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Read every answer to its end, as a browser does, so that files are closed."""
        return super().open(*args, **{"buffered": True, **kwargs})

    def send(self, url: str, data: dict[str, Any] | None = None, **kwargs: Any) -> TestResponse:
        """POST a form with its token and a fresh idempotency key."""
        device = self.get_cookie("hm_device")
        if device is None:
            self.set_cookie("hm_device", new_secret())
            device = self.get_cookie("hm_device")
        assert device is not None
        secret = str(self.application.secret_key)
        fields = {"csrf_token": keyed(secret, "form", device.value), "idempotency_key": new_key()}
        return self.post(url, data=fields | (data or {}), **kwargs)


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where this worker's database is."""
    if request.config.getoption("--database") == "postgresql":
        return str(request.getfixturevalue("postgres_url"))
    return f"sqlite:///{tmp_path_factory.mktemp('data') / 'test.sqlite'}"


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the tested app."""
    return load(
        {},
        instance=tmp_path_factory.mktemp("instance"),
        database_url=database_url,
        base_url="http://localhost",
        limits=False,
    )


@pytest.fixture(scope="session")
def house(settings: Settings) -> Iterator[Flask]:
    """The app, built once, with an empty migrated database behind it."""
    app = create_app(settings)
    app.testing = True
    app.test_client_class = Browser
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def template(house: Flask) -> Iterator[sqlite3.Connection | None]:
    """On SQLite: an in-memory copy of the empty database."""
    with house.app_context():
        path = str(db.engine.url.database) if is_sqlite() else ""
    if not path:
        yield None
        return
    with closing(sqlite3.connect(":memory:", check_same_thread=False)) as copy:
        with closing(sqlite3.connect(path)) as source:
            source.backup(copy)
        yield copy


@pytest.fixture
def app(house: Flask, template: sqlite3.Connection | None) -> Iterator[Flask]:
    """The app with an empty database; afterwards the stored data must agree with itself."""
    _empty(house, template)
    remember_nothing(house)
    yield house
    with house.app_context():
        assert differences(db.session()) == []


def remember_nothing(app: Flask) -> None:
    """The database was put in the place of another one, or changed behind the product's back."""
    questions.forget()
    app.extensions["hanmadang.kept"].forget()
    limits._limiter.enabled = app.config["RATELIMIT_ENABLED"]


def _empty(app: Flask, template: sqlite3.Connection | None) -> None:
    with app.app_context():
        if template is not None:
            with closing(sqlite3.connect(str(db.engine.url.database))) as target:
                template.backup(target)
            return
        with db.engine.begin() as connection:
            _empty_postgres(connection)


def _empty_postgres(connection: Connection) -> None:
    """Only where something is: TRUNCATE makes new files for every table, filled or not.

    DELETE would be quicker, but rows of later tests then stand in the gaps, in any order.
    """
    if connection.execute(_FILLED).first() is None:
        return
    names = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    # The audit log's guard looks away for a moment.
    connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    connection.exec_driver_sql("ALTER TABLE audit_entry ENABLE TRIGGER USER")


_FILLED = union_all(
    *(
        select(literal(table.name)).where(exists(select(1).select_from(table)))
        for table in Base.metadata.sorted_tables
    )
)


@pytest.fixture
def limited(app: Flask) -> Iterator[None]:
    """Tries are counted in the database, as in the running product."""
    before = app.extensions["hanmadang.settings"]
    app.extensions["hanmadang.settings"] = replace(before, limits=True)
    yield
    app.extensions["hanmadang.settings"] = before


@pytest.fixture
def client(app: Flask) -> Browser:
    """A visitor's browser."""
    browser = app.test_client()
    assert isinstance(browser, Browser)
    return browser


@pytest.fixture
def write(app: Flask) -> Callable[[], Any]:
    """`with write() as session:` an app context and a transaction, for arranging data."""

    @contextmanager
    def opened() -> Iterator[Session]:
        with app.app_context(), transaction() as session:
            session.expire_on_commit = False
            yield session

    return opened


@pytest.fixture
def read(app: Flask) -> Callable[[], Any]:
    """`with read() as session:` an app context of its own, for looking at data."""

    @contextmanager
    def opened() -> Iterator[Session]:
        with app.app_context():
            yield db.session()

    return opened


@pytest.fixture
def sign_in(app: Flask, write: Callable[[], Any]) -> Callable[..., Browser]:
    """`sign_in(Role.ORGANIZER)` gives that person's browser; `.account_id` says who it is."""

    def enter(*roles: Role, **fields: Any) -> Browser:
        with write() as session:
            account = make_account(session, *roles, **fields)
            cookie = open_session(session, account)
            account_id = account.id
        browser = app.test_client()
        assert isinstance(browser, Browser)
        browser.set_cookie("hm_session", cookie)
        browser.account_id = account_id  # type: ignore[attr-defined]
        return browser

    return enter


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], Any]:
    """`with count_queries() as statements:` collects every statement but BEGIN."""

    @contextmanager
    def counted() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith("BEGIN"):
                statements.append(statement)

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counted


@pytest.fixture
def root() -> Path:
    """The repository."""
    return Path(__file__).resolve().parent.parent
