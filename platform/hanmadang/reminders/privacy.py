"""What the outbox keeps about a person: shown and removed with the person's other data."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.reminders.models import OutboxMail


def export_of(session: Session, account_id: int) -> list[dict[str, Any]]:
    """The mails to this person, oldest first, with the text that left."""
    mails = session.scalars(
        select(OutboxMail).where(OutboxMail.account_id == account_id).order_by(OutboxMail.id)
    )
    return [
        {
            "kind": mail.kind,
            "about": mail.subject,
            "address": mail.address,
            "state": mail.state,
            "due_at": mail.due_at.isoformat(),
            "sent_at": mail.sent_at.isoformat() if mail.sent_at else None,
            "text": mail.sent_text,
        }
        for mail in mails
    ]


def erase_of(session: Session, account_id: int, now: datetime) -> None:  # noqa: ARG001 (a shape)
    """Remove every mail to this person; one that waited does not leave any more."""
    session.execute(
        delete(OutboxMail).where(OutboxMail.account_id == account_id),
        execution_options={"synchronize_session": False},
    )
