"""Putting mails into the outbox and taking them back, inside the transaction of their cause."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import delete, or_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.ids import keyed
from hanmadang.reminders.models import OPEN, MailState, OutboxMail, in_state

KEPT = timedelta(days=90)
"""How long after its last useful moment a mail's row is kept."""


_AT_ONCE = 200
"""Rows of one INSERT: SQLite takes 32,766 values in a statement."""


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
    """Put `mail` into the outbox for one recipient; returns False when it is already there.

    A mail that was cancelled before it left becomes due again: its cause came back.
    """
    values = _row(mail, to, now)
    renewed = {name: values[name] for name in _RENEWED}
    dialect = sqlite if is_sqlite() else postgresql
    statement = (
        dialect.insert(OutboxMail)
        .values(values)
        .on_conflict_do_update(
            index_elements=["dedupe_key"],
            set_=renewed,
            where=OutboxMail.state == MailState.CANCELLED.value,
        )
        .returning(OutboxMail.id)
    )
    options = {"synchronize_session": False}
    return session.execute(statement, execution_options=options).first() is not None


def enqueue_all(
    session: Session, mails: Iterable[tuple[Mail, Recipient]], *, now: datetime
) -> None:
    """Put many mails of one cause into the outbox; those that are there already stay as they are.

    A hundred times quicker than one by one: the lock of the cause is held no longer than needed.
    """
    dialect, rows = sqlite if is_sqlite() else postgresql, (_row(*each, now) for each in mails)
    while chunk := list(islice(rows, _AT_ONCE)):
        statement = dialect.insert(OutboxMail).values(chunk).on_conflict_do_nothing()
        session.execute(statement, execution_options={"synchronize_session": False})


def cancel(
    session: Session, subject: str, *, account_id: int | None = None, kind: str | None = None
) -> int:
    """Take back what has not begun to leave about `subject`; returns how many.

    Limits to one person or one kind. A mail whose hand-over began is on its way and stays.
    """
    statement = update(OutboxMail).where(
        OutboxMail.subject == subject,
        or_(in_state(MailState.DUE), in_state(MailState.LEASED)),
    )
    if account_id is not None:
        statement = statement.where(OutboxMail.account_id == account_id)
    if kind is not None:
        statement = statement.where(OutboxMail.kind == kind)
    taken = statement.values(state=MailState.CANCELLED.value, owner=None, lease_until=None)
    return len(session.execute(taken.returning(OutboxMail.id)).all())


def forget_old(session: Session, now: datetime) -> int:
    """Remove rows whose fate is known and whose last useful moment is `KEPT` ago; how many."""
    done = session.execute(
        delete(OutboxMail)
        .where(OutboxMail.not_after < now - KEPT, OutboxMail.state.not_in(OPEN))
        .returning(OutboxMail.id),
        execution_options={"synchronize_session": False},
    )
    return len(done.all())


_RENEWED = (
    "address", "locale", "payload", "priority", "repeats", "state", "due_at", "next_at",
    "not_after", "attempt",
)  # fmt: skip


def _row(mail: Mail, to: Recipient, now: datetime) -> Mapping[str, Any]:
    who = to.account_id if to.account_id is not None else _stranger(to.address)
    dedupe_key = f"{mail.kind}:{mail.subject}:{mail.key}:{who}"
    return {
        "dedupe_key": dedupe_key,
        "kind": mail.kind,
        "subject": mail.subject,
        "account_id": to.account_id,
        "address": to.address,
        "locale": to.locale,
        "payload": mail.payload,
        "priority": mail.priority,
        "repeats": mail.repeats,
        "state": MailState.DUE.value,
        "due_at": mail.due_at,
        "next_at": mail.due_at,
        "not_after": mail.not_after,
        "attempt": 0,
        "uncertain_count": 0,
        "message_id": _message_id(dedupe_key),
        "created_at": now,
    }


def _stranger(address: str) -> str:
    """Who has no account is not named by the key either: it stands in logs of the database."""
    return keyed(settings().secret_key, "recipient", address)


def _message_id(dedupe_key: str) -> str:
    house = settings()
    return f"<{keyed(house.secret_key, 'message', dedupe_key)[:32]}@{house.host}>"
