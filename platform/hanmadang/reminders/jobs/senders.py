"""A sender: claims what is due, has each mail written, hands it over and records the outcome."""

import logging

from flask import Flask
from sqlalchemy.exc import OperationalError

from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.ids import new_key
from hanmadang.reminders import composers
from hanmadang.reminders.domain import delivery
from hanmadang.reminders.messages import Message, build
from hanmadang.reminders.models import OutboxMail
from hanmadang.reminders.outcomes import Outcome, UnsendableError, Verdict
from hanmadang.reminders.ticks import stopping
from hanmadang.reminders.transports import Transport, choose

log = logging.getLogger(__name__)
_SETTLE_PAUSES = (0.5, 2.0, 5.0)
"""Seconds: a database that restarts must not turn a known answer into an uncertain one."""


class Sender:
    """One sender: a name for its leases and one connection, kept while there is work."""

    def __init__(self, app: Flask, transport: Transport | None = None) -> None:
        self._app = app
        self._owner = new_key()
        self._stopping = stopping(app)
        with app.app_context():
            self._transport = transport or choose(settings())

    def drain(self, batch: int = delivery.BATCH) -> int:
        """Send until nothing is due, the server is away or the process is to end.

        Returns how many mails were taken in hand.
        """
        done = 0
        try:
            while (taken := self.batch(batch)) == batch:
                done += taken
            return done + taken
        finally:
            self._transport.close()

    def batch(self, most: int = delivery.BATCH) -> int:
        """Claim and send one batch; returns how many mails were taken in hand.

        When the server is away or the process is to end, the rest of the batch is given back.
        """
        taken = 0
        for mail_id in self._claim(most):
            if self._stopping.is_set() or not self._deliver(mail_id):
                self._give_back()
                break
            taken += 1
        return taken

    def _claim(self, most: int) -> list[int]:
        with self._app.app_context(), transaction() as session:
            delivery.recover(session, clock.now())
            return list(delivery.claim(session, self._owner, clock.now(), most))

    def _give_back(self) -> None:
        with self._app.app_context(), transaction() as session:
            delivery.give_back(session, self._owner)

    def _deliver(self, mail_id: int) -> bool:
        """Send one mail; False when the server cannot be reached."""
        with self._app.app_context():
            try:
                written = _write(mail_id)
            except Exception as error:
                log.exception("Mail %d could not be written.", mail_id)
                self._decline(mail_id, error)
                return True
            if written is None:
                with transaction() as session:
                    delivery.drop(session, mail_id, self._owner)
                return True
            message, kept = written
            with transaction() as session:
                ours = delivery.begin(session, mail_id, self._owner, clock.now(), kept)
            return not ours or self._hand_over(mail_id, message)

    def _decline(self, mail_id: int, error: Exception) -> None:
        """One mail that cannot be written must not hold up the others."""
        verdict = Verdict.REFUSED if isinstance(error, UnsendableError) else Verdict.LATER
        words = f"could not be written: {type(error).__name__}: {error}"[:500]
        with transaction() as session:
            outcome = Outcome(verdict, None, words)
            delivery.decline(session, mail_id, self._owner, outcome, clock.now())

    def _hand_over(self, mail_id: int, message: Message) -> bool:
        outcome = self._transport.send(message)
        for pause in _SETTLE_PAUSES:
            try:
                self._settle(mail_id, outcome)
            except OperationalError:
                log.warning("Mail %d: its outcome could not be recorded yet.", mail_id)
                clock.pause(pause)
            else:
                return outcome.reachable
        self._settle(mail_id, outcome)
        return outcome.reachable

    def _settle(self, mail_id: int, outcome: Outcome) -> None:
        with transaction() as session:
            delivery.settle(session, mail_id, self._owner, outcome, clock.now())


def _write(mail_id: int) -> tuple[Message, str | None] | None:
    """The mail as things stand now and the copy to keep; None when it lost its reason."""
    mail = db.session.get(OutboxMail, mail_id)
    if mail is None:  # its reader was erased
        return None
    with use_locale(mail.locale):
        reader = composers.Reader(mail.account_id, mail.locale)
        letter = composers.compose(mail.kind, mail.payload, reader)
    if letter is None:
        return None
    message = build(
        letter,
        sender=settings().mail_from,
        to=mail.address,
        message_id=mail.message_id,
        locale=mail.locale,
    )
    return message, None if letter.secret else message.text
