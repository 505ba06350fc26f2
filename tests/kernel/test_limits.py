"""What counts tries does not say who tried, nor tie a device to an address."""

from datetime import UTC, datetime, timedelta

from flask import Flask, request

from hanmadang.kernel import clock
from hanmadang.kernel.counts import Counts
from hanmadang.kernel.limits import client_device, masked

DEVICE = "D" * 43


def test_a_client_has_another_name_in_the_limiter(app: Flask) -> None:
    with app.test_request_context(headers={"Cookie": f"hm_device={DEVICE}"}):
        name = client_device(request)
        assert DEVICE not in name
        assert name == masked(DEVICE)
        assert name != masked("127.0.0.1")


def test_the_name_is_another_one_tomorrow(app: Flask) -> None:
    evening = datetime(2026, 11, 21, 12, tzinfo=UTC)
    with app.test_request_context():
        with clock.frozen(evening):
            today = masked(DEVICE)
        with clock.frozen(evening + timedelta(days=1)):
            assert masked(DEVICE) != today


def test_a_window_starts_with_its_first_try_and_ends() -> None:
    counts = Counts()
    with clock.frozen(datetime(2026, 11, 21, 12, tzinfo=UTC)) as advance:
        assert [counts.incr("a", 10), counts.incr("a", 10), counts.incr("b", 10)] == [1, 2, 1]
        assert (counts.get("a"), counts.get("none")) == (2, 0)
        assert counts.get_expiry("a") - counts.get_expiry("none") == 10
        assert counts.incr("a", 10, amount=0) == 2
        advance(timedelta(seconds=10))
        assert (counts.get("a"), counts.incr("a", 10)) == (0, 1)


def test_what_ended_is_forgotten() -> None:
    counts = Counts()
    with clock.frozen(datetime(2026, 11, 21, 12, tzinfo=UTC)) as advance:
        for number in range(50):
            counts.incr(str(number), 5)
        advance(timedelta(seconds=11))
        counts.incr("late", 5)
        assert counts.reset() == 1
        assert counts.get("late") == 0
        counts.incr("one", 5)
        counts.clear("one")
        assert counts.get("one") == 0
