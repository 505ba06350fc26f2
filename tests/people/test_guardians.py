"""Under 14: nothing is asked of the child but the guardian, who opens the account."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.people.models import Account, Consent, Token
from hanmadang.reminders.models import OutboxMail
from tests.conftest import Browser
from tests.factories.people import PASSWORD
from tests.people.conftest import NOON, Delivered

Mailbox = Callable[[], list[Delivered]]
CHILD = {
    "email": "child@example.org",
    "name": "Haneul",
    "new_password": PASSWORD,
    "locale": "ko",
    "consent_terms": "y",
    "consent_privacy": "y",
}


def test_a_child_learns_that_most_is_open_and_is_asked_two_things(client: Browser) -> None:
    page = client.get("/en/sign-up/under-14").text.split("<main")[1]
    names = [part.split('"')[0] for part in page.split('name="')[1:]]
    assert "without an account" in page
    assert sorted(set(names)) == [
        "csrf_token", "guardian_email", "guardian_name", "idempotency_key",
    ]  # fmt: skip


def ask_guardian(browser: Browser, mailbox: Mailbox) -> str:
    fields = {"guardian_name": "Kim Jiyoung", "guardian_email": "guardian@example.org"}
    answer = browser.send("/en/sign-up/under-14", fields)
    assert answer.location == "/en/sign-up/under-14/sent"
    return mailbox()[-1].link


def test_of_the_child_nothing_is_stored_before_the_guardian_acts(
    client: Browser, mailbox: Mailbox, read: Callable[[], Any]
) -> None:
    ask_guardian(client, mailbox)
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == 0
        token = session.scalars(select(Token)).one()
    assert (token.purpose, token.email, "Kim Jiyoung" in token.detail) == (
        "guardian", "guardian@example.org", True,
    )  # fmt: skip


def test_the_guardian_opens_the_account_and_the_consents_are_the_guardians(
    client: Browser, mailbox: Mailbox, read: Callable[[], Any]
) -> None:
    link = ask_guardian(client, mailbox)
    assert "Hello, Kim Jiyoung." in client.get(link).text
    assert client.send(link, CHILD).location == "/en/guardian/done"
    with read() as session:
        child = session.scalars(select(Account)).one()
        by_guardian = session.scalars(select(Consent.guardian)).all()
    assert (child.email, child.name, child.guardian_email, child.verified_at) == (
        "child@example.org", "Haneul", "guardian@example.org", None,
    )  # fmt: skip
    assert by_guardian == [True, True]


def test_a_guardian_may_use_the_own_address_which_is_then_proved(
    client: Browser, mailbox: Mailbox, read: Callable[[], Any]
) -> None:
    client.send(ask_guardian(client, mailbox), CHILD | {"email": "guardian@example.org"})
    with read() as session:
        assert session.scalars(select(Account)).one().verified_at is not None
    assert mailbox() == []


def test_the_guardians_browser_is_not_signed_in_as_the_child(
    client: Browser, mailbox: Mailbox
) -> None:
    client.send(ask_guardian(client, mailbox), CHILD)
    assert client.get("/en/account").status_code == 303


def test_a_guardians_link_works_once(client: Browser, mailbox: Mailbox) -> None:
    link = ask_guardian(client, mailbox)
    client.send(link, CHILD)
    assert (client.get(link).status_code, client.send(link, CHILD).status_code) == (410, 410)


def test_a_guardians_link_lives_72_hours(client: Browser, mailbox: Mailbox) -> None:
    with clock.frozen(NOON) as advance:
        link = ask_guardian(client, mailbox)
        advance(timedelta(hours=72, seconds=-1))
        before = client.get(link).status_code
        advance(timedelta(seconds=1))
        assert (before, client.get(link).status_code) == (200, 410)


def test_a_refused_form_does_not_use_the_link_up(client: Browser, mailbox: Mailbox) -> None:
    link = ask_guardian(client, mailbox)
    assert client.send(link, CHILD | {"consent_privacy": ""}).status_code == 422
    assert client.send(link, CHILD).status_code == 303


def test_a_guardian_cannot_raise_the_child_above_a_citizen(
    client: Browser, mailbox: Mailbox, read: Callable[[], Any]
) -> None:
    forged = {"role": "administrator", "roles": "administrator", "guardian_email": "x@example.org"}
    client.send(ask_guardian(client, mailbox), CHILD | forged)
    with read() as session:
        child = session.scalars(select(Account)).one()
        assert (sorted(child.roles), child.guardian_email) == (["citizen"], "guardian@example.org")


@pytest.mark.usefixtures("limited")
def test_a_guardian_is_not_flooded(client: Browser, mailbox: Mailbox, app: Any) -> None:
    fields = {"guardian_name": "Kim", "guardian_email": "guardian@example.org"}
    codes = [client.send("/en/sign-up/under-14", fields).status_code for _ in range(5)]
    with app.app_context():
        sent = db.session().scalar(select(func.count()).select_from(OutboxMail))
    assert (codes, sent) == ([303] * 5, 3)
