"""Every test of this room happens on Saturday, 21 November 2026, at noon in Seoul."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Account
from tests.conftest import Browser
from tests.factories.forums import NOW
from tests.factories.people import open_session

Enter = Callable[[Viewer], Browser]


@pytest.fixture(autouse=True)
def pass_time() -> Iterator[Callable[[timedelta], None]]:
    """Moves the clock on."""
    with clock.frozen(NOW) as advance:
        yield advance


@pytest.fixture
def enter(app: Flask, write: Any) -> Enter:
    """`enter(viewer)` gives the browser of somebody who exists already."""

    def enter(viewer: Viewer) -> Browser:
        with write() as session:
            cookie = open_session(session, session.get_one(Account, viewer.id))
        browser = app.test_client()
        assert isinstance(browser, Browser)
        browser.set_cookie("hm_session", cookie)
        return browser

    return enter
