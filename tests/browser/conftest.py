"""A served city for the browser tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from hanmadang.kernel.fsck import differences
from tests.browser.city import City, city
from tests.browser.journey import Journey, Way, journey
from tests.browser.visitor import Journal
from tests.support.browser import PHONE


@pytest.fixture(scope="module")
def sample_city() -> Iterator[City]:
    """One running city for the walks of a file, which leave each other alone."""
    with city() as served:
        yield served
        with served.records() as records:
            assert differences(records) == []


@pytest.fixture(params=["ko", "en"])
def phones(
    request: pytest.FixtureRequest, sample_city: City, chromium: Browser
) -> Iterator[Journey]:
    """People with phones; whatever their pages complain about fails the test."""
    journal = Journal()
    with journey(sample_city, chromium, Way(request.param, PHONE), journal) as begun:
        yield begun
    assert journal.faults == []
