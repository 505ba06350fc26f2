"""Who is let into a poll: the hall's changing code, a mail, an account."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Role
from hanmadang.people.models import Account
from hanmadang.polls import hall as halls
from hanmadang.polls.domain import change_state
from hanmadang.polls.entry import Visitor, ticket_for, voter_of
from hanmadang.polls.models import Assurance, Ballot, Mode, PollState, Question
from hanmadang.reminders import composers
from hanmadang.reminders.models import OutboxMail
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, counts, make_poll

Opener = Callable[[], Any]


@dataclass
class Asked:
    """An open poll of one question."""

    poll_id: int
    slug: str
    code: str
    secret: str
    field: str
    options: list[int]

    def sheet(self, place: int) -> dict[str, int]:
        """The fields of an answer."""
        return {self.field: self.options[place]}


@pytest.fixture
def ask(write: Opener) -> Callable[..., Asked]:
    def asked(assurance: Assurance, mode: Mode = Mode.EDITABLE) -> Asked:
        with write() as session:
            poll = make_poll(session, OPINION, assurance=assurance, mode=mode)
            question = poll.questions[0]
            ids = [option.id for option in question.options]
            secret = str(poll.secret)
            return Asked(poll.id, poll.slug, poll.code, secret, f"q{question.id}", ids)

    return asked


def counted(read: Opener) -> list[int]:
    with read() as session:
        return counts(session.scalars(select(Question)).one())


# The one function


def test_every_level_has_keys_of_its_own_and_none_shows_what_it_was_made_from() -> None:
    device = Visitor("device", ticket_for("s", Assurance.ROOM, "device"), "a@x.kr")
    held = [
        Visitor("device", ticket_for("s", level, "holder"), "a@x.kr")
        for level in (Assurance.EMAIL, Assurance.CODES)
    ]
    keys = [
        voter_of("s", Assurance.LINK, device),
        voter_of("s", Assurance.ACCOUNT, device),
        voter_of("s", Assurance.EMAIL, held[0]),
    ]
    assert len(set(keys)) == 3
    assert all(re.fullmatch(r"[0-9a-f]{64}", key) for key in keys)
    assert voter_of("s", Assurance.ROOM, device) == voter_of("s", Assurance.LINK, device)
    assert voter_of("s", Assurance.CODES, held[1])


@pytest.mark.parametrize("assurance", list(Assurance))
def test_a_stranger_has_no_key(assurance: Assurance) -> None:
    assert voter_of("s", assurance, Visitor()) == ""


@pytest.mark.parametrize("level", [Assurance.ROOM, Assurance.EMAIL, Assurance.CODES])
@pytest.mark.parametrize("other", [Assurance.ROOM, Assurance.EMAIL, Assurance.CODES])
def test_a_ticket_is_good_for_its_level_and_its_poll_alone(
    level: Assurance, other: Assurance
) -> None:
    ticket = ticket_for("one", level, "device")
    assert bool(voter_of("one", other, Visitor("device", ticket))) is (level is other)
    assert voter_of("two", other, Visitor("device", ticket)) == ""


def test_a_ticket_of_the_hall_is_good_for_its_device_alone() -> None:
    ticket = ticket_for("s", Assurance.ROOM, "mine")
    assert voter_of("s", Assurance.ROOM, Visitor("another", ticket)) == ""


# The hall


@pytest.mark.parametrize(
    ("seconds", "good"),
    [(-3600, False), (-240, False), (-150, True), (0, True), (29, True), (120, False)],
)
def test_a_code_is_good_for_about_three_minutes(seconds: int, good: bool) -> None:
    shown_at = NOW + timedelta(seconds=seconds)
    digits, link = halls.digits_at("s", shown_at), halls.link_at("s", shown_at)
    assert halls.are_fresh_digits("s", digits, NOW) is good
    assert halls.is_fresh_link("s", link, NOW) is good
    assert re.fullmatch(r"\d{6}", digits)


def test_digits_are_no_address_and_the_other_way_round() -> None:
    assert not halls.is_fresh_link("s", halls.digits_at("s", NOW), NOW)
    assert not halls.are_fresh_digits("s", halls.link_at("s", NOW), NOW)


def test_scanning_lets_this_device_in(client: Browser, ask: Any, read: Opener) -> None:
    asked = ask(Assurance.ROOM)
    assert client.get(f"/en/polls/{asked.slug}").location == f"/en/polls/{asked.slug}/enter"
    shown = halls.link_at(asked.secret, clock.now())
    assert client.get(f"/p/{asked.code}/{shown}").status_code == 303
    assert client.send(f"/en/polls/{asked.slug}", asked.sheet(1)).status_code == 303
    assert counted(read) == [0, 1, 0]


def test_the_digits_do_the_same(client: Browser, ask: Any) -> None:
    asked = ask(Assurance.ROOM)
    digits = halls.digits_at(asked.secret, clock.now())
    typed = {"held": f"{digits[:3]} {digits[3:]}"}
    entered = client.send(f"/en/polls/{asked.slug}/enter", typed)
    assert (entered.status_code, entered.location) == (303, f"/en/polls/{asked.slug}")
    assert client.get(f"/en/polls/{asked.slug}").status_code == 200


@pytest.mark.parametrize(
    ("language", "said"),
    [("ko", "지금 화면에 있는 번호가 아닙니다"), ("en", "not on the screen now")],
)
def test_an_old_code_says_to_scan_again(
    client: Browser, ask: Any, language: str, said: str
) -> None:
    asked = ask(Assurance.ROOM)
    old = clock.now() - timedelta(minutes=10)
    late = client.get(f"/p/{asked.code}/{halls.link_at(asked.secret, old)}")
    assert late.location.endswith("/enter?late=yes")
    typed = {"held": halls.digits_at(asked.secret, old)}
    refused = client.send(f"/{language}/polls/{asked.slug}/enter", typed)
    assert (refused.status_code, said in refused.text) == (422, True)


def test_the_hall_code_of_another_level_opens_nothing(client: Browser, ask: Any) -> None:
    asked = ask(Assurance.CODES)
    shown = halls.link_at(asked.secret, clock.now())
    assert client.get(f"/p/{asked.code}/{shown}").location.endswith("late=yes")


def test_only_a_moderators_screen_holds_the_code(client: Browser, sign_in: Any, ask: Any) -> None:
    asked = ask(Assurance.ROOM)
    public = client.get(f"/en/polls/{asked.slug}/screen").text
    mine = sign_in(Role.ADMINISTRATOR).get(f"/en/polls/{asked.slug}/screen").text
    assert ("data-hall" in public, "data-hall" in mine) == (False, True)
    assert '<noscript><meta http-equiv="refresh" content="20"></noscript>' in mine


def test_the_script_gets_the_code_of_now(sign_in: Any, ask: Any) -> None:
    asked = ask(Assurance.ROOM)
    answer = sign_in(Role.ADMINISTRATOR).get(f"/desk/polls/{asked.poll_id}/hall.json")
    digits = answer.get_json()["digits"].replace(" ", "")
    assert halls.are_fresh_digits(asked.secret, digits, clock.now())
    assert answer.get_json()["qr"].startswith("<svg")


def test_other_polls_have_no_changing_code(sign_in: Any, ask: Any) -> None:
    asked = ask(Assurance.LINK)
    gone = sign_in(Role.ADMINISTRATOR).get(f"/desk/polls/{asked.poll_id}/hall.json")
    assert gone.status_code == 404


# An account


@pytest.mark.parametrize("mode", list(Mode))
def test_one_account_answers_once_on_whatever_device(
    *, client: Browser, sign_in: Any, ask: Any, read: Opener, write: Opener, mode: Mode, app: Flask
) -> None:
    asked = ask(Assurance.ACCOUNT, mode)
    person = sign_in(Role.CITIZEN)
    door = client.get(f"/en/polls/{asked.slug}/enter").text
    assert f"/en/sign-in?next=/en/polls/{asked.slug}" in door
    assert person.send(f"/en/polls/{asked.slug}", asked.sheet(0)).status_code == 303
    person.delete_cookie("hm_device")
    again = person.send(f"/en/polls/{asked.slug}", asked.sheet(2))
    assert again.status_code == (303 if mode is Mode.EDITABLE else 409)
    with write() as session:
        change_state(session, None, asked.poll_id, PollState.CLOSED, now=NOW)
    assert counted(read) == ([0, 0, 1] if mode is Mode.EDITABLE else [1, 0, 0])


@pytest.mark.parametrize(
    ("language", "said"),
    [("ko", "아직 이메일 주소를 확인하지 않았습니다"), ("en", "address is not confirmed yet")],
)
def test_an_account_whose_address_is_not_confirmed_is_told_to_confirm_it(
    *, sign_in: Any, ask: Any, read: Opener, language: str, said: str
) -> None:
    """Otherwise anybody makes as many voters as there are made-up addresses."""
    asked = ask(Assurance.ACCOUNT)
    person, page = sign_in(Role.CITIZEN, verified_at=None), f"/{language}/polls/{asked.slug}"
    assert person.get(page).location == f"{page}/enter"
    refused = person.send(page, asked.sheet(0))
    assert (refused.status_code, counted(read)) == (403, [0, 0, 0])
    door = person.get(f"{page}/enter")
    assert (door.status_code, said in door.text) == (200, True)
    assert f'action="/{language}/account/verify"' in door.text
    person.send(f"/{language}/account/verify")
    assert [mail.kind for mail in mails(read)] == ["people.verify"]


def test_once_the_address_is_confirmed_the_door_opens(
    sign_in: Any, ask: Any, read: Opener, write: Opener
) -> None:
    asked = ask(Assurance.ACCOUNT)
    person = sign_in(Role.CITIZEN, verified_at=None)
    with write() as session:
        session.get_one(Account, person.account_id).verified_at = NOW
    assert person.send(f"/en/polls/{asked.slug}", asked.sheet(0)).status_code == 303
    assert counted(read) == [1, 0, 0]


def test_many_accounts_of_one_mailbox_are_one_voter(sign_in: Any, ask: Any, read: Opener) -> None:
    """Signing up again after erasing an account makes no other voter either."""
    asked = ask(Assurance.ACCOUNT)
    for name, place in (("ann", 0), ("ann+1", 1), ("ann+2", 2)):
        person = sign_in(Role.CITIZEN, email=f"{name}@example.org")
        assert person.send(f"/en/polls/{asked.slug}", asked.sheet(place)).status_code == 303
    assert counted(read) == [0, 0, 1]


def test_the_person_is_told_what_the_account_is_for(sign_in: Any, ask: Any) -> None:
    asked = ask(Assurance.ACCOUNT)
    page = sign_in(Role.CITIZEN).get(f"/en/polls/{asked.slug}").text
    assert "not kept with your account" in page


def test_no_ballot_names_an_account(sign_in: Any, ask: Any, read: Opener) -> None:
    asked = ask(Assurance.ACCOUNT)
    person = sign_in(Role.CITIZEN)
    person.send(f"/en/polls/{asked.slug}", asked.sheet(0))
    with read() as session:
        row = session.scalars(select(Ballot)).one()
        visitor = Visitor(mailbox=session.get_one(Account, person.account_id).email)
        assert row.voter_key == voter_of(asked.secret, Assurance.ACCOUNT, visitor)


# A mail


def mails(read: Opener) -> list[Any]:
    with read() as session:
        return list(session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def link_of(app: Flask, mail: Any) -> str:
    with app.app_context():
        letter = composers.compose(mail.kind, mail.payload, composers.Reader(None, mail.locale))
    assert letter is not None
    assert letter.secret
    found = re.search(r"https?://localhost(/\S+)", letter.text)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(("language", "subject"), [("ko", "ko"), ("en", "en")])
def test_a_mailed_link_lets_in(
    *, app: Flask, client: Browser, ask: Any, read: Opener, language: str, subject: str
) -> None:
    asked = ask(Assurance.EMAIL)
    client.send(f"/{language}/polls/{asked.slug}/enter", {"held": "a@example.org"})
    (mail,) = mails(read)
    assert (mail.kind, mail.locale) == ("polls.entry", subject)
    link = link_of(app, mail)
    looked = client.get(link)
    assert (looked.status_code, looked.headers["Referrer-Policy"]) == (200, "strict-origin")
    assert client.get(f"/{language}/polls/{asked.slug}").status_code == 302
    assert client.send(link).location == f"/ko/polls/{asked.slug}".replace("ko", language)
    assert client.send(f"/{language}/polls/{asked.slug}", asked.sheet(1)).status_code == 303
    assert counted(read) == [0, 1, 0]


def test_one_address_answers_once_however_it_is_written(app: Flask, ask: Any, read: Opener) -> None:
    asked = ask(Assurance.EMAIL)
    for address, place in (("a@example.org", 0), ("A+second@EXAMPLE.org", 2)):
        browser = app.test_client()
        assert isinstance(browser, Browser)
        browser.send(f"/en/polls/{asked.slug}/enter", {"held": address})
        browser.send(link_of(app, mails(read)[-1]))
        assert browser.send(f"/en/polls/{asked.slug}", asked.sheet(place)).status_code == 303
    assert counted(read) == [0, 0, 1]


def test_the_answer_is_the_same_for_every_address(client: Browser, ask: Any, sign_in: Any) -> None:
    asked = ask(Assurance.EMAIL)
    sign_in(Role.CITIZEN, email="known@example.org")
    pages = [
        client.send(f"/en/polls/{asked.slug}/enter", {"held": f"{name}@example.org"})
        for name in ("known", "unknown")
    ]
    assert pages[0].text == pages[1].text
    assert pages[0].status_code == 200


def test_a_mistyped_address_is_told(client: Browser, ask: Any) -> None:
    asked = ask(Assurance.EMAIL)
    refused = client.send(f"/en/polls/{asked.slug}/enter", {"held": "nobody"})
    assert (refused.status_code, "does not look like" in refused.text) == (422, True)


@pytest.mark.parametrize("damage", ["old", "bent", "elsewhere", "junk"])
def test_a_link_that_is_old_or_not_whole_lets_nobody_in(
    *,
    app: Flask,
    client: Browser,
    ask: Any,
    read: Opener,
    monkeypatch: pytest.MonkeyPatch,
    damage: str,
) -> None:
    asked = ask(Assurance.EMAIL)
    client.send(f"/en/polls/{asked.slug}/enter", {"held": "a@example.org"})
    link = link_of(app, mails(read)[0])
    if damage == "old":
        later = clock.now() + timedelta(minutes=45)
        monkeypatch.setattr(clock, "now", lambda: later)
    elif damage == "bent":
        link = link[:-1] + ("0" if link[-1] != "0" else "1")
    elif damage == "elsewhere":
        link = link.replace(asked.slug, ask(Assurance.EMAIL).slug)
    else:
        link = f"/en/polls/{asked.slug}/enter/x.y.z"
    ended = client.get(link)
    assert (ended.status_code, "30 minutes only" in ended.text) == (422, True)


def test_the_outbox_stops_when_the_poll_has_closed(
    app: Flask, client: Browser, ask: Any, read: Opener, write: Opener
) -> None:
    asked = ask(Assurance.EMAIL)
    client.send(f"/en/polls/{asked.slug}/enter", {"held": "a@example.org"})
    with write() as session:
        change_state(session, None, asked.poll_id, PollState.CLOSED, now=NOW)
    (mail,) = mails(read)
    with app.app_context():
        reader = composers.Reader(None, "en")
        assert composers.compose(mail.kind, mail.payload, reader) is None


# All levels


@pytest.mark.parametrize("assurance", list(Assurance))
@pytest.mark.parametrize("language", ["ko", "en"])
def test_results_and_page_say_the_level(
    client: Browser, ask: Any, assurance: Assurance, language: str
) -> None:
    asked = ask(assurance)
    words = {
        Assurance.LINK: ("주소를 아는 사람은", "Anyone with the link"),
        Assurance.ROOM: ("행사장에 바뀌어", "changing code shown in the hall"),
        Assurance.EMAIL: ("이메일 주소를 확인한", "confirmed e-mail address"),
        Assurance.ACCOUNT: ("로그인한 회원만", "signed in with an account"),
        Assurance.CODES: ("일회용 참여 번호를", "one-time code from the organizer"),
    }[assurance]
    page = client.get(f"/{language}/polls/{asked.slug}/results").text
    assert words[language == "en"] in page
