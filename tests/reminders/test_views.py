"""The operators' page: numbers, what needs an eye, and sending again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from hanmadang.kernel import clock
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.permissions import Role
from hanmadang.people.privacy_registry import erase_all, export_all
from hanmadang.reminders import jobs, queries
from hanmadang.reminders.models import OutboxMail
from tests.conftest import Browser
from tests.factories.reminders import NOW, put

Open = Callable[[], Any]
SignIn = Callable[..., Browser]
Row = Callable[..., OutboxMail]
EMPTY = {"ko": "확인할 메일이 없습니다", "en": "Nothing needs you"}


@pytest.fixture
def stopped(write: Open) -> Callable[..., int]:
    """A mail in a state of one's choice; its id."""

    def arrange(state: str = "uncertain", **fields: Any) -> int:
        with write() as session:
            mail = put(session, subject="event:17", now=clock.now(), **fields)
            session.execute(update(OutboxMail).values(state=state, last_error="the line went dead"))
            return mail.id

    return arrange


@pytest.mark.parametrize("role", [None, *Role])
def test_only_administrators_see_the_outbox(
    role: Role | None, client: Browser, sign_in: SignIn, stopped: Callable[..., int], row: Row
) -> None:
    mail_id = stopped()
    browser = sign_in(role) if role else client
    allowed = role is Role.ADMINISTRATOR
    page = browser.get("/ko/desk/outbox")
    assert ("event:17" in page.text) is allowed
    assert (page.status_code == 200) is allowed
    answer = browser.send(f"/ko/desk/outbox/{mail_id}/resend")
    assert row().state == ("due" if allowed else "uncertain")
    assert (answer.status_code == 303 and "outbox" in answer.headers["Location"]) is allowed


def test_without_its_token_the_form_is_refused(
    sign_in: SignIn, stopped: Callable[..., int], row: Row
) -> None:
    mail_id = stopped()
    answer = sign_in(Role.ADMINISTRATOR).post(f"/ko/desk/outbox/{mail_id}/resend")
    assert answer.status_code in (400, 403)
    assert row().state == "uncertain"


def test_sending_again_is_said_and_written_down(
    sign_in: SignIn, stopped: Callable[..., int], read: Open
) -> None:
    mail_id, browser = stopped("refused"), sign_in(Role.ADMINISTRATOR)
    answer = browser.send(f"/en/desk/outbox/{mail_id}/resend", follow_redirects=True)
    assert "The mail is on its way again." in answer.text
    with read() as session:
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert (entry.action, entry.object_id) == ("mail.resent", str(mail_id))


def test_a_second_click_finds_nothing_to_send(sign_in: SignIn, stopped: Callable[..., int]) -> None:
    mail_id, browser = stopped(), sign_in(Role.ADMINISTRATOR)
    statuses = [browser.send(f"/ko/desk/outbox/{mail_id}/resend").status_code for _ in range(2)]
    assert statuses == [303, 404]


def test_a_mail_that_does_not_exist_is_not_found(sign_in: SignIn) -> None:
    assert sign_in(Role.ADMINISTRATOR).send("/ko/desk/outbox/99/resend").status_code == 404


def test_what_is_of_no_use_any_more_has_no_button(
    sign_in: SignIn, stopped: Callable[..., int]
) -> None:
    stopped(not_after=clock.now() - timedelta(hours=1))
    page = sign_in(Role.ADMINISTRATOR).get("/en/desk/outbox").text
    assert "the line went dead" in page
    assert "Send again" not in page


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_quiet_outbox_says_so(language: str, sign_in: SignIn) -> None:
    page = sign_in(Role.ADMINISTRATOR).get(f"/{language}/desk/outbox").text
    assert EMPTY[language] in page


def test_the_page_says_when_the_scheduler_last_ran(sign_in: SignIn, write: Open) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    assert "The scheduler has not run yet." in browser.get("/en/desk/outbox").text
    with write() as session:
        jobs.beat(session, "scheduler", NOW)
    assert "The scheduler last ran at Sat, 21 November 2026" in browser.get("/en/desk/outbox").text


@pytest.mark.parametrize(("minutes", "late"), [(1, False), (3, True)])
def test_waiting_counts_as_late_after_two_minutes(
    minutes: int, late: bool, sign_in: SignIn, stopped: Callable[..., int]
) -> None:
    stopped("due", due_at=clock.now() - timedelta(minutes=minutes))
    page = sign_in(Role.ADMINISTRATOR).get("/en/desk/outbox").text
    assert ("Mails have been waiting since" in page) is late


def test_every_state_has_its_number(write: Open) -> None:
    with write() as session:
        put(session, 1)
        put(session, 2)
        counts = queries.counts_by_state(session)
    assert counts["due"] == 2
    assert sum(counts.values()) == 2
    assert len(counts) == 8


def test_a_mail_put_off_three_times_needs_an_eye(write: Open) -> None:
    with write() as session:
        put(session, 1)
        mail = put(session, 2)
        session.execute(update(OutboxMail).where(OutboxMail.id == mail.id).values(attempt=3))
        assert [found.id for found in queries.troubled(session)] == [mail.id]


def test_what_a_server_says_is_escaped(sign_in: SignIn, write: Open) -> None:
    with write() as session:
        put(session, now=clock.now())
        session.execute(update(OutboxMail).values(state="refused", last_error="<img src=x>"))
    page = sign_in(Role.ADMINISTRATOR).get("/en/desk/outbox").text
    assert "<img src=x>" not in page
    assert "&lt;img src=x&gt;" in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_any_number_of_mails(
    count: int, sign_in: SignIn, write: Open, count_queries: Open
) -> None:
    browser = sign_in(Role.ADMINISTRATOR)
    with write() as session:
        for number in range(count):
            put(session, number)
        session.execute(update(OutboxMail).values(state="refused"))
    browser.get("/en/desk/outbox")
    with count_queries() as statements:
        browser.get("/en/desk/outbox")
    assert len([each for each in statements if "outbox_mail" in each or "heartbeat" in each]) == 4


def test_a_person_gets_and_removes_the_mails_to_them(sign_in: SignIn, write: Open) -> None:
    browser, other = sign_in(), sign_in()
    mine, theirs = browser.account_id, other.account_id  # type: ignore[attr-defined]
    with write() as session:
        put(session, 1, account_id=mine)
        put(session, 2, account_id=theirs)
        (mail,) = export_all(session, mine)["reminders"]
        assert (mail["about"], mail["address"]) == ("test:1", "reader1@example.org")
        erase_all(session, mine, clock.now())
        assert session.scalars(select(OutboxMail.account_id)).all() == [theirs]
