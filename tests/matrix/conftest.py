"""The world, made once; every test gives it back as it was."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest
from flask import Flask

from hanmadang.factory import create_app
from hanmadang.kernel.db import Base, db, transaction
from hanmadang.settings import load
from tests.matrix import world as worlds
from tests.matrix.canaries import Ornithologist
from tests.matrix.crawl import Crawler, Report
from tests.matrix.doors import ClientDoor
from tests.matrix.policy import METHODS, Policy
from tests.matrix.sending import Sending, successes
from tests.matrix.watch import SqliteWatch
from tests.matrix.world import World


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The reviewed expectation."""
    return Policy.read()


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An app of its own, in demo mode, with an empty database."""
    folder = tmp_path_factory.mktemp("matrix")
    url = f"sqlite:///{folder / 'matrix.sqlite'}"
    settings = load(
        {}, instance=folder, database_url=url, base_url="http://localhost", demo=True, limits=False
    )
    app = create_app(settings)
    app.testing = True
    with app.app_context():
        Base.metadata.create_all(db.engine)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(scope="session")
def world(city: Flask) -> World:
    """Everything there is to find."""
    with city.app_context(), transaction() as session:
        return worlds.build(session)


@pytest.fixture(scope="session")
def session_watch(city: Flask, world: World) -> Iterator[SqliteWatch]:
    """Sees every change, and takes it back."""
    with city.app_context():
        watch = SqliteWatch(str(db.engine.url.database))
    yield watch
    watch.close()


@pytest.fixture
def watch(session_watch: SqliteWatch) -> Iterator[SqliteWatch]:
    """The same, with the world as it was made after the test."""
    yield session_watch
    session_watch.restore()


@pytest.fixture
def crawler(city: Flask, world: World, watch: SqliteWatch, policy: Policy) -> Crawler:
    """Asks through the test client."""
    return _crawler(city, world, watch, policy)


@dataclass
class Rounds:
    """Room after room, looks before acts, each asked once."""

    crawler: Crawler
    done: dict[tuple[str, str], Report] = field(default_factory=dict)

    def of(self, room: str, method: str) -> Report:
        """What was found in that room."""
        if (room, method) not in self.done:
            self.crawler.report = Report()
            own = [name for name in self.crawler.policy.routes if name.partition(".")[0] == room]
            self.done[room, method] = self.crawler.run(self.crawler.cells(own, [method]))
        return self.done[room, method]

    def all(self) -> list[Report]:
        """What was found in every room."""
        return [self.of(room, verb) for room in self.crawler.policy.rooms for verb in METHODS]


@pytest.fixture(scope="session")
def rounds(city: Flask, world: World, session_watch: SqliteWatch, policy: Policy) -> Rounds:
    """The whole matrix, as far as it was asked for."""
    return Rounds(_crawler(city, world, session_watch, policy))


@pytest.fixture(scope="session")
def sendings(
    city: Flask, world: World, session_watch: SqliteWatch, policy: Policy
) -> Mapping[str, Sending]:
    """Forms that were filled in and accepted, by endpoint."""
    return successes(_crawler(city, world, session_watch, policy))


def _crawler(app: Flask, world: World, watch: SqliteWatch, policy: Policy) -> Crawler:
    return Crawler(app, ClientDoor(app), watch, world, policy, Ornithologist(policy.allowances))
