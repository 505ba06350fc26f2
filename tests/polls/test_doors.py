"""Who knocks too often: mails to strangers, digits and codes that are guessed from many places."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hanmadang.kernel import clock
from hanmadang.kernel import codes as letters
from hanmadang.kernel.db import db
from hanmadang.kernel.ids import new_secret
from hanmadang.kernel.permissions import Role
from hanmadang.polls import hall as halls
from hanmadang.polls.domain import entering
from hanmadang.polls.domain.codes import MOST
from hanmadang.polls.models import Assurance
from hanmadang.reminders.models import OutboxMail
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, make_poll

pytestmark = pytest.mark.usefixtures("limited")
Opener = Callable[[], Any]
TOO_MANY = {
    "ko": "시도가 너무 많았습니다",
    "en": "There were too many tries. Please wait 15 minutes and try again.",
}


@pytest.fixture
def poll_of(write: Opener) -> Callable[[Assurance], Any]:
    def made(assurance: Assurance) -> Any:
        with write() as session:
            return make_poll(session, OPINION, assurance=assurance)

    return made


def knock(browser: Browser, slug: str, held: str, language: str = "en", **origin: Any) -> Any:
    where = {"REMOTE_ADDR": origin.get("at", "192.0.2.1")}
    url = f"/{language}/polls/{slug}/enter"
    return browser.send(url, {"held": held}, environ_overrides=where)


def stranger(app: Flask) -> Browser:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    browser.set_cookie("hm_device", new_secret())
    return browser


def mailed(read: Opener) -> int:
    with read() as session:
        return int(session.scalar(select(func.count()).select_from(OutboxMail)))


# Mails


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_device_mails_only_a_few_addresses(
    client: Browser, poll_of: Any, read: Opener, language: str
) -> None:
    slug = poll_of(Assurance.EMAIL).slug
    answers = [knock(client, slug, f"v{n}@example.org", language) for n in range(8)]
    assert [each.status_code for each in answers] == [200] * 6 + [429] * 2
    assert TOO_MANY[language] in answers[-1].text
    assert mailed(read) == 6


def test_a_network_mails_only_so_many_whatever_its_devices(
    app: Flask, poll_of: Any, read: Opener
) -> None:
    slug = poll_of(Assurance.EMAIL).slug
    for number in range(62):
        where = f"2001:db8:1:2::{number:x}"
        last = knock(stranger(app), slug, f"v{number}@example.org", at=where)
    assert (last.status_code, mailed(read)) == (429, 60)
    assert knock(stranger(app), slug, "other@example.org", at="192.0.2.9").status_code == 200


def test_a_mailbox_gets_three_mails_of_a_poll_however_it_is_written(
    app: Flask, poll_of: Any, read: Opener
) -> None:
    slug = poll_of(Assurance.EMAIL).slug
    names = ("ann", "Ann", "ann+1", "ann+2", "ann+3")
    pages = [
        knock(stranger(app), slug, f"{name}@example.org", at=f"192.0.2.{n}")
        for n, name in enumerate(names)
    ]
    assert mailed(read) == 3
    assert {each.status_code for each in pages} == {200}
    assert pages[0].text == pages[-1].text


def test_a_mailbox_gets_six_mails_of_all_polls(app: Flask, poll_of: Any, read: Opener) -> None:
    for number in range(8):
        slug = poll_of(Assurance.EMAIL).slug
        knock(stranger(app), slug, "ann@example.org", at=f"192.0.2.{number}")
    assert mailed(read) == 6


def test_a_mistyped_address_costs_no_try(client: Browser, poll_of: Any, read: Opener) -> None:
    slug = poll_of(Assurance.EMAIL).slug
    assert {knock(client, slug, "nobody").status_code for _ in range(7)} == {422}
    assert (knock(client, slug, "ann@example.org").status_code, mailed(read)) == (200, 1)


# Digits


def guess(app: Flask, slug: str, times: int) -> None:
    for number in range(times):
        network = f"2001:db8:{number:x}::1"
        assert knock(stranger(app), slug, "000 000", at=network).status_code == 422


@pytest.fixture
def guessed(app: Flask, poll_of: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A hall whose digits somebody guessed from many networks; fewer guesses do for a test."""
    monkeypatch.setattr(entering, "WRONG_DIGITS", 15)
    poll = poll_of(Assurance.ROOM)
    with monkeypatch.context() as unlucky:
        unlucky.setattr(halls, "are_fresh_digits", lambda *_: False)
        guess(app, poll.slug, 14)
        assert wanted(app, poll.id) == halls.DIGITS
        guess(app, poll.slug, 1)
    return poll


