"""What the tests of people share: a mailbox, limits switched on, a shared moment."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Barrier
from typing import Any, TypeVar

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import use_locale
from hanmadang.reminders.composers import Reader, compose
from hanmadang.reminders.models import OutboxMail
from tests.conftest import Browser

T = TypeVar("T")
NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
_LINK = re.compile(r"http://localhost(/\S+)")


@dataclass(frozen=True)
class Delivered:
    """A mail as its reader would see it."""

    kind: str
    address: str
    locale: str
    subject: str
    text: str
    payload: dict[str, Any]

    @property
    def link(self) -> str:
        """The path of its first link."""
        found = _LINK.search(self.text)
        assert found is not None
        return found[1]


@pytest.fixture
def mailbox(app: Flask) -> Callable[[], list[Delivered]]:
    """Every mail in the outbox that still has a reason, written in its reader's language."""

    def opened() -> list[Delivered]:
        with app.app_context():
            rows = db.session().scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
            return [mail for row in rows for mail in _written(row)]

    return opened


def _written(row: OutboxMail) -> Iterator[Delivered]:
    with use_locale(row.locale):
        letter = compose(row.kind, row.payload, Reader(row.account_id, row.locale))
    if letter is not None:
        yield Delivered(row.kind, row.address, row.locale, letter.subject, letter.text, row.payload)


@pytest.fixture
def new_browser(app: Flask) -> Callable[[], Browser]:
    """Another person's browser."""

    def made() -> Browser:
        browser = app.test_client()
        assert isinstance(browser, Browser)
        return browser

    return made


def at_once(number: int, work: Callable[[int], T]) -> list[T]:
    """Run `work(0)`, `work(1)`, … in as many threads, all released at the same moment."""
    gate = Barrier(number)

    def start(index: int) -> T:
        gate.wait()
        return work(index)

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(start, range(number)))
