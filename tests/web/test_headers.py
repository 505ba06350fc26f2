"""Headers on every kind of answer."""

from collections.abc import Callable

import pytest
from flask import Flask

from hanmadang.kernel.permissions import Role
from tests.conftest import Browser

PATHS = ["/ko/", "/en/nothing-here", "/ko/sign-out", "/static/css/base.css", "/healthz"]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_safety_headers(client: Browser, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_unchanged_page_is_304(client: Browser) -> None:
    first = client.get("/ko/promises")
    again = client.get("/ko/promises", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_page_of_a_signed_in_person_is_never_kept(sign_in: Callable[..., Browser]) -> None:
    page = sign_in(Role.CITIZEN).get("/ko/")
    assert page.headers["Cache-Control"] == "private, no-store"


def test_answers_vary_by_cookie_and_language(client: Browser) -> None:
    assert {"Cookie", "Accept-Language"} <= set(client.get("/ko/").vary)


def test_static_files_are_kept_for_a_year_under_a_hashed_address(client: Browser) -> None:
    page = client.get("/ko/").text
    start = page.index("/static/css/base.css?v=")
    answer = client.get(page[start : page.index('"', start)])
    assert answer.cache_control.max_age == 365 * 24 * 3600


def test_alternate_languages_are_named(client: Browser) -> None:
    page = client.get("/ko/events?kind=concert").text
    assert 'hreflang="en" href="http://localhost/en/events?kind=concert"' in page


def test_cookies_are_guarded_under_tls(app: Flask) -> None:
    app.config["SESSION_COOKIE_SECURE"] = True
    try:
        cookie = app.test_client().get("/ko/sign-in").headers["Set-Cookie"]
    finally:
        app.config["SESSION_COOKIE_SECURE"] = False
    assert cookie.startswith("__Host-hm_device=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= {
        p.strip() for p in cookie.split(";")
    }
