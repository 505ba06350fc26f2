"""A sender at work: written as things stand now, in the reader's language, one by one."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_string, policy
from typing import Any

import pytest
from flask import Flask, g
from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from hanmadang.kernel import clock
from hanmadang.kernel.i18n import current_locale, format_clock
from hanmadang.people import post
from hanmadang.reminders import carrier
from hanmadang.reminders.composers import Letter, Reader
from hanmadang.reminders.domain import delivery
from hanmadang.reminders.jobs.senders import Sender
from hanmadang.reminders.models import OutboxMail
from hanmadang.reminders.outcomes import Outcome, Verdict
from hanmadang.reminders.ticks import stopping
from tests.factories.reminders import NOW, composing
from tests.reminders.conftest import Scripted

Open = Callable[[], Any]
Mails = Callable[..., list[int]]
Row = Callable[..., OutboxMail]
AWAY = Outcome(Verdict.LATER, None, "connection refused", reachable=False)

pytestmark = pytest.mark.usefixtures("advance")


def test_what_is_due_is_sent_once(app: Flask, mails: Mails, states: Open) -> None:
    mails(3)
    transport = Scripted()
    sender = Sender(app, transport)
    assert (sender.drain(), sender.drain()) == (3, 0)
    assert (states(), len(transport.sent)) == (["sent"] * 3, 3)


def test_what_is_not_due_yet_waits(
    app: Flask, mails: Mails, advance: Callable[[timedelta], None]
) -> None:
    mails(1, due_at=NOW + timedelta(minutes=5))
    sender = Sender(app, Scripted())
    assert sender.drain() == 0
    advance(timedelta(minutes=5))
    assert sender.drain() == 1


def test_more_than_a_batch_goes_in_one_drain(app: Flask, mails: Mails, states: Open) -> None:
    mails(7)
    assert Sender(app, Scripted()).drain(batch=3) == 7
    assert states() == ["sent"] * 7


def test_the_connection_is_closed_when_nothing_is_left(app: Flask, mails: Mails) -> None:
    mails(2)
    transport = Scripted()
    Sender(app, transport).drain()
    assert transport.closed == 1


@pytest.mark.parametrize(("locale", "time"), [("ko", "오후 7:30"), ("en", "7:30 pm")])
def test_a_mail_speaks_its_readers_language(
    locale: str, time: str, app: Flask, mails: Mails
) -> None:
    def writer(_payload: Any, to: Reader) -> Letter:
        assert to == Reader(7, locale)
        return Letter(f"[{current_locale()}]", format_clock(NOW.replace(hour=19, minute=30).time()))

    mails(1, locale=locale, account_id=7)
    transport = Scripted()
    with composing(writer):
        Sender(app, transport).drain()
    (message,) = transport.sent
    assert (message["Subject"], message["Content-Language"]) == (f"[{locale}]", locale)
    assert message.get_content().strip() == time


def test_a_mail_is_written_when_it_leaves(app: Flask, mails: Mails, write: Open) -> None:
    mails(1)
    with write() as session:
        session.execute(update(OutboxMail).values(payload={"number": "마지막"}))
    transport = Scripted()
    Sender(app, transport).drain()
    assert transport.sent[0]["Subject"] == "알림 마지막"


def test_a_mail_that_lost_its_reason_is_cancelled(app: Flask, mails: Mails, states: Open) -> None:
    mails(3)
    transport = Scripted()
    with composing(lambda payload, _to: None if payload["number"] == 1 else Letter("s", "t")):
        Sender(app, transport).drain()
    assert (states(), len(transport.sent)) == (["sent", "cancelled", "sent"], 2)


def test_a_composer_that_fails_holds_up_nobody(
    app: Flask, mails: Mails, states: Open, row: Row, caplog: pytest.LogCaptureFixture
) -> None:
    def writer(payload: Any, _to: Reader) -> Letter:
        return Letter("s", str(1 // (payload["number"] - 1)))

    first, second, third = mails(3)
    with composing(writer):
        Sender(app, Scripted()).drain()
    assert states() == ["sent", "due", "sent"]
    found = row(second)
    assert found.last_error == (
        "could not be written: ZeroDivisionError: integer division or modulo by zero"
    )
    assert (found.attempt, found.next_at > NOW) == (1, True)
    assert f"Mail {second} could not be written." in caplog.text
    assert {row(first).attempt, row(third).attempt} == {1}


def test_a_kind_nobody_writes_waits_for_a_release_that_does(
    app: Flask, mails: Mails, row: Row
) -> None:
    mails(1, kind="of.tomorrow")
    Sender(app, Scripted()).drain()
    assert (row().state, row().last_error) == (
        "due", "could not be written: KeyError: 'of.tomorrow'",
    )  # fmt: skip


@pytest.mark.parametrize("field", ["subject", "address"])
def test_a_line_break_in_a_header_is_refused_for_good(
    field: str, app: Flask, mails: Mails, row: Row
) -> None:
    evil = "a@example.org\r\nBcc: everybody@example.org"
    mails(1, address=evil if field == "address" else "a@example.org")
    transport = Scripted()
    subject = evil if field == "subject" else "알림"
    with composing(lambda _payload, _to: Letter(subject, "t")):
        Sender(app, transport).drain()
    assert (row().state, transport.sent) == ("refused", [])
    assert str(row().last_error).startswith("could not be written: UnsendableError")


def test_the_text_that_left_is_kept(app: Flask, mails: Mails, row: Row) -> None:
    mails(1)
    Sender(app, Scripted()).drain()
    kept = message_from_string(str(row().sent_text), policy=policy.default)
    assert (kept["Subject"], kept["To"]) == ("알림 0", "reader0@example.org")


def test_no_copy_is_kept_of_a_letter_with_a_secret(app: Flask, mails: Mails, row: Row) -> None:
    mails(1)
    transport = Scripted()
    with composing(lambda _payload, _to: Letter("s", "https://…/reset/secret", secret=True)):
        Sender(app, transport).drain()
    assert "secret" in transport.sent[0].get_content()
    assert (row().state, row().sent_text) == ("sent", None)


def test_letters_of_people_go_first_never_twice_and_leave_no_copy(
    app: Flask, write: Open, row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(post.writers, "test.letter", lambda _: post.Written("s", "link"))
    carrier.register()
    letter = post.Posted("test.letter", "account:7", "1", "a@example.org", "ko", NOW)
    with write() as session:
        post.post(session, letter, NOW)
        post.post(session, letter, NOW)
    assert (row().priority, row().repeats) == (1, False)
    Sender(app, Scripted()).drain()
    assert (row().state, row().sent_text) == ("sent", None)


def test_a_letter_of_people_that_lost_its_reason_is_cancelled(
    app: Flask, mails: Mails, row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(post.writers, "test.letter", lambda _: None)
    carrier.register()
    mails(1)
    Sender(app, Scripted()).drain()
    assert row().state == "cancelled"


def test_when_the_server_is_away_the_rest_is_given_back_untried(
    app: Flask, mails: Mails, states: Open, row: Row
) -> None:
    ids = mails(25)
    transport = Scripted(Outcome(Verdict.ACCEPTED, 250), AWAY)
    assert Sender(app, transport).drain() == 1
    assert len(transport.sent) == 2
    assert states() == ["sent"] + ["due"] * 24
    assert [row(each).attempt for each in ids[:3]] == [1, 1, 0]
    assert row(ids[2]).owner is None


def test_a_refused_mail_does_not_hold_up_the_others(app: Flask, mails: Mails, states: Open) -> None:
    mails(3)
    answers = (Outcome(Verdict.REFUSED, 550, "no"), Outcome(Verdict.LATER, 451, "later"))
    assert Sender(app, Scripted(*answers)).drain() == 3
    assert states() == ["refused", "due", "sent"]


def test_asked_to_end_a_sender_finishes_one_mail_and_gives_back_the_rest(
    app: Flask, mails: Mails, states: Open
) -> None:
    class Ending(Scripted):
        def send(self, message: Any) -> Outcome:
            stopping(app).set()
            return super().send(message)

    mails(25)
    assert Sender(app, Ending()).drain() == 1
    assert states() == ["sent"] + ["due"] * 24


def test_who_lost_the_lease_sends_nothing(
    app: Flask, mails: Mails, row: Row, advance: Callable[[timedelta], None]
) -> None:
    def slow(_payload: Any, _to: Reader) -> Letter:
        advance(delivery.LEASE + timedelta(seconds=1))
        return Letter("s", "t")

    mails(1)
    transport = Scripted()
    with composing(slow):
        Sender(app, transport).batch()
    assert (transport.sent, row().state, row().attempt) == ([], "leased", 0)


def test_a_database_that_restarts_does_not_make_a_known_answer_uncertain(
    app: Flask, mails: Mails, row: Row, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle, failures = delivery.settle, [1, 2]
    waits: list[float] = []

    def flaky(*arguments: Any) -> bool:
        if failures:
            failures.pop()
            raise OperationalError("UPDATE", {}, ConnectionError("the server went away"))
        return settle(*arguments)

    monkeypatch.setattr(delivery, "settle", flaky)
    monkeypatch.setattr(clock, "pause", waits.append)
    mails(1)
    Sender(app, Scripted()).drain()
    assert (row().state, waits) == ("sent", [0.5, 2.0])


def test_a_mail_to_an_erased_person_is_left_alone(
    app: Flask, mails: Mails, write: Open, read: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails(1)
    sender, transport = Sender(app, Scripted()), Scripted()
    claimed = sender._claim(20)
    with write() as session:
        session.execute(delete(OutboxMail))
    assert sender._deliver(claimed[0])
    assert transport.sent == []
    with read() as session:
        assert session.scalars(select(OutboxMail)).all() == []


def test_each_mail_is_written_in_a_context_of_its_own(app: Flask, mails: Mails) -> None:
    leaks = []

    def writer(_payload: Any, _to: Reader) -> Letter:
        leaks.append(g.get("left_behind"))
        g.left_behind = "of another reader"
        return Letter("s", "t")

    mails(3)
    with composing(writer):
        Sender(app, Scripted()).drain()
    assert leaks == [None] * 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_statements_of_a_mail_are_counted(
    count: int, app: Flask, mails: Mails, count_queries: Callable[[], Any]
) -> None:
    mails(count)
    sender = Sender(app, Scripted())
    with count_queries() as statements:
        assert sender.batch() == count
    assert len(statements) == 4 + 3 * count
