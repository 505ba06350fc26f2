"""A served city for the browser tests."""

from collections.abc import Iterator

import pytest

from hanmadang.kernel.fsck import differences
from tests.browser.city import City, city


@pytest.fixture(scope="module")
def sample_city() -> Iterator[City]:
    """One running city for the walks of a file, which leave each other alone."""
    with city() as served:
        yield served
        with served.records() as records:
            assert differences(records) == []
