"""The helpers of this folder as pytest fixtures; tests/conftest.py names this file as a plugin.

Every server is started by the first test that asks for it, once in each xdist worker. What this
machine lacks is a skip with its reason, told once more at the end of the run.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, Page

from tests.support import browser as browsers
from tests.support import postgres, redis, smtp
from tests.support.errors import Unavailable

Thing = TypeVar("Thing")


@pytest.hookimpl(tryfirst=True)  # pytest-xdist reads the groups when its own turn comes
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL run what touches the database; on SQLite leave out what is not for it.

    A file stays with one worker, unless its tests name groups of their own.
    """
    fits = _touches_data if config.getoption("--database", "sqlite") != "sqlite" else _suits_sqlite
    others = [item for item in items if not fits(item)]
    if others:
        items[:] = [item for item in items if fits(item)]
        config.hook.pytest_deselected(items=others)
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.location[0]))


def _touches_data(item: pytest.Item) -> bool:
    """The app's own fixtures lead to the database; browsers see the same pages on either."""
    if item.get_closest_marker("browser"):
        return False
    return "house" in getattr(item, "fixturenames", ()) or bool(item.get_closest_marker("postgres"))


def _suits_sqlite(item: pytest.Item) -> bool:
    return not item.get_closest_marker("postgres")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Postgres]:
    """A PostgreSQL server, one per worker."""
    yield from _or_skip(postgres.server)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: postgres.Postgres) -> Iterator[str]:
    """An empty PostgreSQL database, one per worker."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """A Redis server, one per worker; tests use keys of their own."""
    yield from _or_skip(redis.server)


@pytest.fixture
def mail_sink() -> Iterator[smtp.Sink]:
    """A mail server that keeps what it gets."""
    with smtp.sink() as sink:
        yield sink


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser for one test file."""
    yield from _or_skip(browsers.chromium)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A Korean desk page; tests that want another call `tests.support.browser.page`."""
    with browsers.page(chromium) as page:
        yield page


def _or_skip(start: Callable[[], AbstractContextManager[Thing]]) -> Iterator[Thing]:
    context = start()
    try:
        thing = context.__enter__()
    except Unavailable as reason:
        pytest.skip(str(reason))
    try:
        yield thing
    finally:
        context.__exit__(None, None, None)
