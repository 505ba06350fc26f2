"""Publishing tables by attributes: counted here, decided in a child process, stored here.

Seconds of numpy would hold up every page of this process, and nothing is decided in a request.
"""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from flask import Flask

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.polls import apart, children
from hanmadang.polls.domain.releases import store_release, store_weights, unpacked
from hanmadang.polls.queries.cubes import Due, WeightsDue, due, tables_order, weights_due
from hanmadang.reminders.ticks import every, stopping

log = logging.getLogger(__name__)
_SECONDS = 60
CHILD = children.Child("tables", seconds=300)


@every(_SECONDS, "poll tables")
def publish_tables(app: Flask) -> None:
    """Publish tables by attributes where they are due, then weighted totals.

    Each by itself: one that fails holds up no other.
    """
    for step in (_tables, _weights):
        for about, work in step(app):
            if stopping(app).is_set():
                return
            apart.spared(app, about, work)


def _tables(app: Flask) -> Iterator[tuple[str, Callable[[], None]]]:
    with app.app_context():
        waiting = due(db.session())
    for found in waiting:
        about = f"{found.audience.value} tables of question {found.question_id}"
        yield about, partial(_publish, app, found)


def _weights(app: Flask) -> Iterator[tuple[str, Callable[[], None]]]:
    with app.app_context():
        missing = weights_due(db.session())
    for found in missing:
        yield f"weights of question {found.question_id}", partial(_weigh, app, found)


def _publish(app: Flask, found: Due) -> None:
    with app.app_context():
        order = tables_order(db.session(), found)
    held = order["held"]
    made = decided(app, {**order, "held": None if held is None else unpacked(held)})
    with app.app_context(), transaction() as session:
        if not store_release(session, found, made, now=clock.now()):
            log.info("Question %d was released by another process.", found.question_id)


def _weigh(app: Flask, missing: WeightsDue) -> None:
    made = decided(app, missing.order)
    with app.app_context(), transaction() as session:
        store_weights(session, missing, made)


def decided(app: Flask, order: dict[str, Any]) -> dict[str, Any]:
    """What the child process answers. Raises as `children.ask`."""
    [found] = children.ask(app, CHILD, order)
    return dict(found)
