"""How often one may guess: per account, per address, however the tries arrive."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from hanmadang.kernel import clock
from hanmadang.people.models import KnownDevice, SignInTry
from tests.conftest import Browser
from tests.factories.people import PASSWORD, make_person
from tests.people.conftest import NOON, at_once

TOO_MANY = "There were too many tries. Please wait 15 minutes and try again."


def enter(browser: Browser, email: str, password: str = PASSWORD, **kwargs: Any) -> TestResponse:
    return browser.send("/en/sign-in", {"email": email, "password": password}, **kwargs)


@pytest.fixture
def mina(write: Callable[[], Any]) -> int:
    with write() as session:
        return int(make_person(session, email="mina@example.org", name="Mina").id)


@pytest.mark.usefixtures("limited")
def test_the_eleventh_guess_is_not_judged_even_if_right(client: Browser, mina: int) -> None:
    for _ in range(10):
        assert enter(client, "mina@example.org", "wrong horse").status_code == 422
    answer = enter(client, "mina@example.org")
    assert (answer.status_code, TOO_MANY in answer.text) == (429, True)


@pytest.mark.usefixtures("limited")
def test_after_fifteen_minutes_one_may_try_again(client: Browser, mina: int) -> None:
    with clock.frozen(NOON) as advance:
        for _ in range(11):
            last = enter(client, "mina@example.org", "wrong horse")
        advance(timedelta(minutes=15))
        assert (last.status_code, enter(client, "mina@example.org").status_code) == (429, 303)


@pytest.mark.usefixtures("limited")
def test_unknown_addresses_are_counted_alike(client: Browser) -> None:
    codes = [enter(client, "nobody@example.org", "wrong").status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]


@pytest.mark.usefixtures("limited")
def test_one_guess_at_many_accounts_stops_at_thirty(client: Browser) -> None:
    codes = [enter(client, f"p{n}@example.org", "wrong").status_code for n in range(32)]
    assert codes == [422] * 30 + [429] * 2


@pytest.mark.usefixtures("limited")
def test_many_addresses_of_one_network_win_no_tries(client: Browser) -> None:
    """A client of IPv6 has more addresses than anybody can count."""
    codes = [
        enter(
            client, f"p{n}@example.org", "wrong",
            environ_overrides={"REMOTE_ADDR": f"2001:db8:1:2::{n:x}"},
        ).status_code
        for n in range(31)
    ]  # fmt: skip
    assert codes == [422] * 30 + [429]


@pytest.mark.usefixtures("limited")
def test_a_forged_forwarding_header_wins_no_tries(client: Browser) -> None:
    codes = [
        enter(client, f"p{n}@example.org", "wrong",
              headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
        for n in range(31)
    ]  # fmt: skip
    assert codes[-1] == 429


@pytest.mark.usefixtures("limited")
def test_a_hall_behind_one_address_can_all_sign_in(
    new_browser: Callable[[], Browser], write: Callable[[], Any]
) -> None:
    with write() as session:
        for n in range(35):
            make_person(session, email=f"hall{n}@example.org")
    codes = {enter(new_browser(), f"hall{n}@example.org").status_code for n in range(35)}
    assert codes == {303}


@pytest.mark.usefixtures("limited")
def test_the_owner_gets_in_from_a_known_device_while_others_guess(
    client: Browser, new_browser: Callable[[], Browser], mina: int
) -> None:
    enter(client, "mina@example.org")
    client.send("/en/sign-out")
    stranger = new_browser()
    for _ in range(11):
        last = enter(stranger, "mina@example.org", "wrong horse")
    assert (last.status_code, enter(client, "mina@example.org").status_code) == (429, 303)


@pytest.mark.usefixtures("limited")
def test_a_known_device_may_not_guess_without_end(client: Browser, mina: int) -> None:
    enter(client, "mina@example.org")
    client.send("/en/sign-out")
    codes = [enter(client, "mina@example.org", "wrong").status_code for _ in range(11)]
    assert codes == [422] * 10 + [429]


@pytest.mark.slow
@pytest.mark.usefixtures("limited")
def test_of_forty_guesses_at_once_ten_are_judged(
    new_browser: Callable[[], Browser], mina: int
) -> None:
    browsers = [new_browser() for _ in range(40)]
    codes = at_once(40, lambda n: enter(browsers[n], "mina@example.org", "wrong").status_code)
    assert (codes.count(422), codes.count(429)) == (10, 30)


@pytest.mark.usefixtures("limited")
def test_neither_login_nor_address_can_be_read_from_the_counts(
    client: Browser, mina: int, read: Callable[[], Any]
) -> None:
    enter(client, "mina@example.org", "wrong horse")
    with read() as session:
        keys = session.scalars(select(SignInTry.key)).all()
    assert sorted(key.split(":")[0] for key in keys) == ["address", "login"]
    assert not any("mina" in key or "127.0" in key for key in keys)


def test_a_device_is_remembered_without_naming_it(
    client: Browser, mina: int, read: Callable[[], Any]
) -> None:
    enter(client, "mina@example.org")
    device = client.get_cookie("hm_device")
    with read() as session:
        stored = session.scalars(select(KnownDevice.device_hash)).one()
    assert device is not None
    assert device.value not in stored
