"""Taking mails out of the outbox: claim with a lease, mark before handing over, settle after.

Each step is one conditional statement, so any number of senders may run, be paused or be
killed: a sender that lost its lease finds its statements change no row. What happened between
``sending`` and a lost sender nobody can know (RFC 1047); such a hand-over is *uncertain* and
counted.
"""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Row, case, or_, select, update
from sqlalchemy.orm import Session

from hanmadang.reminders.models import MailState, OutboxMail
from hanmadang.reminders.outcomes import Outcome, Verdict

LEASE = timedelta(seconds=60)
"""Longer than a whole SMTP conversation may take (connect 10 s, commands 20 s, DATA 20 s)."""
BATCH = 20
MOST_UNCERTAIN = 2
"""How many uncertain hand-overs a repeating mail may have before a person must decide."""
BACKOFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 30, 60, 120))
_JITTER = 0.2


def recover(session: Session, now: datetime) -> None:
    """Give back what lost senders held, and let go what came too late."""
    lost = OutboxMail.lease_until < now
    session.execute(
        update(OutboxMail)
        .where(OutboxMail.state == MailState.LEASED.value, lost)
        .values(state=MailState.DUE.value, owner=None)
    )
    session.execute(
        update(OutboxMail)
        .where(OutboxMail.state == MailState.SENDING.value, lost)
        .values(
            state=_after_uncertain(),
            uncertain_count=OutboxMail.uncertain_count + 1,
            owner=None,
            last_error="the sender was lost during the hand-over",
        )
    )
    session.execute(
        update(OutboxMail)
        .where(OutboxMail.state == MailState.DUE.value, OutboxMail.not_after < now)
        .values(state=MailState.EXPIRED.value)
    )


def claim(
    session: Session, owner: str, now: datetime, most: int = BATCH
) -> Sequence[Row[tuple[int]]]:
    """Lease up to `most` due mails to `owner`; rows of (id), most urgent first."""
    chosen = (
        select(OutboxMail.id)
        .where(OutboxMail.state == MailState.DUE.value, OutboxMail.next_at <= now)
        .order_by(OutboxMail.priority, OutboxMail.next_at, OutboxMail.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    return session.execute(
        update(OutboxMail)
        .where(OutboxMail.id.in_(chosen.scalar_subquery()))
        .values(state=MailState.LEASED.value, owner=owner, lease_until=now + LEASE)
        .returning(OutboxMail.id),
        execution_options={"synchronize_session": False},
    ).all()


def begin(session: Session, mail_id: int, owner: str, now: datetime, text: str) -> bool:
    """Mark the hand-over as begun; False when the lease was lost, and nothing may be sent."""
    return _change(
        session,
        mail_id,
        owner,
        MailState.LEASED,
        now,
        state=MailState.SENDING.value,
        attempt=OutboxMail.attempt + 1,
        lease_until=now + LEASE,
        sent_text=text,
    )


def drop(session: Session, mail_id: int, owner: str, now: datetime) -> bool:
    """Cancel a leased mail that lost its reason."""
    state = MailState.CANCELLED.value
    return _change(session, mail_id, owner, MailState.LEASED, now, state=state)


def settle(session: Session, mail_id: int, owner: str, outcome: Outcome, now: datetime) -> bool:
    """Record how the hand-over went; False when another sender took the row meanwhile."""
    values = {"last_code": outcome.code, "last_error": outcome.text or None}
    match outcome.verdict:
        case Verdict.ACCEPTED:
            values |= {"state": MailState.SENT.value, "sent_at": now}
        case Verdict.REFUSED:
            values |= {"state": MailState.REFUSED.value}
        case Verdict.LATER:
            values |= {"state": MailState.DUE.value, "next_at": _next_try(session, mail_id, now)}
        case Verdict.UNCERTAIN:
            values |= {
                "state": _after_uncertain(),
                "uncertain_count": OutboxMail.uncertain_count + 1,
                "next_at": _next_try(session, mail_id, now),
            }
    return _change(session, mail_id, owner, MailState.SENDING, None, **values)


def resend(session: Session, mail_id: int, now: datetime) -> bool:
    """An operator decides that an uncertain or refused mail goes out again."""
    states = (MailState.UNCERTAIN.value, MailState.REFUSED.value)
    done = session.execute(
        update(OutboxMail)
        .where(OutboxMail.id == mail_id, OutboxMail.state.in_(states))
        .values(state=MailState.DUE.value, next_at=now, attempt=0)
        .returning(OutboxMail.id)
    )
    return done.first() is not None


def _change(
    session: Session,
    mail_id: int,
    owner: str,
    state: MailState,
    holds_at: datetime | None,
    **values: object,
) -> bool:
    mine = [OutboxMail.id == mail_id, OutboxMail.owner == owner, OutboxMail.state == state.value]
    if holds_at is not None:
        mine.append(OutboxMail.lease_until > holds_at)
    done = session.execute(
        update(OutboxMail).where(*mine).values(**values).returning(OutboxMail.id),
        execution_options={"synchronize_session": False},
    )
    return done.first() is not None


def _after_uncertain() -> "case[str]":
    """Repeat, unless the mail must not or did so too often."""
    stop = or_(OutboxMail.repeats.is_(False), OutboxMail.uncertain_count >= MOST_UNCERTAIN)
    return case((stop, MailState.UNCERTAIN.value), else_=MailState.DUE.value)


def _next_try(session: Session, mail_id: int, now: datetime) -> datetime:
    """Backoff by attempt, spread by a fifth so that a crowd does not return at once."""
    attempt = session.scalar(select(OutboxMail.attempt).where(OutboxMail.id == mail_id)) or 1
    wait = BACKOFF[min(attempt, len(BACKOFF)) - 1]
    return now + wait * random.uniform(1 - _JITTER, 1 + _JITTER)  # noqa: S311 (not a secret)
