"""The scheduler's work: sending what is due, and keeping house. Safe to run in any number."""

from datetime import datetime
from email.message import EmailMessage

from flask import Flask
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel import audit, clock, idempotency
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, is_sqlite, transaction
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.ids import new_key
from hanmadang.reminders import composers
from hanmadang.reminders.domain import delivery
from hanmadang.reminders.models import Heartbeat, OutboxMail
from hanmadang.reminders.ticks import every
from hanmadang.reminders.transports import Transport, build, choose


class Sender:
    """One sender: a name for its leases and one kept connection."""

    def __init__(self, app: Flask, transport: Transport | None = None) -> None:
        self._app = app
        self._owner = new_key()
        with app.app_context():
            self._transport = transport or choose(settings())

    def drain(self, batch: int = delivery.BATCH) -> int:
        """Send until nothing is due; returns how many mails were handed over or dropped."""
        done = 0
        while sent := self.batch(batch):
            done += sent
        return done

    def batch(self, most: int = delivery.BATCH) -> int:
        """Claim and send one batch; returns its size."""
        with self._app.app_context():
            with transaction() as session:
                delivery.recover(session, clock.now())
                claimed = delivery.claim(session, self._owner, clock.now(), most)
            for row in claimed:
                self._deliver(row.id)
            return len(claimed)

    def _deliver(self, mail_id: int) -> None:
        message = _write(mail_id)
        if message is None:
            with transaction() as session:
                delivery.drop(session, mail_id, self._owner, clock.now())
            return
        with transaction() as session:
            text = message.as_string()
            ours = delivery.begin(session, mail_id, self._owner, clock.now(), text)
        if not ours:
            return
        outcome = self._transport.send(message)
        with transaction() as session:
            delivery.settle(session, mail_id, self._owner, outcome, clock.now())


def _write(mail_id: int) -> EmailMessage | None:
    """Compose the mail as things stand now; None when it lost its reason."""
    mail = db.session.scalars(select(OutboxMail).where(OutboxMail.id == mail_id)).one()
    with use_locale(mail.locale):
        reader = composers.Reader(mail.account_id, mail.locale)
        letter = composers.compose(mail.kind, mail.payload, reader)
    if letter is None:
        return None
    return build(
        letter,
        sender=settings().mail_from,
        to=mail.address,
        message_id=mail.message_id,
        locale=mail.locale,
    )


def beat(session: Session, name: str, now: datetime) -> None:
    """Note that a background process is alive."""
    dialect = sqlite if is_sqlite() else postgresql
    statement = dialect.insert(Heartbeat).values(name=name, at=now, detail="")
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"at": now}))


@every(5, "outbox")
def send_due(app: Flask) -> None:
    """Send what is due."""
    sender = app.extensions.setdefault("hanmadang.sender", Sender(app))
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


@every(3600, "tidy")
def tidy(app: Flask) -> None:
    """Forget idempotency keys that no honest client will repeat."""
    with app.app_context(), transaction() as session:
        idempotency.forget_old(session)
