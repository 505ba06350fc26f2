"""What every request passes before its page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Role
from hanmadang.people.models import SignInSession
from tests.conftest import Browser

SignIn = Callable[..., Browser]


def test_front_door_leads_to_the_visitors_language(client: Browser) -> None:
    english = client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    korean = client.get("/", headers={"Accept-Language": "ko-KR"})
    unknown = client.get("/", headers={"Accept-Language": "mn"})
    assert [english.location, korean.location, unknown.location] == ["/en/", "/ko/", "/ko/"]


@pytest.mark.parametrize(("language", "word"), [("ko", "한마당"), ("en", "Hanmadang")])
def test_page_is_in_the_language_of_its_path(client: Browser, language: str, word: str) -> None:
    page = client.get(f"/{language}/", headers={"Accept-Language": "mn"})
    assert page.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in page.text
    assert word in page.text


def test_visitor_is_led_to_sign_in_and_back(client: Browser) -> None:
    answer = client.get("/ko/desk/events?state=draft")
    assert answer.status_code == 303
    assert answer.location == "/ko/sign-in?next=/ko/desk/events?state%3Ddraft"


def test_signed_in_person_without_the_role_is_refused(sign_in: SignIn) -> None:
    page = sign_in(Role.CITIZEN).get("/en/desk/events")
    assert page.status_code == 403
    assert "You do not have permission" in page.text


def test_staff_without_second_factor_reach_only_their_account(
    app: Flask, sign_in: SignIn, write: Any
) -> None:
    browser = sign_in(Role.ORGANIZER)
    with write() as session:
        session.scalars(select(SignInSession)).one().second_factor = False
    answer = browser.get("/ko/desk/events")
    assert answer.status_code == 303
    assert answer.location.startswith("/ko/account/second-factor")
    assert browser.get("/ko/").status_code == 200


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "로그인 마치기"), ("en", "Finish signing in")]
)
def test_who_gave_only_the_password_is_a_visitor_on_public_pages(
    sign_in: SignIn, write: Any, language: str, words: str
) -> None:
    browser = sign_in(Role.CITIZEN, name="Only Password")
    with write() as session:
        session.scalars(select(SignInSession)).one().second_factor = False
    for path in ("/", "/my-path", "/courses", "/events"):
        page = browser.get(f"/{language}{path}").text
        assert "Only Password" not in page
        assert words in page


def test_action_without_our_token_is_refused(sign_in: SignIn) -> None:
    browser = sign_in(Role.CITIZEN)
    assert browser.post("/ko/sign-out").status_code == 400
    assert browser.send("/ko/sign-out").status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_request_from_another_site_is_refused(sign_in: SignIn, headers: dict[str, str]) -> None:
    assert sign_in(Role.CITIZEN).send("/ko/sign-out", headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1:1@evil"])
def test_foreign_host_gets_400(client: Browser, host: str) -> None:
    assert client.get("/ko/", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("query", ["q=%00", "%00=1", "q=a%00b"])
def test_nul_in_the_address_gets_400(client: Browser, query: str) -> None:
    assert client.get(f"/ko/events?{query}").status_code == 400


def test_nul_in_the_path_gets_400(client: Browser) -> None:
    assert client.get("/ko/events/%00").status_code == 400


def test_body_over_the_limit_gets_413(client: Browser) -> None:
    answer = client.send("/ko/sign-in", {"email": "x" * 300_000})
    assert answer.status_code == 413


def test_session_in_use_is_noted_every_five_minutes(sign_in: SignIn, read: Any) -> None:
    browser = sign_in(Role.CITIZEN)
    with read() as session:
        opened = session.scalars(select(SignInSession.seen_at)).one()
    with clock.frozen(opened + timedelta(minutes=6)):
        browser.get("/ko/")
    with read() as session:
        assert session.scalars(select(SignInSession.seen_at)).one() == opened + timedelta(minutes=6)


def test_wrong_verb_says_which_is_right(client: Browser) -> None:
    answer = client.get("/ko/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
