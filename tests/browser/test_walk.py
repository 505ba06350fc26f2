"""The walk of issue 2, steps 1 to 8: a real browser against a real server.

Each step stands on those before it. A worker that is given a later step alone takes the earlier
ones first, so the tests hold in any order; `--dist loadgroup` keeps a walk in one worker.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.city import City, shots_folder
from tests.browser.journey import Journey, Way, journey
from tests.browser.steps import STEPS
from tests.browser.visitor import Journal
from tests.support.browser import DESK, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WAYS = [
    Way("ko", PHONE),
    Way("en", PHONE),
    Way("ko", DESK),
    Way("en", DESK),
    Way("ko", PHONE, javascript=False),
    Way("en", PHONE, javascript=False),
]
NAMES = [step.__name__ for step in STEPS]


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(way, marks=pytest.mark.xdist_group(str(way)), id=str(way)) for way in WAYS
    ],
)
def walk(request: pytest.FixtureRequest, sample_city: City, chromium: Browser) -> Iterator[Journey]:
    """One walk; its people keep their browsers from step to step."""
    journal = Journal(Path(shots_folder()) if shots_folder() else None)
    with journey(sample_city, chromium, request.param, journal) as begun:
        yield begun


@pytest.mark.parametrize("number", range(1, len(STEPS) + 1), ids=NAMES)
def test_step(walk: Journey, number: int) -> None:
    before = len(walk.journal.faults)
    walk.take(STEPS[:number])
    assert walk.journal.faults[before:] == []
