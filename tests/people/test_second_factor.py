"""The second factor: set up once, shown at sign-in, never accepted twice."""

import re
import unicodedata
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel import clock
from hanmadang.kernel.db import transaction
from hanmadang.kernel.permissions import Role
from hanmadang.people import second_factor
from hanmadang.people.models import Account, RecoveryCode
from hanmadang.people.second_factor import WrongCodeError
from tests.conftest import Browser
from tests.factories.people import PASSWORD, TOTP_SECRET, make_person
from tests.people.conftest import NOON, at_once

PAGE = "/en/account/second-factor"


def code_at(moment: Any = NOON, steps: int = 0, secret: str = TOTP_SECRET) -> str:
    return str(pyotp.TOTP(secret).at(moment, counter_offset=steps))


@pytest.fixture
def guard(write: Callable[[], Any]) -> int:
    """An administrator with a second factor and two recovery codes."""
    with write() as session:
        person = make_person(
            session, Role.ADMINISTRATOR, email="guard@example.org", totp_secret=TOTP_SECRET
        )
        return int(person.id)


def sign_in(browser: Browser, email: str = "guard@example.org", after: str = "") -> None:
    fields = {"email": email, "password": PASSWORD}
    assert browser.send(f"/en/sign-in?next={after}", fields).status_code == 303


def accept(app: Flask, account_id: int, code: str) -> bool:
    with app.app_context():
        try:
            with transaction() as session:
                account = session.get_one(Account, account_id)
                second_factor.accept(session, account, code, clock.now())
        except WrongCodeError:
            return False
        return True


def test_the_password_alone_opens_nothing_of_the_account(client: Browser, guard: int) -> None:
    sign_in(client)
    for page in ("/en/account", "/en/account/export", "/en/account/sessions", "/en/desk/accounts"):
        assert client.get(page).location == f"{PAGE}?next={page}"
    assert client.send("/en/account/sessions/end-all").location == PAGE


def test_password_and_code_open_it_and_lead_back(client: Browser, guard: int) -> None:
    with clock.frozen(NOON):
        sign_in(client)
        before = client.get_cookie("hm_session")
        answer = client.send(f"{PAGE}?next=/en/desk/accounts", {"code": code_at()})
        after = client.get_cookie("hm_session")
        assert answer.location == "/en/desk/accounts"
        assert client.get("/en/desk/accounts").status_code == 200
    assert before
    assert after
    assert before.value != after.value


def test_the_cookie_of_the_first_step_is_worthless_after_the_second(
    client: Browser, new_browser: Callable[[], Browser], guard: int
) -> None:
    with clock.frozen(NOON):
        sign_in(client)
        half = client.get_cookie("hm_session")
        client.send(PAGE, {"code": code_at()})
        thief = new_browser()
        thief.set_cookie("hm_session", half.value if half else "")
        assert thief.get("/en/account").location == "/en/sign-in?next=/en/account"


