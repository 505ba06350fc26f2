"""The outbox: one row per mail that must leave, kept until its fate is known.

States: ``due`` → ``leased`` → ``sending`` → ``sent`` | ``due`` again (temporary refusal) |
``refused`` | ``expired`` | ``uncertain``; ``due`` → ``cancelled``. A row found in ``sending``
after its lease ran out is uncertain: the mail may have left (RFC 1047).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, bindparam, text
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base, state_check


class MailState(StrEnum):
    """Where a mail stands."""

    DUE = "due"
    LEASED = "leased"
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    EXPIRED = "expired"
    UNCERTAIN = "uncertain"
    CANCELLED = "cancelled"


OPEN = (MailState.DUE, MailState.LEASED, MailState.SENDING)
"""States of mails that may still leave."""


def _partial(name: str, column: str, where: str) -> Index:
    """An index over the few open rows: the table keeps every mail, each tick looks at these."""
    only = text(where)
    return Index(f"ix_outbox_mail_{name}", column, sqlite_where=only, postgresql_where=only)


class OutboxMail(Base):
    """One mail to one person. Rendered when it leaves, from ids, in the person's language."""

    __tablename__ = "outbox_mail"
    __table_args__ = (
        state_check("state", MailState),
        _partial("due", "next_at", "state = 'due'"),
        _partial("useful", "not_after", "state = 'due'"),
        _partial("leases", "lease_until", "state = 'leased' OR state = 'sending'"),
        Index(None, "subject"),
        Index(None, "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    """``kind:subject:rule:version:occurrence:recipient``; a second insert does nothing.

    The recipient is an account's number, or an HMAC of an address.
    """
    kind: Mapped[str]
    """Which composer writes it (`reminders.composers`)."""
    subject: Mapped[str]
    """What it is about, ``event:17``: changes and cancellations find their mails by it."""
    account_id: Mapped[int | None]
    address: Mapped[str]
    locale: Mapped[str]
    payload: Mapped[dict[str, Any]]
    priority: Mapped[int] = mapped_column(default=5)
    """Lower leaves first: 1 sign-in codes, 5 confirmations, 9 announcements."""
    repeats: Mapped[bool] = mapped_column(default=True)
    """Whether an uncertain hand-over is tried again (reminders) or left to a person (codes)."""
    state: Mapped[str] = mapped_column(default=MailState.DUE.value)
    due_at: Mapped[datetime]
    not_after: Mapped[datetime]
    """Never sent later than this."""
    next_at: Mapped[datetime]
    attempt: Mapped[int] = mapped_column(default=0)
    uncertain_count: Mapped[int] = mapped_column(default=0)
    owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
    message_id: Mapped[str]
    """Constant over attempts, so that a reader's mail program can fold copies."""
    last_code: Mapped[int | None]
    last_error: Mapped[str | None]
    sent_at: Mapped[datetime | None]
    sent_text: Mapped[str | None]
    """What was handed over last, frozen; empty for letters that carry a secret."""
    created_at: Mapped[datetime]


def in_state(state: MailState) -> ColumnElement[bool]:
    """`state = '…'` with the value in the statement: only so SQLite sees that an index fits."""
    return OutboxMail.state == bindparam(None, state.value, literal_execute=True)


class Heartbeat(Base):
    """When each background process last ticked."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    detail: Mapped[str] = mapped_column(default="")
