"""Taking mails out of the outbox: claim with a lease, mark before handing over, settle after.

Each step is one conditional statement, so any number of senders may run, be paused or be
killed: a sender that lost its lease finds its statements change no row. What happened between
``sending`` and a lost sender nobody can know (RFC 1047); such a hand-over is *uncertain* and
counted.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, or_, select, update
from sqlalchemy.orm import Session

from hanmadang.reminders.domain import leases
from hanmadang.reminders.models import MailState, OutboxMail, in_state
from hanmadang.reminders.outcomes import Outcome, Verdict

LEASE = timedelta(seconds=60)
"""Longer than a whole SMTP conversation may take (`transports.CONVERSATION_SECONDS`)."""
BATCH = 20
MOST_UNCERTAIN = 2
"""At so many uncertain hand-overs a person must decide; until then reminders are repeated."""
_QUIETLY = {"synchronize_session": False}


def recover(session: Session, now: datetime) -> None:
    """Give back what lost senders held, and let go what came too late."""
    lost = OutboxMail.lease_until < now
    for where, values in (
        ((in_state(MailState.LEASED), lost), {"state": MailState.DUE.value, **leases.FREE}),
        ((in_state(MailState.SENDING), lost), _lost_values(now)),
        (
            (in_state(MailState.DUE), OutboxMail.not_after < now),
            {"state": MailState.EXPIRED.value},
        ),
    ):
        changed = update(OutboxMail).where(*where).values(values)
        session.execute(changed, execution_options=_QUIETLY)


def claim(session: Session, owner: str, now: datetime, most: int = BATCH) -> Sequence[int]:
    """Lease up to `most` due mails to `owner`; returns their ids, most urgent first."""
    order = (OutboxMail.priority, OutboxMail.next_at, OutboxMail.id)
    due = (in_state(MailState.DUE), OutboxMail.next_at <= now)
    return leases.claim(
        session, OutboxMail, order, due, most=most, **leases.lease(owner, now, LEASE)
    )


def begin(session: Session, mail_id: int, owner: str, now: datetime, text: str | None) -> bool:
    """Mark the hand-over as begun; False when the lease or the mail's time is over: send nothing.

    `text` is kept as what was sent; None for a mail of which no copy may stay.
    """
    return _change(
        session,
        (*_held(mail_id, owner, MailState.LEASED), OutboxMail.lease_until > now,
         OutboxMail.not_after >= now),
        state=MailState.SENDING.value,
        attempt=OutboxMail.attempt + 1,
        lease_until=now + LEASE,
        sent_text=text,
    )  # fmt: skip


def drop(session: Session, mail_id: int, owner: str) -> bool:
    """Cancel a leased mail that lost its reason."""
    where = _held(mail_id, owner, MailState.LEASED)
    return _change(session, where, state=MailState.CANCELLED.value, **leases.FREE)


def decline(session: Session, mail_id: int, owner: str, outcome: Outcome, now: datetime) -> bool:
    """Record that a leased mail could not be written: refused for good, or tried later."""
    values = _following(session, mail_id, outcome, now, attempts=1)
    values["attempt"] = OutboxMail.attempt + 1
    return _change(session, _held(mail_id, owner, MailState.LEASED), **values)


def settle(session: Session, mail_id: int, owner: str, outcome: Outcome, now: datetime) -> bool:
    """Record how the hand-over went; False when another sender took the row meanwhile."""
    values = _following(session, mail_id, outcome, now)
    return _change(session, _held(mail_id, owner, MailState.SENDING), **values)


def give_back(session: Session, owner: str) -> None:
    """Return what `owner` leased and did not begin; another sender may take it at once."""
    where = (OutboxMail.owner == owner, in_state(MailState.LEASED))
    _change(session, where, state=MailState.DUE.value, **leases.FREE)


def resend(session: Session, mail_id: int, now: datetime) -> bool:
    """An operator decides that an uncertain or refused mail goes out again, while it is of use."""
    stopped = or_(in_state(MailState.UNCERTAIN), in_state(MailState.REFUSED))
    where = (OutboxMail.id == mail_id, stopped, OutboxMail.not_after >= now)
    return _change(session, where, state=MailState.DUE.value, next_at=now, attempt=0)


def _held(mail_id: int, owner: str, state: MailState) -> tuple[Any, ...]:
    return OutboxMail.id == mail_id, OutboxMail.owner == owner, in_state(state)


def _change(session: Session, where: Sequence[Any], **values: object) -> bool:
    return leases.change(session, OutboxMail, where, **values)


def _following(
    session: Session, mail_id: int, outcome: Outcome, now: datetime, attempts: int = 0
) -> dict[str, Any]:
    """What an outcome makes of the row; `attempts` are those not yet counted in it."""
    values = {"last_code": outcome.code, "last_error": outcome.text or None, **leases.FREE}
    match outcome.verdict:
        case Verdict.ACCEPTED:
            return values | {"state": MailState.SENT.value, "sent_at": now}
        case Verdict.REFUSED:
            return values | {"state": MailState.REFUSED.value}
    row = session.scalar(select(OutboxMail.attempt).where(OutboxMail.id == mail_id)) or 0
    values["next_at"] = now + leases.wait(row + attempts)
    if outcome.verdict is Verdict.LATER:
        return values | {"state": MailState.DUE.value}
    return values | _uncertain()


def _lost_values(now: datetime) -> dict[str, Any]:
    words = "the sender was lost during the hand-over"
    return {**_uncertain(), **leases.FREE, "next_at": now + leases.wait(1), "last_error": words}


def _uncertain() -> dict[str, Any]:
    """Count it; repeat, unless the mail must not or has done so too often."""
    count = OutboxMail.uncertain_count + 1
    stop = or_(OutboxMail.repeats.is_(False), count >= MOST_UNCERTAIN)
    state = case((stop, MailState.UNCERTAIN.value), else_=MailState.DUE.value)
    return {"state": state, "uncertain_count": count}
