"""The walk of issue 2, steps 1 to 8: a real browser against a real server."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.city import City, shots_folder
from tests.browser.journey import Way, journey
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


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_eight_steps(sample_city: City, chromium: Browser, way: Way) -> None:
    journal = Journal(Path(shots_folder()) if shots_folder() else None)
    with journey(sample_city, chromium, way, journal) as walk:
        for step in STEPS:
            step(walk)
            assert journal.faults == []
