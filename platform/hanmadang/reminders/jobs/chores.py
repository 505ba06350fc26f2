"""The scheduler's work: sending what is due, and keeping house. Safe to run in any number."""

from datetime import datetime

from flask import Flask
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel import audit, clock, idempotency
from hanmadang.kernel.db import is_sqlite, transaction
from hanmadang.people import retention
from hanmadang.reminders.domain import hooks, outbox
from hanmadang.reminders.jobs.senders import Sender
from hanmadang.reminders.models import Heartbeat
from hanmadang.reminders.ticks import every

_HOUR = 3600
_DAY = 24 * _HOUR


def beat(session: Session, name: str, now: datetime) -> None:
    """Note that a background process is alive."""
    dialect = sqlite if is_sqlite() else postgresql
    statement = dialect.insert(Heartbeat).values(name=name, at=now, detail="")
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


@every(5, "outbox")
def send_due(app: Flask) -> None:
    """Send what is due."""
    sender: Sender | None = app.extensions.get("hanmadang.sender")
    if sender is None:
        sender = app.extensions["hanmadang.sender"] = Sender(app)
    sender.drain()


@every(10, "heartbeat")
def heartbeat(app: Flask) -> None:
    """Say that the scheduler lives; `/readyz` turns red 30 s after the last time."""
    with app.app_context(), transaction() as session:
        beat(session, "scheduler", clock.now())


@every(10, "audit seal")
def seal_audit(app: Flask) -> None:
    """Close the audit log's open rows into a sealed batch."""
    with app.app_context(), transaction() as session:
        audit.seal(session)


@every(_HOUR, "tidy")
def tidy(app: Flask) -> None:
    """Forget idempotency keys that no honest client repeats, mails and deliveries of long ago."""
    with app.app_context(), transaction() as session:
        idempotency.forget_old(session)
        outbox.forget_old(session, clock.now())
        hooks.forget_old(session, clock.now())


@every(_DAY, "people.forget_old")
def forget_people(app: Flask) -> None:
    """Remove ended tokens, sessions and counts of tries."""
    with app.app_context(), transaction() as session:
        retention.forget_old(session, clock.now())
