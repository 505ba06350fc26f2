"""Putting mails into the outbox and taking them back, inside the transaction of their cause."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.ids import keyed
from hanmadang.reminders.models import MailState, OutboxMail


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a mail, in which language."""

    address: str
    locale: str
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to be sent. `key` makes it unique: the same cause twice is one mail."""

    kind: str
    subject: str
    """``event:17``."""
    key: str
    """Rule, version and occurrence: ``day-before:1:2026-11-30T10:30Z``."""
    due_at: datetime
    not_after: datetime
    payload: dict[str, Any] = field(default_factory=dict)
    priority: int = 5
    repeats: bool = True


def enqueue(session: Session, mail: Mail, to: Recipient, *, now: datetime) -> bool:
    """Put `mail` into the outbox for one recipient; returns False when it is already there."""
    who = to.account_id if to.account_id is not None else to.address
    dedupe_key = f"{mail.kind}:{mail.subject}:{mail.key}:{who}"
    dialect = sqlite if is_sqlite() else postgresql
    statement = (
        dialect.insert(OutboxMail)
        .values(
            dedupe_key=dedupe_key,
            kind=mail.kind,
            subject=mail.subject,
            account_id=to.account_id,
            address=to.address,
            locale=to.locale,
            payload=mail.payload,
            priority=mail.priority,
            repeats=mail.repeats,
            state=MailState.DUE.value,
            due_at=mail.due_at,
            next_at=mail.due_at,
            not_after=mail.not_after,
            attempt=0,
            uncertain_count=0,
            message_id=_message_id(dedupe_key),
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(OutboxMail.id)
    )
    return session.execute(statement).first() is not None


def cancel(
    session: Session, subject: str, *, account_id: int | None = None, kind: str | None = None
) -> int:
    """Take back what is still due about `subject`, for one person, of one kind; returns how many."""
    statement = update(OutboxMail).where(
        OutboxMail.subject == subject, OutboxMail.state == MailState.DUE.value
    )
    if account_id is not None:
        statement = statement.where(OutboxMail.account_id == account_id)
    if kind is not None:
        statement = statement.where(OutboxMail.kind == kind)
    done = session.execute(
        statement.values(state=MailState.CANCELLED.value).returning(OutboxMail.id)
    )
    return len(done.all())


def _message_id(dedupe_key: str) -> str:
    secret = str(current_app.secret_key)
    return f"<{keyed(secret, 'message', dedupe_key)[:32]}@{current_app.config['MAIL_HOST']}>"
