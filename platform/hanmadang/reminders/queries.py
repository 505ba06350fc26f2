"""What operators see of the outbox."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from hanmadang.reminders.models import OPEN, Heartbeat, MailState, OutboxMail, in_state

_TROUBLED = (MailState.UNCERTAIN.value, MailState.REFUSED.value, MailState.EXPIRED.value)
_OFTEN = 3
"""Put off so many times, a mail is worth a look before its time is over."""


def counts_by_state(session: Session) -> dict[str, int]:
    """How many mails stand in each state, every state named."""
    number = func.count().label("number")
    found = session.execute(select(OutboxMail.state, number).group_by(OutboxMail.state))
    return {state.value: 0 for state in MailState} | {row.state: row.number for row in found}


def troubled(session: Session, most: int = 50) -> Sequence[OutboxMail]:
    """The latest mails that need a person's eye."""
    return session.scalars(
        select(OutboxMail)
        .where(or_(OutboxMail.state.in_(_TROUBLED), _put_off_often()))
        .order_by(OutboxMail.id.desc())
        .limit(most)
    ).all()


def oldest_overdue(session: Session, now: datetime) -> datetime | None:
    """Since when the longest-waiting due mail waits; None when nothing is late."""
    return session.scalar(
        select(func.min(OutboxMail.next_at)).where(
            or_(*map(in_state, OPEN)), OutboxMail.next_at <= now
        )
    )


def last_beat(session: Session, name: str) -> datetime | None:
    """When the named process last said that it lives."""
    return session.scalar(select(Heartbeat.at).where(Heartbeat.name == name))


def _put_off_often() -> ColumnElement[bool]:
    return and_(in_state(MailState.DUE), OutboxMail.attempt >= _OFTEN)
