"""A served city for each language, and the ways to walk through it."""

from collections.abc import Iterator

import pytest

from tests.browser.city import City, city


@pytest.fixture(scope="module")
def sample_city() -> Iterator[City]:
    """One running city for the walks of a file, which leave each other alone."""
    with city() as served:
        yield served
