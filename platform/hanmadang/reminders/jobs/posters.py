"""A poster: claims due deliveries, sends each to its webhook and records the outcome."""

import logging
from dataclasses import dataclass

from flask import Flask

from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.ids import new_key
from hanmadang.reminders import posting
from hanmadang.reminders.domain import hook_queue
from hanmadang.reminders.models_hooks import Hook, HookDelivery
from hanmadang.reminders.outcomes import Outcome, Verdict
from hanmadang.reminders.rules import secret_of, signature
from hanmadang.reminders.ticks import every, stopping

log = logging.getLogger(__name__)
_MOST_BATCHES = 20
"""Of one tick; the next one goes on."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one request needs, read before the database is let go."""

    hook_id: int
    url: str
    secret: str
    message_id: str
    body: str


class Poster:
    """One sender with a name for its leases."""

    def __init__(self, app: Flask, find: posting.Resolve = posting.resolve) -> None:
        self._app = app
        self._find = find
        self._owner = new_key()
        self._stopping = stopping(app)

    def drain(self) -> int:
        """Send until nothing is due or the process is to end; how many requests left."""
        done = 0
        for _round in range(_MOST_BATCHES):
            ids = self._claim()
            done += self._batch(ids)
            if not ids or self._stopping.is_set():
                break
        return done

    def _batch(self, ids: list[int]) -> int:
        """A webhook that does not answer is asked once in a batch: its others may wait."""
        silent: set[int] = set()
        done = 0
        for delivery_id in ids:
            if self._stopping.is_set():
                break
            sheet = self._sheet(delivery_id)
            if sheet is None or sheet.hook_id in silent or not self._begin(delivery_id):
                continue
            outcome = self._post(sheet)
            done += 1
            self._settle(delivery_id, outcome)
            if outcome.verdict is not Verdict.ACCEPTED:
                silent.add(sheet.hook_id)
        self._give_back(silent)
        return done

    def _claim(self) -> list[int]:
        with self._app.app_context(), transaction() as session:
            hook_queue.recover(session, clock.now())
            return list(hook_queue.claim(session, self._owner, clock.now()))

    def _sheet(self, delivery_id: int) -> Sheet | None:
        with self._app.app_context():
            row = db.session.get(HookDelivery, delivery_id)
            hook = db.session.get(Hook, row.hook_id) if row else None
            if row is None or hook is None:  # deleted meanwhile
                return None
            secret = secret_of(settings().secret_key, hook.seed)
            return Sheet(hook.id, hook.url, secret, row.message_id, row.body)

    def _begin(self, delivery_id: int) -> bool:
        with self._app.app_context(), transaction() as session:
            return hook_queue.begin(session, delivery_id, self._owner, clock.now())

    def _post(self, sheet: Sheet) -> Outcome:
        try:
            with self._app.app_context():
                allowed = settings().hooks_to_loopback
            to = posting.target(sheet.url, to_loopback=allowed, find=self._find)
        except DomainError as error:
            return Outcome(Verdict.LATER, None, type(error).__name__, reachable=False)
        stamp = int(clock.now().timestamp())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Hanmadang-Webhooks",
            "webhook-id": sheet.message_id,
            "webhook-timestamp": str(stamp),
            "webhook-signature": signature(sheet.secret, sheet.message_id, stamp, sheet.body),
        }
        return posting.post(to, headers, sheet.body.encode())

    def _settle(self, delivery_id: int, outcome: Outcome) -> None:
        with self._app.app_context(), transaction() as session:
            if not hook_queue.settle(session, delivery_id, self._owner, outcome, clock.now()):
                log.warning("Delivery %d was taken over by another sender.", delivery_id)

    def _give_back(self, silent: set[int]) -> None:
        """What was claimed and not sent is due again, after a moment where nobody answered."""
        with self._app.app_context(), transaction() as session:
            hook_queue.give_back(session, self._owner, silent, clock.now())


@every(5, "webhooks")
def post_due(app: Flask) -> None:
    """Send what is due."""
    poster: Poster | None = app.extensions.get("hanmadang.poster")
    if poster is None:
        poster = app.extensions["hanmadang.poster"] = Poster(app)
    poster.drain()
