"""The device cookie and the form tokens that follow from it."""

import pytest
from flask import Flask, Response, request

from hanmadang.kernel import device


def test_nobody_gets_a_cookie_without_need(app: Flask) -> None:
    with app.test_request_context("/"):
        assert device.known_device() == ""
        assert not app.process_response(Response("")).headers.getlist("Set-Cookie")


def test_a_form_makes_the_device_known(app: Flask) -> None:
    with app.test_request_context("/"):
        made = device.device_id()
        assert (device.device_id(), device.known_device()) == (made, made)
        cookie = app.process_response(Response("")).headers["Set-Cookie"]
    assert cookie.startswith(f"hm_device={made};")
    assert all(word in cookie for word in ("HttpOnly", "SameSite=Lax", "Path=/"))


def test_over_tls_the_cookie_is_bound_to_the_host(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SESSION_COOKIE_SECURE", True)
    with app.test_request_context("/"):
        device.device_id()
        cookie = app.process_response(Response("")).headers["Set-Cookie"]
    assert cookie.startswith("__Host-hm_device=")
    assert "Secure" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("value", ["", "short", "x" * 44, "가" * 43])
def test_a_made_up_cookie_is_no_device(app: Flask, value: str) -> None:
    with app.test_request_context("/"):
        request.cookies = {"hm_device": value}  # type: ignore[assignment]
        assert device.known_device() == ""


def test_a_token_holds_for_its_device_only(app: Flask) -> None:
    with app.test_request_context("/"):
        token = device.form_token()
        assert device.token_is_ours(token)
        assert not device.token_is_ours(token[:-1])
        assert not device.token_is_ours("")
    with app.test_request_context("/"):
        assert not device.token_is_ours(token)
        device.device_id()
        assert not device.token_is_ours(token)


def test_a_token_needs_the_secret_of_this_house(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context("/"):
        token = device.form_token()
        monkeypatch.setattr(app, "secret_key", "another secret of 32 characters!")
        assert not device.token_is_ours(token)