def wanted(app: Flask, poll_id: int) -> int:
    with app.app_context():
        return entering.digits_wanted(db.session(), poll_id, clock.now())


def test_guesses_from_everywhere_make_six_digits_worthless(client: Browser, guessed: Any) -> None:
    short = halls.digits_at(guessed.secret, clock.now())
    refused = knock(client, guessed.slug, short)
    assert (refused.status_code, "all the digits" in refused.text) == (422, True)


def test_the_hall_gets_in_all_the_same(client: Browser, sign_in: Any, guessed: Any) -> None:
    """The screen shows ten digits now, and the picture works as ever."""
    desk = sign_in(Role.ADMINISTRATOR)
    shown = desk.get(f"/desk/polls/{guessed.id}/hall.json").json["digits"]
    assert re.fullmatch(r"\d{5} \d{5}", shown)
    screen = desk.get(f"/en/polls/{guessed.slug}/screen").text
    assert (shown in screen, "screen__code--long" in screen) == (True, True)
    assert knock(client, guessed.slug, shown).status_code == 303
    link = halls.link_at(guessed.secret, clock.now())
    assert client.get(f"/p/{guessed.code}/{link}").status_code == 303


def test_after_a_quarter_of_an_hour_six_digits_do_again(
    client: Browser, sign_in: Any, guessed: Any
) -> None:
    desk = sign_in(Role.ADMINISTRATOR)
    with clock.frozen(clock.now() + timedelta(minutes=16)):
        shown = desk.get(f"/desk/polls/{guessed.id}/hall.json").json["digits"]
        assert re.fullmatch(r"\d{3} \d{3}", shown)
        assert knock(client, guessed.slug, shown).status_code == 303


def test_one_poll_is_guessed_and_another_one_does_not_notice(
    client: Browser, guessed: Any, poll_of: Any
) -> None:
    other = poll_of(Assurance.ROOM)
    assert other.id != guessed.id
    assert knock(client, other.slug, halls.digits_at(other.secret, clock.now())).status_code == 303


@pytest.mark.parametrize("length", [halls.DIGITS, halls.LONG_DIGITS])
def test_digits_of_both_lengths_are_good_for_as_long(length: int) -> None:
    digits = halls.digits_at("s", NOW, length=length)
    assert len(digits) == length
    for seconds, good in ((-40, False), (0, True), (170, True), (250, False)):
        later = NOW + timedelta(seconds=seconds)
        assert halls.are_fresh_digits("s", digits, later) is good


def test_short_digits_tell_nothing_of_the_long_ones() -> None:
    short, long = (halls.digits_at("s", NOW, length=each) for each in (6, 10))
    assert short not in (long[:6], long[-6:])


# Codes


def test_six_digits_are_given_up_before_a_guess_is_likely() -> None:
    at_a_time = 8
    assert entering.WRONG_DIGITS * at_a_time / 10**halls.DIGITS < 1 / 500


def test_codes_are_too_many_to_be_guessed_from_anywhere() -> None:
    """So no number of wrong ones has to close the door on those who hold a slip."""
    chances = len(letters.LETTERS) ** (letters.LENGTH - 1)
    assert chances / MOST > 10**9
