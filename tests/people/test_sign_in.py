"""Signing in: who gets in, how often one may guess, what an outsider learns."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hanmadang.kernel.permissions import Role
from hanmadang.people.arrivals import _callbacks, on_sign_in
from hanmadang.people.models import Account, SignInSession
from tests.conftest import Browser
from tests.factories.people import PASSWORD, make_account, make_person

WRONG = "The e-mail address or the password is not right."
TOO_MANY = "There were too many tries. Please wait 15 minutes and try again."


def enter(browser: Browser, email: str, password: str = PASSWORD, **kwargs: Any) -> TestResponse:
    fields = {"email": email, "password": password}
    return browser.send(kwargs.pop("url", "/en/sign-in"), fields, **kwargs)


@pytest.fixture
def mina(write: Callable[[], Any]) -> int:
    with write() as session:
        return int(make_person(session, email="mina@example.org", name="Mina").id)


def test_the_right_password_opens_the_account(client: Browser, mina: int) -> None:
    answer = enter(client, "mina@example.org")
    assert (answer.status_code, answer.location) == (303, "/en/")
    assert "mina@example.org" in client.get("/en/account").text


def test_one_returns_to_the_page_one_came_from(client: Browser, mina: int) -> None:
    sent_away = client.get("/ko/account/consents")
    assert sent_away.location == "/ko/sign-in?next=/ko/account/consents"
    answer = enter(client, "mina@example.org", url=sent_away.location)
    assert answer.location == "/ko/account/consents"


@pytest.mark.parametrize("address", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_one_never_returns_to_another_site(client: Browser, mina: int, address: str) -> None:
    answer = client.send(
        "/en/sign-in", {"email": "mina@example.org", "password": PASSWORD},
        query_string={"next": address},
    )  # fmt: skip
    assert (answer.status_code, answer.location) == (303, "/en/")


@pytest.mark.parametrize("typed", [" MINA@Example.org ", "ｍｉｎａ@example.org"])
def test_the_address_may_be_typed_another_way(client: Browser, mina: int, typed: str) -> None:
    assert enter(client, typed).status_code == 303


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_hangul_may_arrive_composed_or_decomposed(
    client: Browser, write: Callable[[], Any], form: str
) -> None:
    from hanmadang.people.passwords import hashed

    with write() as session:
        make_person(
            session,
            email="홍길동@example.org",
            login="홍길동@example.org",
            password_hash=hashed("조용한 푸른 말 네 마리"),
        )
    email, password = (
        unicodedata.normalize("NFC" if form == "NFC" else "NFD", text)
        for text in ("홍길동@example.org", "조용한 푸른 말 네 마리")
    )
    assert enter(client, email, password).status_code == 303


def test_a_wrong_password_keeps_the_typed_address_and_says_so_in_both_languages(
    client: Browser, mina: int
) -> None:
    english = enter(client, "mina@example.org", "wrong horse")
    korean = enter(client, "mina@example.org", "wrong horse", url="/ko/sign-in")
    assert (english.status_code, korean.status_code) == (422, 422)
    assert WRONG in english.text
    assert "이메일 주소 또는 비밀번호가 맞지 않습니다." in korean.text
    assert 'value="mina@example.org"' in english.text
    assert "wrong horse" not in english.text


def _signature(answer: TestResponse, *own: str) -> tuple[int, str, list[str]]:
    text = answer.text
    for word in own:
        text = text.replace(word, "…")
    names = sorted({cookie.split("=")[0] for cookie in answer.headers.getlist("Set-Cookie")})
    lines = [line for line in text.splitlines() if "csrf_token" not in line]
    return answer.status_code, "\n".join(x for x in lines if "idempotency_key" not in x), names


def test_an_outsider_cannot_tell_known_addresses_from_unknown(client: Browser, mina: int) -> None:
    known = enter(client, "mina@example.org", "wrong horse")
    unknown = enter(client, "nobody@example.org", "wrong horse")
    assert _signature(known, "mina@example.org") == _signature(unknown, "nobody@example.org")


def test_the_fields_suit_password_managers(client: Browser) -> None:
    page = client.get("/en/sign-in").text
    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
    assert 'type="password"' in page


@pytest.mark.parametrize("field", ["email", "password"])
def test_a_nul_byte_is_a_refused_form_not_a_fault(client: Browser, mina: int, field: str) -> None:
    fields = {"email": "mina@example.org", "password": PASSWORD} | {field: "a\x00b"}
    assert client.send("/en/sign-in", fields).status_code == 422


def test_a_blocked_account_is_told_so_only_with_the_right_password(
    client: Browser, write: Callable[[], Any]
) -> None:
    with write() as session:
        make_person(session, email="out@example.org", state="blocked")
    assert WRONG in enter(client, "out@example.org", "wrong horse").text
    answer = enter(client, "out@example.org")
    assert (answer.status_code, "This account is blocked" in answer.text) == (403, True)


def test_who_is_signed_in_is_sent_on(client: Browser, mina: int) -> None:
    enter(client, "mina@example.org")
    assert client.get("/en/sign-in?next=/en/account").location == "/en/account"


def test_signing_in_gives_a_new_cookie_and_ends_the_old_session(
    client: Browser, mina: int, read: Callable[[], Any], write: Callable[[], Any]
) -> None:
    with write() as session:
        make_person(session, email="other@example.org")
    enter(client, "other@example.org")
    before = client.get_cookie("hm_session")
    client.send("/en/sign-out")
    client.set_cookie("hm_session", before.value if before else "")
    enter(client, "mina@example.org")
    after = client.get_cookie("hm_session")
    assert before
    assert after
    assert before.value != after.value
    with read() as session:
        owners = session.scalars(select(SignInSession.account_id)).all()
    assert owners == [mina]


def test_a_planted_cookie_is_never_adopted(client: Browser, mina: int) -> None:
    client.set_cookie("hm_session", "x" * 43)
    enter(client, "mina@example.org")
    cookie = client.get_cookie("hm_session")
    assert cookie is not None
    assert cookie.value != "x" * 43


def test_the_cookie_is_stored_only_as_a_hash(
    client: Browser, mina: int, read: Callable[[], Any]
) -> None:
    enter(client, "mina@example.org")
    cookie = client.get_cookie("hm_session")
    with read() as session:
        stored = session.scalars(select(SignInSession.id_hash)).one()
    assert cookie is not None
    assert (cookie.value != stored, len(stored)) == (True, 64)


def test_signing_out_ends_the_session_for_good(client: Browser, mina: int) -> None:
    enter(client, "mina@example.org")
    cookie = client.get_cookie("hm_session")
    assert client.send("/en/sign-out").status_code == 303
    assert client.get_cookie("hm_session") is None
    client.set_cookie("hm_session", cookie.value if cookie else "")
    assert client.get("/en/account").status_code == 303


def test_signing_out_without_our_token_is_refused(client: Browser, mina: int) -> None:
    enter(client, "mina@example.org")
    assert client.post("/en/sign-out").status_code == 400
    assert client.get("/en/account").status_code == 200


def test_the_form_without_our_token_signs_nobody_in(client: Browser, mina: int) -> None:
    answer = client.post("/en/sign-in", data={"email": "mina@example.org", "password": PASSWORD})
    assert (answer.status_code, client.get_cookie("hm_session")) == (422, None)


def test_rooms_above_hear_of_a_sign_in_in_its_own_transaction(
    client: Browser, mina: int, read: Callable[[], Any]
) -> None:
    heard: list[int] = []

    def fail(session: Any, account_id: int) -> None:
        heard.append(account_id)
        message = "the room above could not keep up"
        raise RuntimeError(message)

    on_sign_in(fail)
    on_sign_in(fail)
    try:
        assert enter(client, "mina@example.org").status_code == 500
    finally:
        _callbacks.remove(fail)
    with read() as session:
        assert session.scalar(select(func.count()).select_from(SignInSession)) == 0
    assert heard == [mina]


@pytest.mark.parametrize("role", [Role.ORGANIZER, Role.ADMINISTRATOR, Role.REVIEWER])
def test_staff_without_a_second_factor_must_set_one_up(
    client: Browser, write: Callable[[], Any], role: Role
) -> None:
    with write() as session:
        make_person(session, role, email="staff@example.org")
    enter(client, "staff@example.org")
    answer = client.get("/en/desk/accounts")
    assert answer.status_code == 303
    assert answer.location == "/en/account/second-factor?next=/en/desk/accounts"


def test_an_account_without_usable_password_cannot_be_entered(
    client: Browser, write: Callable[[], Any]
) -> None:
    with write() as session:
        make_account(session, email="machine@example.org")
    assert enter(client, "machine@example.org", "unusable").status_code == 422


def test_a_password_changed_meanwhile_does_not_let_the_old_one_in(
    client: Browser, mina: int, write: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hanmadang.people import passwords

    fits = passwords.fits

    def change_then_answer(stored: str | None, password: str) -> bool:
        with write() as session:
            session.get_one(Account, mina).password_hash = "another"
        return fits(stored, password)

    monkeypatch.setattr(passwords, "fits", change_then_answer)
    assert enter(client, "mina@example.org").status_code == 422
