"""Many paths made anew: of everybody by night, of those concerned when a poll closes.

A path is right without this: every visit makes it anew where its inputs changed. This only makes
sure that it is there already when somebody comes, and when letters speak of it. Child processes,
which are polite, read and plan; this process only stores, a few paths at a time.
"""

import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import Any

from flask import Flask

from hanmadang.curricula.domain import nightly, store_plans
from hanmadang.curricula.domain.nightly import Claim
from hanmadang.curricula.models import RunCause
from hanmadang.curricula.queries.crowd import Remade
from hanmadang.curricula.queries.nightly import next_people, polls_to_follow
from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transaction
from hanmadang.polls import apart, children
from hanmadang.reminders.ticks import every, stopping

log = logging.getLogger(__name__)
PER_CHILD = 1000
"""People in one child's order: its start then costs little, and its answers fit on the disk."""
STORED_AT_ONCE = 20
"""Paths in one transaction, so that no page waits long for its turn to write."""
CHILD = children.Child("paths", 600, reads_database=True, module="hanmadang.curricula.child")


@every(3, "paths after a poll")
def follow_polls(app: Flask) -> None:
    """Make the paths of those who brought answers from a poll anew once it has closed."""
    with app.app_context():
        waiting = polls_to_follow(db.session(), clock.now())
    for poll_id in waiting:
        if stopping(app).is_set():
            return
        work = partial(run, app, RunCause.POLL, str(poll_id))
        apart.spared(app, f"paths after poll {poll_id}", work)


def run(app: Flask, cause: RunCause, ref: str) -> bool:
    """Carry a run to its end; False where it ended before or another process is at it."""
    with app.app_context(), transaction() as session:
        held = nightly.claim(session, cause, ref, now=clock.now())
    return held is not None and _carry(app, held)


def _carry(app: Flask, held: Claim) -> bool:
    try:
        while people := _next(app, held):
            further = _get_on(app, held, people)
            if further is None:
                return False
            held = further
    except BaseException:
        with app.app_context(), transaction() as session:
            nightly.let_go(session, held, now=clock.now())
        raise
    return _end(app, held)


def _end(app: Flask, held: Claim) -> bool:
    with app.app_context(), transaction() as session:
        nightly.end(session, held, now=clock.now())
    return True


def _get_on(app: Flask, held: Claim, people: Sequence[int]) -> Claim | None:
    made = _remake(app, people)
    with app.app_context(), transaction() as session:
        return nightly.get_on(
            session, held, upto=people[-1], looked_at=len(people), made=made, now=clock.now()
        )


def processes() -> int:
    """How many children work at once: one for each processor, at most four."""
    return min(4, os.cpu_count() or 1)


def _next(app: Flask, held: Claim) -> Sequence[int]:
    with app.app_context():
        number = processes() * PER_CHILD
        return next_people(db.session(), held.cause, held.ref, held.upto, number)


def _remake(app: Flask, people: Sequence[int]) -> int:
    """Plan in children side by side, store what comes back; returns how many were stored."""
    share = -(-len(people) // processes())
    parts = [people[start : start + share] for start in range(0, len(people), share)]
    with ThreadPoolExecutor(len(parts)) as together:
        return sum(together.map(partial(_one_child, app), parts))


def _one_child(app: Flask, people: Sequence[int]) -> int:
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
        zone = settings().zone
    order = {
        "database": url, "people": list(people), "now": clock.now().isoformat(), "zone": zone,
    }  # fmt: skip
    found, made = children.ask(app, CHILD, order), 0
    while rows := list(islice(found, STORED_AT_ONCE)):
        made += _store(app, rows)
    return made


def _store(app: Flask, rows: Sequence[dict[str, Any]]) -> int:
    paths = [Remade(**{**row, "rests_on": tuple(row["rests_on"])}) for row in rows]
    with app.app_context(), transaction() as session:
        return store_plans(session, paths, now=clock.now())
