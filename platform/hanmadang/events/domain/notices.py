"""Which mails a booking causes, and when they leave; written in the cause's transaction."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hanmadang.events import rules
from hanmadang.events.models import Event, Registration
from hanmadang.people.models import Account
from hanmadang.reminders.domain import outbox
from hanmadang.reminders.domain.outbox import Mail, Recipient

CONFIRMATION = "event.confirmation"
REMINDER = "event.reminder"
CHANGED = "event.changed"
CANCELLED = "event.cancelled"
PROMOTED = "event.promoted"

SHORT_NOTICE = timedelta(hours=2)
"""A reminder for a late booking leaves this long before the start."""
_NEWS_LASTS = timedelta(days=1)
"""A cancellation is still worth reading this long, even after the start."""


def confirm(session: Session, event: Event, registration: Registration, *, now: datetime) -> None:
    """Confirm a seat, with a calendar entry."""
    _enqueue(session, event, registration, CONFIRMATION, "booked", due=now, now=now)


def remind(session: Session, event: Event, registration: Registration, *, now: datetime) -> None:
    """One reminder: the same wall clock the day before, or two hours before for late bookings.

    Exhibitions have no start to be reminded of; less than two hours ahead the confirmation is
    reminder enough.
    """
    due = reminder_time(event, now)
    if due and event.starts:
        rule = f"day-before:{event.starts.instant.isoformat()}"
        _enqueue(session, event, registration, REMINDER, rule, due=due, now=now)


def reminder_time(event: Event, now: datetime) -> datetime | None:
    """When the reminder leaves; None when there is no time left for one."""
    if event.starts is None:
        return None
    day_before = event.starts.days_before(1)
    if day_before > now:
        return day_before
    shortly = event.starts.elapsed_before(SHORT_NOTICE)
    return shortly if shortly > now else None


def tell_changed(
    session: Session, event: Event, registration: Registration, *, now: datetime
) -> None:
    """Say that time or place moved; an older such mail that has not left is taken back."""
    take_back(session, event, account_id=registration.account_id, kind=CHANGED)
    _enqueue(session, event, registration, CHANGED, "changed", due=now, now=now)


def tell_promoted(
    session: Session, event: Event, registration: Registration, *, now: datetime
) -> None:
    """Say that a seat became free."""
    _enqueue(session, event, registration, PROMOTED, "promoted", due=now, now=now)


def tell_cancelled(
    session: Session, event: Event, registration: Registration, *, now: datetime
) -> None:
    """Say that the event does not take place."""
    _enqueue(session, event, registration, CANCELLED, "cancelled", due=now, now=now)


def take_back(
    session: Session, event: Event, *, account_id: int | None = None, kind: str | None = None
) -> int:
    """Cancel what is still due about the event; returns how many mails."""
    return outbox.cancel(session, event.mail_subject, account_id=account_id, kind=kind)


def _enqueue(  # noqa: PLR0913  (what, to whom, why and when)
    session: Session, event: Event, registration: Registration, kind: str, rule: str, *,
    due: datetime, now: datetime,
) -> None:  # fmt: skip
    account = session.get_one(Account, registration.account_id)
    latest = rules.last_call(event)
    mail = Mail(
        kind=kind,
        subject=event.mail_subject,
        key=f"{rule}:v{event.version}:r{registration.id}",
        due_at=due,
        not_after=max(latest, now + _NEWS_LASTS) if kind == CANCELLED else latest,
        payload={"registration_id": registration.id, "begins_at": event.begins_at.isoformat()},
    )
    to = Recipient(account.email, registration.locale, account.id)
    outbox.enqueue(session, mail, to, now=now)
