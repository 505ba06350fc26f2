"""Claim, begin, settle, recover: any number of senders, paused or killed anywhere."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from hanmadang.kernel.db import db, transaction
from hanmadang.reminders.domain import delivery
from hanmadang.reminders.models import MailState, OutboxMail
from hanmadang.reminders.outcomes import Outcome, Verdict
from hanmadang.reminders.transports import CONVERSATION_SECONDS
from tests.factories.reminders import NOW, put

Open = Callable[[], Any]
Row = Callable[..., OutboxMail]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LATE = NOW + delivery.LEASE + SECOND
ACCEPTED = Outcome(Verdict.ACCEPTED, 250, "taken")
LATER = Outcome(Verdict.LATER, 451, "greylisted")
REFUSED = Outcome(Verdict.REFUSED, 550, "no such mailbox")
UNCERTAIN = Outcome(Verdict.UNCERTAIN, None, "silence")


def begun(session: Any, owner: str = "me", now: datetime = NOW) -> int:
    """Claim the only mail and begin its hand-over."""
    (mail_id,) = delivery.claim(session, owner, now)
    assert delivery.begin(session, mail_id, owner, now, "text")
    return int(mail_id)


def test_a_conversation_ends_before_its_lease() -> None:
    assert timedelta(seconds=CONVERSATION_SECONDS) + 15 * SECOND <= delivery.LEASE


def test_the_most_urgent_leave_first_then_the_longest_due(write: Open) -> None:
    with write() as session:
        late = put(session, 1, due_at=NOW - MINUTE).id
        later = put(session, 2, due_at=NOW).id
        code = put(session, 3, due_at=NOW, priority=1).id
        put(session, 4, due_at=NOW + SECOND)
        assert delivery.claim(session, "me", NOW, 2) == [code, late]
        assert delivery.claim(session, "me", NOW, 2) == [later]


def test_a_claim_is_a_lease_of_a_minute(write: Open, row: Row) -> None:
    with write() as session:
        put(session)
        delivery.claim(session, "me", NOW)
        assert delivery.claim(session, "you", NOW) == []
    found = row()
    assert (found.state, found.owner, found.lease_until) == ("leased", "me", NOW + MINUTE)


def test_senders_in_parallel_never_share_a_mail(
    app: Flask, mails: Callable[..., list[int]]
) -> None:
    ids = mails(120)
    taken: list[list[int]] = [[], [], [], []]
    line = threading.Barrier(4)

    def send(number: int) -> None:
        line.wait()
        for _ in range(60):
            with app.app_context(), transaction() as session:
                taken[number] += delivery.claim(session, f"sender {number}", NOW, 5)

    threads = [threading.Thread(target=send, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(mail_id for some in taken for mail_id in some) == ids


def test_without_the_claim_senders_do_share(app: Flask, mails: Callable[..., list[int]]) -> None:
    """The twin of the test above: what a naive outbox reads before it marks."""
    ids, taken, line = mails(20), [], threading.Barrier(4)

    def send() -> None:
        with app.app_context():
            due = select(OutboxMail.id).where(OutboxMail.state == MailState.DUE.value)
            found = list(db.session().scalars(due))
            line.wait()
            taken.extend(found)

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 4 * len(ids)


def test_a_sent_mail_keeps_what_was_sent_and_when(write: Open, row: Row) -> None:
    with write() as session:
        put(session)
        assert delivery.settle(session, begun(session), "me", ACCEPTED, NOW + SECOND)
    found = row()
    assert (found.state, found.sent_text, found.sent_at) == ("sent", "text", NOW + SECOND)
    assert (found.attempt, found.last_code, found.owner) == (1, 250, None)


def test_a_refusal_is_final(write: Open, row: Row) -> None:
    with write() as session:
        put(session)
        delivery.settle(session, begun(session), "me", REFUSED, NOW)
        delivery.recover(session, LATE)
        assert delivery.claim(session, "me", NOW + timedelta(hours=5)) == []
    assert (row().state, row().last_code) == ("refused", 550)


@pytest.mark.parametrize(
    ("attempt", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 120), (9, 120)]
)
def test_a_mail_put_off_waits_longer_each_time(
    attempt: int, minutes: int, write: Open, row: Row
) -> None:
    with write() as session:
        put(session)
        session.execute(update(OutboxMail).values(attempt=attempt - 1))
        delivery.settle(session, begun(session), "me", LATER, NOW)
    found = row()
    assert (found.state, found.last_code, found.last_error) == ("due", 451, "greylisted")
    assert 0.8 <= (found.next_at - NOW) / timedelta(minutes=minutes) <= 1.2


def test_a_crowd_that_was_put_off_does_not_return_at_once(write: Open, read: Open) -> None:
    with write() as session:
        for number in range(30):
            put(session, number)
        for mail_id in delivery.claim(session, "me", NOW, 30):
            delivery.begin(session, mail_id, "me", NOW, None)
            delivery.settle(session, mail_id, "me", LATER, NOW)
    with read() as session:
        times = set(session.scalars(select(OutboxMail.next_at)))
    assert len(times) > 25
    assert max(times) - min(times) > 5 * SECOND


def test_leases_of_lost_senders_come_back_at_once(write: Open, row: Row) -> None:
    with write() as session:
        put(session)
        delivery.claim(session, "lost", NOW)
        delivery.recover(session, NOW + delivery.LEASE)
        assert delivery.claim(session, "me", NOW + delivery.LEASE) == []
        delivery.recover(session, LATE)
        assert len(delivery.claim(session, "me", LATE)) == 1
    assert (row().uncertain_count, row().attempt) == (0, 0)


def test_a_lost_hand_over_is_uncertain_and_repeated_later(write: Open, row: Row) -> None:
    with write() as session:
        put(session)
        begun(session, "lost")
        delivery.recover(session, LATE)
    found = row()
    assert (found.state, found.uncertain_count, found.owner) == ("due", 1, None)
    assert found.last_error == "the sender was lost during the hand-over"
    assert 48 * SECOND <= found.next_at - LATE <= 72 * SECOND


def test_at_the_second_uncertain_hand_over_a_person_must_decide(write: Open, row: Row) -> None:
    with write() as session:
        put(session)
        delivery.settle(session, begun(session), "me", UNCERTAIN, NOW)
        then = NOW + 2 * MINUTE
        begun(session, "lost", then)
        delivery.recover(session, then + delivery.LEASE + SECOND)
    assert (row().state, row().uncertain_count, row().attempt) == ("uncertain", 2, 2)


@pytest.mark.parametrize("lost", [True, False])
def test_a_code_is_never_sent_twice(lost: bool, write: Open, row: Row) -> None:
    with write() as session:
        put(session, repeats=False)
        mail_id = begun(session)
        if lost:
            delivery.recover(session, LATE)
        else:
            delivery.settle(session, mail_id, "me", UNCERTAIN, NOW)
    assert (row().state, row().uncertain_count) == ("uncertain", 1)


def test_who_lost_the_lease_may_not_begin(write: Open) -> None:
    with write() as session:
        put(session)
        (mail_id,) = delivery.claim(session, "paused", NOW)
        assert not delivery.begin(session, mail_id, "paused", LATE, "text")
        delivery.recover(session, LATE)
        delivery.claim(session, "me", LATE)
        assert not delivery.begin(session, mail_id, "paused", LATE, "text")
        assert not delivery.drop(session, mail_id, "paused")
        assert not delivery.decline(session, mail_id, "paused", LATER, LATE)
        assert delivery.begin(session, mail_id, "me", LATE, "text")


def test_who_lost_the_lease_while_sending_may_not_settle(write: Open, row: Row) -> None:
    with write() as session:
        put(session)
        mail_id = begun(session, "paused")
        delivery.recover(session, LATE)
        begun(session, "me", LATE + 2 * MINUTE)
        assert not delivery.settle(session, mail_id, "paused", REFUSED, LATE)
    assert (row().state, row().owner) == ("sending", "me")


def test_nobody_settles_twice(write: Open, row: Row) -> None:
    with write() as session:
        put(session)
        mail_id = begun(session)
        assert delivery.settle(session, mail_id, "me", ACCEPTED, NOW)
        assert not delivery.settle(session, mail_id, "me", REFUSED, NOW)
    assert row().state == "sent"


def test_too_late_is_expired_not_sent(write: Open, row: Row) -> None:
    with write() as session:
        put(session, not_after=NOW)
        delivery.recover(session, NOW)
        assert session.scalar(select(OutboxMail.state)) == "due"
        delivery.recover(session, NOW + SECOND)
    assert row().state == "expired"


def test_a_mail_may_become_too_late_between_claim_and_hand_over(write: Open, row: Row) -> None:
    with write() as session:
        put(session, not_after=NOW + SECOND)
        (mail_id,) = delivery.claim(session, "me", NOW)
        assert not delivery.begin(session, mail_id, "me", NOW + 2 * SECOND, "text")
        delivery.recover(session, LATE)
    assert row().state == "expired"


def test_giving_back_frees_only_what_was_not_begun(write: Open, states: Open) -> None:
    with write() as session:
        for number in range(4):
            put(session, number)
        first, _second = delivery.claim(session, "me", NOW, 2)
        delivery.begin(session, first, "me", NOW, None)
        delivery.claim(session, "you", NOW, 1)
        delivery.give_back(session, "me")
    assert states() == ["sending", "due", "leased", "due"]


@pytest.mark.parametrize("state", ["uncertain", "refused"])
def test_an_operator_may_send_again_what_stopped(state: str, write: Open, row: Row) -> None:
    with write() as session:
        mail = put(session)
        session.execute(update(OutboxMail).values(state=state, attempt=5))
        assert delivery.resend(session, mail.id, NOW + MINUTE)
    assert (row().state, row().next_at, row().attempt) == ("due", NOW + MINUTE, 0)


@pytest.mark.parametrize("state", ["due", "leased", "sending", "sent", "expired", "cancelled"])
def test_an_operator_may_not_send_again_anything_else(state: str, write: Open, row: Row) -> None:
    with write() as session:
        mail = put(session)
        session.execute(update(OutboxMail).values(state=state))
        assert not delivery.resend(session, mail.id, NOW)
    assert row().state == state


def test_nobody_sends_again_what_is_of_no_use_any_more(write: Open) -> None:
    with write() as session:
        mail = put(session)
        session.execute(update(OutboxMail).values(state="uncertain"))
        assert not delivery.resend(session, mail.id, NOW + timedelta(days=2))


def test_three_hours_of_downtime_lose_nothing_useful(write: Open, states: Open) -> None:
    with write() as session:
        for number in range(3):
            put(session, number)
        put(session, 3, not_after=NOW + timedelta(hours=2))
        back = NOW + timedelta(hours=3)
        delivery.recover(session, back)
        assert len(delivery.claim(session, "me", back)) == 3
    assert states() == ["leased"] * 3 + ["expired"]


def test_looking_for_work_reads_only_open_rows(app: Flask, write: Open) -> None:
    seen: list[str] = []
    with write() as session:
        if session.get_bind().dialect.name != "sqlite":
            pytest.skip("EXPLAIN QUERY PLAN is SQLite's")
        for where in (
            "state = 'due' AND next_at <= '2026'",
            "state = 'leased' AND lease_until < '2026'",
            "state = 'sending' AND lease_until < '2026'",
            "state = 'due' AND not_after < '2026'",
        ):
            plan = session.execute(
                text(f"EXPLAIN QUERY PLAN SELECT id FROM outbox_mail WHERE {where}")  # noqa: S608
            )
            seen += [line.detail for line in plan]
    assert all("USING" in line and "INDEX ix_outbox_mail_" in line for line in seen), seen
    assert len(seen) == 4
