"""Mails for tests: due at once, of a kind whose composer the tests can change."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.reminders import composers
from hanmadang.reminders.composers import Composer, Letter, Reader
from hanmadang.reminders.domain import outbox
from hanmadang.reminders.models import OutboxMail

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
KIND = "test.letter"


def a_letter(payload: Any, _to: Reader) -> Letter:
    """What the test kind says unless a test says otherwise."""
    return Letter(f"알림 {payload.get('number', 0)}", "안녕하세요.\n")


@contextmanager
def composing(writer: Composer = a_letter) -> Iterator[None]:
    """Mails of the test kind are written by `writer`."""
    composers.composer(KIND)(writer)
    try:
        yield
    finally:
        composers._composers.pop(KIND, None)


def put(session: Session, number: int = 0, *, now: datetime = NOW, **fields: Any) -> OutboxMail:
    """Enqueue one mail and return its row."""
    to = outbox.Recipient(
        fields.pop("address", f"reader{number}@example.org"),
        fields.pop("locale", "ko"),
        fields.pop("account_id", None),
    )
    values: dict[str, Any] = {
        "kind": KIND,
        "subject": f"test:{number}",
        "key": "1",
        "due_at": now,
        "not_after": now + timedelta(days=1),
        "payload": {"number": number},
    }
    mail = outbox.Mail(**(values | fields))
    outbox.enqueue(session, mail, to, now=now)
    found = select(OutboxMail).where(OutboxMail.subject == mail.subject)
    return session.scalars(found.order_by(OutboxMail.id.desc())).first() or _lost()


def text_of(message: EmailMessage) -> str:
    """The text as its reader sees it."""
    return str(message.get_content()).replace("\r\n", "\n")


def _lost() -> OutboxMail:
    raise LookupError("the mail was not enqueued")
