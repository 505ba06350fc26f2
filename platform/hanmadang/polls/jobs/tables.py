"""Publishing tables by attributes: counted here, decided in a child process, stored here.

Seconds of numpy would hold up every page of this process, and nothing is decided in a request.
"""

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask

import hanmadang
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.polls.domain.releases import store_release, store_weights, unpacked
from hanmadang.polls.jobs.apart import each_apart
from hanmadang.polls.queries.cubes import Due, WeightsDue, due, tables_order, weights_due
from hanmadang.reminders.ticks import every, stopping

log = logging.getLogger(__name__)
_SECONDS = 60
_LONGEST = 300
"""Seconds after which a child is given up; the next tick tries again."""
Found = TypeVar("Found", bound=Due | WeightsDue)
_IMPORT_ROOT = Path(hanmadang.__file__).resolve().parent.parent


@every(_SECONDS, "poll tables")
def publish_tables(app: Flask) -> None:
    """Publish tables by attributes where they are due, then weighted totals."""
    try:
        with app.app_context():
            waiting = due(db.session())
        each_apart(_going(app, waiting), partial(_publish, app), _named("Tables"))
    finally:
        with app.app_context():
            unweighted = weights_due(db.session())
        each_apart(_going(app, unweighted), partial(_weigh, app), _named("Weighted totals"))


def _going(app: Flask, waiting: Iterable[Found]) -> Iterator[Found]:
    """What waits, until this process is to end."""
    return takewhile(lambda _found: not stopping(app).is_set(), waiting)


def _named(what: str) -> Callable[[Due | WeightsDue], str]:
    return lambda found: f"{what} of question {found.question_id}"


def _publish(app: Flask, found: Due) -> None:
    with app.app_context():
        order = tables_order(db.session(), found)
    held = order["held"]
    [made] = decided([{**order, "held": None if held is None else unpacked(held)}])
    with app.app_context(), transaction() as session:
        if not store_release(session, found, made, now=clock.now()):
            log.info("Question %d was released by another process.", found.question_id)


def _weigh(app: Flask, missing: WeightsDue) -> None:
    [made] = decided([missing.order])
    with app.app_context(), transaction() as session:
        store_weights(session, missing, made)


def decided(orders: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the child process answers. Raises subprocess.SubprocessError when it fails."""
    if not orders:
        return []
    done = subprocess.run(
        [sys.executable, "-m", "hanmadang.polls.survey.worker"],
        input=json.dumps(orders),
        capture_output=True,
        text=True,
        check=True,
        timeout=_LONGEST,
        env=dict(_surroundings()),
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def _surroundings() -> Iterator[tuple[str, str]]:
    """Only what Python needs: no secret of ours reaches the child."""
    yield "PYTHONPATH", str(_IMPORT_ROOT)
    yield "OPENBLAS_NUM_THREADS", "1"
    for name in ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH"):
        if name in os.environ:
            yield name, os.environ[name]
