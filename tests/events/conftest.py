"""Every test of this room happens on Saturday, 21 November 2026, at noon in Seoul."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from hanmadang.kernel import clock
from tests.factories.events import NOW


@pytest.fixture(autouse=True)
def pass_time() -> Iterator[Callable[[timedelta], None]]:
    """Moves the clock on."""
    with clock.frozen(NOW) as advance:
        yield advance
