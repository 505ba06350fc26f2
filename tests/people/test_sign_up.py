"""Signing up: age first, consents by choice, one answer for every address."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from hanmadang.kernel import clock
from hanmadang.kernel.db import Base, db
from hanmadang.kernel.ids import new_key
from hanmadang.people.consents import CURRENT
from hanmadang.people.models import Account, Consent, ConsentKind, SignInSession
from tests.conftest import Browser
from tests.factories.people import PASSWORD, make_person
from tests.people.conftest import NOON, Delivered, at_once

FORM = "/en/sign-up/form?age=14"
FIELDS = {
    "email": "mina@example.org",
    "name": "Mina",
    "new_password": PASSWORD,
    "locale": "ko",
    "consent_terms": "y",
    "consent_privacy": "y",
}
Mailbox = Callable[[], list[Delivered]]


def join(browser: Browser, **fields: Any) -> TestResponse:
    return browser.send(FORM, FIELDS | fields)


def _rows(app: Any) -> int:
    with app.app_context():
        tables = Base.metadata.sorted_tables
        return sum(db.session().scalar(select(func.count()).select_from(t)) or 0 for t in tables)


def test_the_age_is_asked_first(client: Browser) -> None:
    page = client.get("/en/sign-up")
    assert "Are you 14 or older?" in page.text
    assert "<form" not in page.text.split("<main")[1].split("</main>")[0]


def test_the_form_cannot_be_reached_past_the_question(client: Browser) -> None:
    assert client.get("/en/sign-up/form").location == "/en/sign-up"
    assert client.send("/en/sign-up/form", FIELDS).location == "/en/sign-up"


def test_nothing_is_stored_before_the_age_is_known(client: Browser) -> None:
    client.get("/ko/sign-up")
    client.get("/ko/sign-up/under-14")
    assert _rows(client.application) == 0


def test_after_signing_up_one_is_signed_in_and_gets_a_mail(
    client: Browser, mailbox: Mailbox
) -> None:
    answer = join(client)
    assert (answer.status_code, answer.location) == (303, "/en/sign-up/welcome")
    page = client.get("/en/account").text
    assert "mina@example.org" in page
    assert "not confirmed yet" in page
    assert [(m.kind, m.address, m.locale) for m in mailbox()] == [
        ("people.verify", "mina@example.org", "ko")
    ]


def test_one_returns_to_the_page_one_came_from(client: Browser) -> None:
    answer = client.send(FORM + "&next=/en/account/consents", FIELDS)
    assert answer.location == "/en/sign-up/welcome?next=/en/account/consents"
    assert 'href="/en/account/consents"' in client.get(answer.location).text


def test_no_box_is_ticked_beforehand_and_the_choices_stand_apart(client: Browser) -> None:
    page = client.get(FORM).text
    assert " checked" not in page.split("<main")[1]
    needed, free = page.index("Needed for an account"), page.index("Your choice")
    places = [page.index(f'name="consent_{kind}"')
              for kind in ("terms", "privacy", "reminders", "path")]  # fmt: skip
    assert needed < places[0] < places[1] < free < places[2] < places[3]


def test_each_consent_says_why_what_how_long_and_what_refusing_means(client: Browser) -> None:
    page = client.get("/ko/sign-up/form?age=14").text
    for word in ("이용 목적", "보관하는 항목", "보관 기간", "거부할 권리와 결과"):
        assert page.count(f"<dt>{word}</dt>") == 4


@pytest.mark.parametrize(
    ("optional", "kept"),
    [
        ([], ["privacy", "terms"]),
        (["path"], ["path", "privacy", "terms"]),
        (["path", "reminders"], ["path", "privacy", "reminders", "terms"]),
    ],
)
def test_only_what_was_ticked_is_kept_with_its_version(
    client: Browser, read: Callable[[], Any], optional: list[str], kept: list[str]
) -> None:
    join(client, **{f"consent_{kind}": "y" for kind in optional})
    with read() as session:
        rows = session.scalars(select(Consent).order_by(Consent.kind)).all()
    assert [(row.kind, row.version, row.guardian) for row in rows] == [
        (kind, CURRENT[ConsentKind(kind)].version, False) for kind in kept
    ]


@pytest.mark.parametrize("missing", ["consent_terms", "consent_privacy"])
def test_without_a_required_consent_there_is_no_account(client: Browser, missing: str) -> None:
    fields = {name: value for name, value in FIELDS.items() if name != missing}
    answer = client.send(FORM, fields)
    assert (answer.status_code, f'id="{missing}-error"' in answer.text) == (422, True)
    assert _rows(client.application) == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an address"), ("email", ""), ("email", "a\x00@example.org"),
        ("name", ""), ("name", "  "), ("name", "x" * 61), ("name", "a\x00b"),
        ("new_password", "short"), ("new_password", "password123"), ("new_password", "x\x00" * 8),
        ("new_password", "x" * 129), ("new_password", "mina@example.org"), ("locale", "fr"),
        ("locale", ""), ("idempotency_key", "short"),
    ],
)  # fmt: skip
def test_a_refused_form_keeps_what_was_typed_but_never_the_password(
    client: Browser, field: str, value: str
) -> None:
    answer = join(client, **{field: value})
    assert answer.status_code == 422
    assert _rows(client.application) == 0
    assert 'value="four quiet blue horses"' not in answer.text
    if field != "email":
        assert 'value="mina@example.org"' in answer.text


def test_the_same_answer_for_an_address_that_has_an_account(
    client: Browser, new_browser: Callable[[], Browser], write: Callable[[], Any]
) -> None:
    with write() as session:
        make_person(session, email="taken@example.org")
    fresh, taken = join(client), join(new_browser(), email="Taken@Example.org")
    assert (taken.status_code, taken.location, taken.text) == (
        fresh.status_code, fresh.location, fresh.text,
    )  # fmt: skip
    shapes = [
        sorted((c.split("=")[0], len(c.split(";")[0]), c.split("Max-Age")[1]) for c in cookies)
        for cookies in (fresh.headers.getlist("Set-Cookie"), taken.headers.getlist("Set-Cookie"))
    ]
    assert shapes[0] == shapes[1]


def test_the_cookie_for_a_taken_address_opens_nothing(
    client: Browser, write: Callable[[], Any], read: Callable[[], Any]
) -> None:
    with write() as session:
        make_person(session, email="mina@example.org")
    join(client, new_password="another good long password")
    assert client.get("/en/account").status_code == 303
    with read() as session:
        assert session.scalar(select(func.count()).select_from(SignInSession)) == 0


def test_the_owner_of_a_taken_address_is_told_once_a_day(
    client: Browser, write: Callable[[], Any], mailbox: Mailbox
) -> None:
    with write() as session:
        make_person(session, email="mina@example.org", locale="ko")
    with clock.frozen(NOON) as advance:
        for _ in range(3):
            join(client)
        advance(timedelta(days=1))
        join(client)
    mails = mailbox()
    assert [(m.kind, m.address) for m in mails] == [("people.exists", "mina@example.org")] * 2
    assert mails[0].subject == "이미 계정이 있습니다"


def test_a_double_click_is_one_account_and_leaves_one_signed_in(
    client: Browser, mailbox: Mailbox
) -> None:
    key = new_key()
    first = join(client, idempotency_key=key)
    client.delete_cookie("hm_session")
    second = join(client, idempotency_key=key)
    assert (first.status_code, first.location) == (second.status_code, second.location)
    assert client.get("/en/account").status_code == 200
    assert [mail.kind for mail in mailbox()] == ["people.verify"]


def test_of_eight_racing_sign_ups_with_one_address_one_wins(
    new_browser: Callable[[], Browser], read: Callable[[], Any]
) -> None:
    browsers = [new_browser() for _ in range(8)]
    answers = at_once(8, lambda n: join(browsers[n], name=f"Racer {n}").status_code)
    with read() as session:
        accounts = session.scalar(select(func.count()).select_from(Account))
    assert (answers, accounts) == ([303] * 8, 1)


@pytest.mark.parametrize(
    "forged",
    [
        {"state": "blocked"}, {"roles": "administrator"}, {"role": "administrator"},
        {"verified_at": "2026-01-01"}, {"auth_epoch": "9"}, {"id": "77"}, {"login": "x@y.z"},
        {"guardian_email": "g@example.org"}, {"totp_secret": "ABC"}, {"zone": "Asia/Tokyo"},
        {"password_hash": "x"}, {"institution_id": "1"},
    ],
)  # fmt: skip
def test_no_field_beyond_the_form_is_taken(
    client: Browser, read: Callable[[], Any], forged: dict[str, str]
) -> None:
    join(client, **forged)
    with read() as session:
        found = session.scalars(select(Account)).one()
        taken = (found.state, sorted(found.roles), found.verified_at, found.auth_epoch, found.login,
                 found.guardian_email, found.totp_secret, found.zone)  # fmt: skip
        assert found.id != 77
    assert taken == ("active", ["citizen"], None, 0, "mina@example.org", None, None, "Asia/Seoul")


def test_the_password_reaches_neither_log_nor_mail_nor_any_row(
    client: Browser, mailbox: Mailbox, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "canary bird in seven colours"
    with caplog.at_level("DEBUG"):
        join(client, new_password=canary)
        client.send("/en/sign-out")
        client.send("/en/sign-in", {"email": "mina@example.org", "password": canary})
        client.send("/en/account/password", {"present": canary, "new_password": "x" + canary})
    assert canary not in caplog.text
    assert not any(canary in mail.text + str(mail.payload) for mail in mailbox())
    with client.application.app_context():
        dump = [
            str(row) for t in Base.metadata.sorted_tables for row in db.session().execute(select(t))
        ]
    assert not any(canary in line for line in dump)


def test_the_stored_request_hash_does_not_depend_on_the_password(client: Browser) -> None:
    key = new_key()
    join(client, idempotency_key=key)
    assert join(client, idempotency_key=key, new_password="a different long one").status_code == 303


def test_the_link_in_the_mail_is_not_stored_anywhere(client: Browser, mailbox: Mailbox) -> None:
    join(client)
    secret = mailbox()[0].link.rsplit("/", 1)[1]
    with client.application.app_context():
        dump = [
            str(row) for t in Base.metadata.sorted_tables for row in db.session().execute(select(t))
        ]
    assert not any(secret in line for line in dump)


@pytest.mark.usefixtures("limited")
def test_one_address_cannot_make_accounts_without_end(
    client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    from hanmadang.people import tries

    monkeypatch.setattr(tries, "SIGN_UPS_PER_ADDRESS", 2)
    codes = [join(client, email=f"p{n}@example.org").status_code for n in range(2)]
    client.send("/en/sign-out")
    client.delete_cookie("hm_session")
    assert codes[0] == 303
    assert join(client, email="p9@example.org").status_code in {303, 429}
