"""Mailed links: each opens one thing, once, for a while, and opening alone changes nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hanmadang.kernel import clock
from hanmadang.kernel.db import Base, db, transaction
from hanmadang.kernel.ids import digest
from hanmadang.people import tokens
from hanmadang.people.domain import accounts
from hanmadang.people.models import Account, SignInSession, Token, TokenPurpose
from hanmadang.people.tokens import TokenEndedError
from tests.conftest import Browser
from tests.factories.people import PASSWORD, make_person, open_session
from tests.people.conftest import NOON, Delivered, at_once

Mailbox = Callable[[], list[Delivered]]
NEW = "seven tall yellow lamps"


@pytest.fixture
def mina(write: Callable[[], Any]) -> int:
    with write() as session:
        person = make_person(session, email="mina@example.org", verified_at=None, locale="en")
        accounts.ask_to_verify(session, person, clock.now())
        return int(person.id)


def forget(browser: Browser, email: str = "mina@example.org") -> None:
    assert browser.send("/en/forgot", {"email": email}).location == "/en/forgot/sent"


def reset_link(browser: Browser, mailbox: Mailbox) -> str:
    forget(browser)
    return next(mail.link for mail in reversed(mailbox()) if mail.kind == "people.reset")


def test_opening_the_link_changes_nothing_pressing_the_button_confirms(
    client: Browser, mina: int, mailbox: Mailbox, read: Callable[[], Any]
) -> None:
    link = mailbox()[0].link
    assert client.get(link).status_code == 200
    assert client.head(link).status_code == 200
    with read() as session:
        assert session.get_one(Account, mina).verified_at is None
    assert client.send(link).status_code == 303
    with read() as session:
        assert session.get_one(Account, mina).verified_at is not None


def test_the_address_of_the_page_is_not_carried_away(
    client: Browser, mina: int, mailbox: Mailbox
) -> None:
    for link in (mailbox()[0].link, reset_link(client, mailbox), "/en/verify/unknown"):
        headers = client.get(link).headers
        assert (headers["Referrer-Policy"], headers["Cache-Control"]) == (
            "strict-origin", "private, no-store",
        )  # fmt: skip


@pytest.mark.parametrize("page", ["verify", "reset", "guardian"])
def test_an_unknown_link_says_what_to_do(client: Browser, page: str) -> None:
    for language, words in (("en", "no longer works"), ("ko", "더는 쓸 수 없는 링크입니다")):
        answer = client.get(f"/{language}/{page}/unknown")
        assert (answer.status_code, words in answer.text) == (410, True)


@pytest.mark.parametrize("minutes", [0, 29, 30, 31])
def test_a_confirmation_lives_thirty_minutes(
    client: Browser, write: Callable[[], Any], mailbox: Mailbox, minutes: int
) -> None:
    with clock.frozen(NOON) as advance:
        with write() as session:
            person = make_person(session, verified_at=None)
            accounts.ask_to_verify(session, person, clock.now())
        link = mailbox()[0].link
        advance(timedelta(minutes=minutes))
        assert client.get(link).status_code == (200 if minutes < 30 else 410)
        assert client.send(link).status_code == (303 if minutes < 30 else 410)


def test_only_the_newest_link_works(client: Browser, mina: int, mailbox: Mailbox) -> None:
    first, second = reset_link(client, mailbox), reset_link(client, mailbox)
    assert (client.get(first).status_code, client.get(second).status_code) == (410, 200)


def test_a_link_serves_no_other_purpose(client: Browser, mina: int, mailbox: Mailbox) -> None:
    verify = mailbox()[0].link.rsplit("/", 1)[1]
    reset = reset_link(client, mailbox).rsplit("/", 1)[1]
    pages = [f"/en/reset/{verify}", f"/en/guardian/{verify}", f"/en/verify/{reset}"]
    assert [client.get(page).status_code for page in pages] == [410] * 3


def test_a_link_proves_only_the_address_it_was_sent_to(
    client: Browser, mina: int, mailbox: Mailbox, write: Callable[[], Any]
) -> None:
    link = mailbox()[0].link
    with write() as session:
        session.get_one(Account, mina).email = "other@example.org"
    assert client.send(link).status_code == 410


@pytest.mark.parametrize("state", ["blocked"])
def test_a_blocked_account_cannot_be_opened_by_mail(
    client: Browser, mina: int, mailbox: Mailbox, write: Callable[[], Any], state: str
) -> None:
    verify, reset = mailbox()[0].link, reset_link(client, mailbox)
    with write() as session:
        session.get_one(Account, mina).state = state
    assert client.send(verify).status_code == 410
    assert client.send(reset, {"new_password": NEW}).status_code == 410
    forget(client)
    assert mailbox() == []


def test_a_new_password_by_mail_ends_every_session_and_signs_nobody_in(
    client: Browser, mina: int, mailbox: Mailbox, write: Callable[[], Any], read: Callable[[], Any]
) -> None:
    with write() as session:
        open_session(session, session.get_one(Account, mina))
    answer = client.send(reset_link(client, mailbox), {"new_password": NEW})
    assert answer.location == "/en/sign-in"
    with read() as session:
        assert session.scalar(select(func.count()).select_from(SignInSession)) == 0
        assert session.get_one(Account, mina).verified_at is not None
    old = client.send("/en/sign-in", {"email": "mina@example.org", "password": PASSWORD})
    new = client.send("/en/sign-in", {"email": "mina@example.org", "password": NEW})
    assert (old.status_code, new.status_code) == (422, 303)


def test_the_owner_hears_of_the_new_password(client: Browser, mina: int, mailbox: Mailbox) -> None:
    client.send(reset_link(client, mailbox), {"new_password": NEW})
    last = mailbox()[-1]
    assert (last.kind, last.subject) == ("people.password_changed", "Your password was changed")
    assert NEW not in last.text + str(last.payload)


def test_a_changed_password_makes_open_reset_links_worthless(
    client: Browser, mina: int, mailbox: Mailbox
) -> None:
    link = reset_link(client, mailbox)
    client.send("/en/sign-in", {"email": "mina@example.org", "password": PASSWORD})
    client.send("/en/account/password", {"present": PASSWORD, "new_password": NEW})
    assert client.get(link).status_code == 410


def test_a_weak_password_does_not_use_the_link_up(
    client: Browser, mina: int, mailbox: Mailbox
) -> None:
    link = reset_link(client, mailbox)
    assert client.send(link, {"new_password": "password123"}).status_code == 422
    assert client.send(link, {"new_password": NEW}).status_code == 303


def test_asking_for_a_reset_tells_nobody_whether_there_is_an_account(
    client: Browser, new_browser: Callable[[], Browser], mina: int, mailbox: Mailbox
) -> None:
    known = client.send("/en/forgot", {"email": "mina@example.org"})
    unknown = new_browser().send("/en/forgot", {"email": "nobody@example.org"})
    broken = new_browser().send("/en/forgot", {"email": "no address"})
    answers = {(a.status_code, a.location, a.text) for a in (known, unknown, broken)}
    assert len(answers) == 1
    assert [mail.address for mail in mailbox() if mail.kind == "people.reset"] == [
        "mina@example.org"
    ]


@pytest.mark.usefixtures("limited")
def test_nobody_is_flooded_with_reset_mails(client: Browser, mina: int, app: Flask) -> None:
    for _ in range(6):
        forget(client)
    with app.app_context():
        issued = db.session().scalar(
            select(func.count()).select_from(Token).where(Token.purpose == "reset")
        )
    assert issued == 3


def test_links_lead_to_us_whatever_the_request_calls_itself(
    client: Browser, mina: int, mailbox: Mailbox
) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Original-URL": "//evil.example"}
    client.send("/en/forgot", {"email": "mina@example.org"}, headers=forged)
    assert client.get("/en/forgot", headers={"Host": "evil.example"}).status_code == 400
    assert not any("evil" in mail.text for mail in mailbox())


def test_a_new_confirmation_can_be_asked_for(client: Browser, mina: int, mailbox: Mailbox) -> None:
    client.send("/en/sign-in", {"email": "mina@example.org", "password": PASSWORD})
    first = mailbox()[0].link
    assert client.send("/en/account/verify").status_code == 303
    newest = mailbox()[-1].link
    assert (client.get(first).status_code, client.get(newest).status_code) == (410, 200)


def test_a_confirmed_address_needs_no_more_mail(
    client: Browser, write: Callable[[], Any], mailbox: Mailbox
) -> None:
    with write() as session:
        make_person(session, email="done@example.org")
    client.send("/en/sign-in", {"email": "done@example.org", "password": PASSWORD})
    client.send("/en/account/verify")
    assert mailbox() == []


def test_mails_are_in_the_readers_language(
    client: Browser, write: Callable[[], Any], mailbox: Mailbox
) -> None:
    with write() as session:
        for locale in ("ko", "en"):
            make_person(session, email=f"{locale}@example.org", name="미나", locale=locale)
    for locale in ("ko", "en"):
        forget(client, f"{locale}@example.org")
    korean, english = mailbox()
    assert (korean.subject, english.subject) == ("새 비밀번호 정하기", "Choose a new password")
    assert korean.text.startswith("미나 님, 안녕하세요.")
    assert (korean.link[:10], english.link[:10]) == ("/ko/reset/", "/en/reset/")


def test_a_letter_without_reason_is_not_written(
    client: Browser, mina: int, mailbox: Mailbox
) -> None:
    client.send(mailbox()[0].link)
    assert mailbox() == []


# Tokens themselves


def issue(app: Flask, purpose: TokenPurpose = TokenPurpose.RESET) -> str:
    with app.app_context(), transaction() as session:
        issued = tokens.issue(session, purpose, email="mina@example.org", now=clock.now())
        return tokens.from_seed(purpose, issued.seed)


def uses(app: Flask, token: str) -> list[bool]:
    def use(_n: int) -> bool:
        with app.app_context():
            try:
                with transaction() as session:
                    tokens.use(session, TokenPurpose.RESET, token, clock.now())
            except TokenEndedError:
                return False
            return True

    return at_once(20, use)


def test_of_twenty_uses_at_once_one_succeeds(app: Flask) -> None:
    assert sum(uses(app, issue(app))) == 1


def test_the_same_race_without_the_condition_succeeds_twice(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: looking before using lets more than one through."""
    token, looked = issue(app), tokens.peek

    def look_then_use(session: Any, purpose: Any, secret: str, now: Any) -> Token:
        with app.app_context():
            found = looked(db.session(), purpose, secret, now)
            clock.pause(0.05)
        return found

    def use(_n: int) -> bool:
        with app.app_context():
            try:
                look_then_use(None, TokenPurpose.RESET, token, clock.now())
            except TokenEndedError:
                return False
            with transaction() as session:
                session.get_one(Token, digest(token)).used_at = clock.now()
            return True

    assert sum(at_once(20, use)) > 1


def test_a_token_is_256_bits_and_kept_only_as_a_hash(app: Flask) -> None:
    token = issue(app)
    with app.app_context():
        row = db.session().scalars(select(Token)).one()
        dump = [
            str(r) for t in Base.metadata.sorted_tables for r in db.session().execute(select(t))
        ]
    assert (len(token), row.token_hash == token) == (64, False)
    assert not any(token in line for line in dump)


def test_tokens_differ_by_purpose_even_from_one_seed(app: Flask) -> None:
    with app.app_context():
        made = {tokens.from_seed(purpose, "seed") for purpose in TokenPurpose}
    assert len(made) == 3