@pytest.mark.parametrize(
    ("steps", "passes"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_code_may_be_one_step_early_or_late(
    app: Flask, guard: int, steps: int, passes: bool
) -> None:
    with clock.frozen(NOON):
        assert accept(app, guard, code_at(steps=steps)) is passes


def test_a_code_works_once_and_an_older_one_not_after_it(app: Flask, guard: int) -> None:
    with clock.frozen(NOON):
        tries = [accept(app, guard, code_at(steps=n)) for n in (0, 0, -1, 1, 1)]
    assert tries == [True, False, False, True, False]


def test_of_twenty_equal_codes_at_once_one_passes(app: Flask, guard: int) -> None:
    with clock.frozen(NOON):
        code = code_at()
        assert sum(at_once(20, lambda _n: accept(app, guard, code))) == 1


@pytest.mark.parametrize("typed", ["{} {}", " {}{} ", "{}\u2003{}"])
def test_spaces_and_wide_figures_are_understood(app: Flask, guard: int, typed: str) -> None:
    with clock.frozen(NOON):
        code = code_at()
        wide = "".join(chr(ord(figure) + 0xFEE0) for figure in code[:3])
        assert unicodedata.normalize("NFKC", wide) == code[:3]
        assert accept(app, guard, typed.format(wide, code[3:]))


@pytest.mark.parametrize("wrong", ["", "12345", "1234567", "abcdef", "000000", "٣٣٣٣٣٣", "a\x00b"])
def test_a_wrong_code_is_refused_beside_its_field(client: Browser, guard: int, wrong: str) -> None:
    with clock.frozen(NOON):
        sign_in(client)
        answer = client.send(PAGE, {"code": wrong})
        assert (answer.status_code, 'id="code-error"' in answer.text) == (422, True)
        assert client.get("/en/account").status_code == 303


@pytest.mark.usefixtures("limited")
def test_codes_cannot_be_guessed_on_and_on(client: Browser, guard: int) -> None:
    with clock.frozen(NOON):
        sign_in(client)
        codes = [client.send(PAGE, {"code": "000000"}).status_code for _ in range(11)]
        assert codes == [422] * 10 + [429]


def set_up(browser: Browser) -> tuple[str, list[str]]:
    """Go through the set-up as a person would; the secret and the recovery codes."""
    page = browser.get(PAGE).text
    found = re.search(r'name="setup" value="([^"]+)"', page)
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert found
    assert secret
    key = secret[1].replace(" ", "")
    sent = {"setup": found[1], "code": code_at(clock.now(), secret=key)}
    answer = browser.send(f"{PAGE}?next=/en/desk/accounts", sent)
    assert answer.status_code == 200
    assert 'href="/en/desk/accounts"' in answer.text
    return key, re.findall(r"<li><code>([^<]+)</code></li>", answer.text)


@pytest.fixture
def fresh(write: Callable[[], Any]) -> int:
    """An administrator who never set one up."""
    with write() as session:
        return int(make_person(session, Role.ADMINISTRATOR, email="guard@example.org").id)


def test_setting_up_shows_a_picture_a_key_and_then_recovery_codes(
    client: Browser, fresh: int, read: Callable[[], Any]
) -> None:
    with clock.frozen(NOON):
        sign_in(client)
        page = client.get(PAGE).text
        assert '<svg role="img"' in page
        assert "otpauth://totp/" in page
        secret, codes = set_up(client)
        assert client.get("/en/desk/accounts").status_code == 200
    with read() as session:
        assert session.get_one(Account, fresh).totp_secret == secret
    assert (len(codes), len(set(codes))) == (10, 10)


def test_a_wrong_first_code_keeps_the_secret_on_the_page(client: Browser, fresh: int) -> None:
    with clock.frozen(NOON):
        sign_in(client)
        found = re.search(r'name="setup" value="([^"]+)"', client.get(PAGE).text)
        assert found
        again = client.send(PAGE, {"setup": found[1], "code": "000000"})
    assert (again.status_code, found[1] in again.text) == (422, True)


def test_a_set_up_page_of_another_person_is_refused(
    app: Flask, client: Browser, fresh: int
) -> None:
    with app.app_context():
        foreign = second_factor.new_setup(fresh + 1)
        secret = second_factor.open_setup(foreign, fresh + 1)
    with clock.frozen(NOON):
        sign_in(client)
        answer = client.send(PAGE, {"setup": foreign, "code": code_at(secret=secret)})
    assert answer.status_code == 422


def test_an_existing_secret_is_not_replaced_by_a_second_set_up(
    app: Flask, client: Browser, guard: int, read: Callable[[], Any]
) -> None:
    with app.app_context():
        sealed = second_factor.new_setup(guard)
        secret = second_factor.open_setup(sealed, guard)
    with clock.frozen(NOON):
        sign_in(client)
        client.send(PAGE, {"setup": sealed, "code": code_at(secret=secret)})
    with read() as session:
        assert session.get_one(Account, guard).totp_secret == TOTP_SECRET


def test_recovery_codes_work_once_and_are_kept_only_as_hashes(
    app: Flask, client: Browser, fresh: int, read: Callable[[], Any]
) -> None:
    with clock.frozen(NOON):
        sign_in(client)
        _secret, codes = set_up(client)
        typed = codes[0].lower().replace("-", " ")
        assert [accept(app, fresh, typed), accept(app, fresh, codes[0])] == [True, False]
        assert sum(at_once(20, lambda _n: accept(app, fresh, codes[1]))) == 1
    with read() as session:
        stored = session.scalars(select(RecoveryCode.code_hash)).all()
    assert len(stored) == 10
    assert not any(code.replace("-", "") in one for code in codes for one in stored)


def test_anothers_recovery_code_opens_nothing(
    app: Flask, client: Browser, fresh: int, write: Callable[[], Any]
) -> None:
    with write() as session:
        other = make_person(session, totp_secret=TOTP_SECRET).id
    with clock.frozen(NOON):
        sign_in(client)
        _secret, codes = set_up(client)
        assert not accept(app, other, codes[0])


def test_new_recovery_codes_replace_the_old(app: Flask, client: Browser, fresh: int) -> None:
    with clock.frozen(NOON) as advance:
        sign_in(client)
        secret, old = set_up(client)
        advance(timedelta(minutes=1))
        sent = {"code": code_at(clock.now(), secret=secret), "act": "codes"}
        new = re.findall(r"<li><code>([^<]+)</code></li>", client.send(PAGE, sent).text)
        assert len(new) == 10
        assert [accept(app, fresh, old[0]), accept(app, fresh, new[0])] == [False, True]


def test_staff_cannot_turn_it_off_but_a_citizen_can(
    client: Browser, new_browser: Callable[[], Browser], write: Callable[[], Any], guard: int,
    read: Callable[[], Any],
) -> None:  # fmt: skip
    with write() as session:
        citizen = make_person(session, email="mina@example.org", totp_secret=TOTP_SECRET).id
    codes = {}
    with clock.frozen(NOON) as advance:
        for email, browser in (("guard@example.org", client), ("mina@example.org", new_browser())):
            sign_in(browser, email)
            browser.send(PAGE, {"code": code_at(clock.now())})
            advance(timedelta(minutes=1))
            sent = {"code": code_at(clock.now()), "act": "off"}
            codes[email] = browser.send(PAGE, sent).status_code
            advance(timedelta(minutes=1))
    with read() as session:
        left = [session.get_one(Account, one).totp_secret for one in (guard, citizen)]
    assert left == [TOTP_SECRET, None]
    assert codes == {"guard@example.org": 403, "mina@example.org": 303}


def test_a_citizen_with_a_second_factor_shows_it_before_anything_else(
    client: Browser, write: Callable[[], Any]
) -> None:
    with write() as session:
        make_person(session, email="mina@example.org", totp_secret=TOTP_SECRET)
    with clock.frozen(NOON):
        sign_in(client, "mina@example.org")
        assert client.get("/en/account").location == f"{PAGE}?next=/en/account"
        client.send(PAGE, {"code": code_at()})
        assert client.get("/en/account").status_code == 200


def test_a_strange_next_address_is_dropped(client: Browser, guard: int) -> None:
    with clock.frozen(NOON):
        sign_in(client)
        answer = client.send(f"{PAGE}?next=//evil.example", {"code": code_at()})
    assert answer.location == "/en/"
