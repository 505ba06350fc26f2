"""Putting mails in and taking them back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from hanmadang.reminders.domain import delivery, outbox
from hanmadang.reminders.models import OutboxMail
from tests.factories.reminders import KIND, NOW, put

DAY = timedelta(days=1)
Open = Callable[[], Any]
Row = Callable[..., OutboxMail]


def mail(**fields: Any) -> outbox.Mail:
    values: dict[str, Any] = {
        "kind": KIND,
        "subject": "event:17",
        "key": "1",
        "due_at": NOW,
        "not_after": NOW + DAY,
    }
    return outbox.Mail(**(values | fields))


SORA = outbox.Recipient("sora@example.org", "ko", 7)
JUN = outbox.Recipient("jun@example.org", "en", 8)


def test_the_same_cause_twice_is_one_mail(write: Open) -> None:
    with write() as session:
        answers = [outbox.enqueue(session, mail(), SORA, now=NOW) for _ in range(3)]
        count = session.scalar(select(func.count(OutboxMail.id)))
    assert (answers, count) == ([True, False, False], 1)


def test_another_rule_person_or_subject_is_another_mail(write: Open) -> None:
    with write() as session:
        for one, to in (
            (mail(), SORA), (mail(), JUN), (mail(key="2"), SORA), (mail(subject="event:18"), SORA),
        ):  # fmt: skip
            assert outbox.enqueue(session, one, to, now=NOW)


def test_a_person_without_account_is_known_by_the_address(write: Open) -> None:
    guest, other = outbox.Recipient("a@example.org", "ko"), outbox.Recipient("b@example.org", "ko")
    with write() as session:
        answers = [outbox.enqueue(session, mail(), to, now=NOW) for to in (guest, other, guest)]
    assert answers == [True, True, False]


def test_the_message_id_follows_from_the_cause_and_tells_nothing_about_it(write: Open) -> None:
    with write() as session:
        first = put(session, 1).message_id
        session.execute(update(OutboxMail).values(dedupe_key="moved aside"))
        again = put(session, 1).message_id
        other = put(session, 2).message_id
    assert first == again != other
    assert first.endswith("@localhost>")
    assert "test" not in first


def test_a_rolled_back_cause_leaves_no_mail(write: Open, read: Open) -> None:
    def cause() -> None:
        with write() as session:
            outbox.enqueue(session, mail(), SORA, now=NOW)
            session.execute(text("SELECT 1 FROM nowhere"))

    with pytest.raises(DBAPIError):
        cause()
    with read() as session:
        assert session.scalar(select(func.count(OutboxMail.id))) == 0


def test_a_cancelled_mail_does_not_leave(write: Open, row: Row) -> None:
    with write() as session:
        put(session, subject="event:17")
        assert outbox.cancel(session, "event:17") == 1
        assert delivery.claim(session, "me", NOW) == []
    assert row().state == "cancelled"


def test_cancelling_can_mean_one_person_or_one_kind(write: Open) -> None:
    with write() as session:
        for to in (SORA, JUN):
            outbox.enqueue(session, mail(), to, now=NOW)
            outbox.enqueue(session, mail(kind="other"), to, now=NOW)
        assert outbox.cancel(session, "event:17", account_id=7, kind="other") == 1
        assert outbox.cancel(session, "event:17", account_id=7) == 1
        assert outbox.cancel(session, "event:17", kind="other") == 1
        assert outbox.cancel(session, "event:1") == 0
        assert outbox.cancel(session, "event:17") == 1


def test_a_leased_mail_can_still_be_cancelled(write: Open, row: Row) -> None:
    with write() as session:
        put(session, subject="event:17")
        (mail_id,) = delivery.claim(session, "me", NOW)
        assert outbox.cancel(session, "event:17") == 1
        assert not delivery.begin(session, mail_id, "me", NOW, "text")
    assert row().state == "cancelled"


def test_a_mail_whose_hand_over_began_stays(write: Open, row: Row) -> None:
    with write() as session:
        put(session, subject="event:17")
        (mail_id,) = delivery.claim(session, "me", NOW)
        delivery.begin(session, mail_id, "me", NOW, "text")
        assert outbox.cancel(session, "event:17") == 0
    assert row().state == "sending"


def test_a_cause_that_comes_back_revives_its_cancelled_mail(write: Open, row: Row) -> None:
    with write() as session:
        outbox.enqueue(session, mail(), SORA, now=NOW)
        outbox.cancel(session, "event:17")
        moved = outbox.Recipient("sora@new.example.org", "en", 7)
        assert outbox.enqueue(session, mail(due_at=NOW + DAY), moved, now=NOW)
    found = row()
    assert (found.state, found.address, found.locale) == ("due", "sora@new.example.org", "en")
    assert found.next_at == NOW + DAY


def test_a_sent_mail_is_never_revived(write: Open, row: Row) -> None:
    with write() as session:
        outbox.enqueue(session, mail(), SORA, now=NOW)
        session.execute(update(OutboxMail).values(state="sent"))
        assert not outbox.enqueue(session, mail(), SORA, now=NOW)
    assert row().state == "sent"


def test_rows_are_forgotten_ninety_days_after_their_use(write: Open, read: Open) -> None:
    with write() as session:
        for number, (state, age) in enumerate(
            [("sent", 91), ("refused", 91), ("sent", 89), ("due", 91), ("sending", 91)]
        ):
            old = put(session, number, not_after=NOW - timedelta(days=age))
            session.execute(update(OutboxMail).where(OutboxMail.id == old.id).values(state=state))
        assert outbox.forget_old(session, NOW) == 2
    with read() as session:
        left = session.scalars(select(OutboxMail.state).order_by(OutboxMail.id)).all()
    assert left == ["sent", "due", "sending"]
