"""The product as the proof of the outbox runs it: with one more kind of mail, or without claims.

``PROOF_TWIN=1`` replaces the steps of `delivery` that keep senders apart by what a naive outbox
does: take whatever is due, send it, and mark it afterwards. Only this file knows how.
"""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import wsgi
from hanmadang.reminders.composers import Letter, Reader, composer
from hanmadang.reminders.domain import delivery
from hanmadang.reminders.models import MailState, OutboxMail

KIND = "proof.reminder"
app = wsgi.app


@composer(KIND)
def write(payload: Mapping[str, Any], _to: Reader) -> Letter:
    """A short Korean reminder."""
    number = payload["number"]
    return Letter(f"내일 열리는 평화 음악회 알림 {number}", f"{number}번째 알림입니다.\n.\n끝.")


def _take_what_is_due(
    session: Session, _owner: str, now: datetime, _most: int = 0
) -> Sequence[int]:
    due = (OutboxMail.state == MailState.DUE.value, OutboxMail.next_at <= now)
    return session.scalars(select(OutboxMail.id).where(*due).order_by(OutboxMail.id)).all()


def _mark_sent(session: Session, mail_id: int, *_ignored: object) -> bool:
    session.execute(update(OutboxMail).where(OutboxMail.id == mail_id).values(state="sent"))
    return True


def break_claims() -> None:
    """Switch off what keeps senders from sending the same mail."""
    broken = {
        "recover": lambda *_: None,
        "claim": _take_what_is_due,
        "begin": lambda *_: True,
        "settle": _mark_sent,
    }
    for name, step in broken.items():
        setattr(delivery, name, step)


if os.environ.get("PROOF_TWIN") == "1":
    break_claims()
