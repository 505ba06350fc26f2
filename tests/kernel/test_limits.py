"""What counts tries does not say who tried, nor tie a device to an address."""

from datetime import UTC, datetime, timedelta

from flask import Flask, request

from hanmadang.kernel import clock
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
