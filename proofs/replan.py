"""Replanning: everybody's paths by night in flat memory; a poll's people within a minute.

The product serves pages in one process and runs its jobs in another, as `flask serve --scale` and
`flask scheduler` do. A poll closes with 10,000 consented participants; their paths must be there
within 60 s, and pages meanwhile take at most twice as long. Then the night's run makes the paths
of 100,000 people anew while memory is watched. The twin works the night out in one piece.
"""

import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from statistics import median

from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from hanmadang.curricula.domain import nightly, store_plans
from hanmadang.curricula.jobs import replan
from hanmadang.curricula.models import RunCause, StoredPlan
from hanmadang.curricula.queries.crowd import remade
from hanmadang.curricula.queries.nightly import is_done
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transact, transaction
from hanmadang.polls.domain import change_state
from hanmadang.polls.models import PollState
from proofs import Run, Verdict
from proofs.crowd import open_shelf, settle
from proofs.house import DATABASES, ROOT, House, Manner, Person, end, served
from tests.factories import polls

LESSONS, CONSENTED, STORED = 120, 10_000, 100_000
SECONDS_GOAL, PAGE_GOAL, GROWTH_GOAL_MB, CHILD_GOAL_MB = 60.0, 2.0, 64.0, 256.0
_PAUSE = 0.05
"""Between two requests, so that the page's own speed is measured and not its queue."""
_PAGES, _STARTED, _PATIENCE = 90, 5.0, 600.0


@dataclass(slots=True)
class Found:
    """What one database brought."""

    fresh: float
    """Seconds from the poll's end until every path was there."""
    page: float
    """The median page meanwhile as a multiple of the median page before."""
    page_ms: float
    night: float
    made: int
    growth_mb: float
    """By how much this process grew during the night's run."""
    child_mb: float
    """The largest child."""

    def holds(self, people: int) -> bool:
        """Whether every goal is reached."""
        return (
            self.fresh <= SECONDS_GOAL
            and self.page <= PAGE_GOAL
            and self.made == people
            and self.growth_mb <= GROWTH_GOAL_MB
            and self.child_mb <= CHILD_GOAL_MB
        )


def prove(run: Run) -> Verdict:
    """All figures on both databases."""
    people = run.size(STORED, 500)
    found = {name: _measured(name, run, people) for name in DATABASES}
    words = "; ".join(f"{name}: {_words(each, run, people)}" for name, each in found.items())
    figures = {
        f"{name}_{what}": figure
        for name, each in found.items()
        for what, figure in (
            ("fresh_s", round(each.fresh, 1)), ("page_x", round(each.page, 2)),
            ("page_ms", round(each.page_ms, 1)), ("night_s", round(each.night, 1)),
            ("made", each.made), ("growth_mb", round(each.growth_mb, 1)),
            ("child_mb", round(each.child_mb, 1)),
        )
    }  # fmt: skip
    return Verdict(all(each.holds(people) for each in found.values()), words, figures)


def _words(found: Found, run: Run, people: int) -> str:
    return (
        f"{run.size(CONSENTED, 50)} people of a poll fresh in {found.fresh:.1f} s "
        f"(goal {SECONDS_GOAL:g} s), pages {found.page:.2f}x meanwhile (goal {PAGE_GOAL:g}x), "
        f"{found.made} of {people} paths over {LESSONS} lessons by night in {found.night:.0f} s, "
        f"grew by {found.growth_mb:.0f} MB (goal {GROWTH_GOAL_MB:g}), "
        f"children {found.child_mb:.0f} MB (goal {CHILD_GOAL_MB:g})"
    )


def _measured(database: str, run: Run, people: int) -> Found:
    chance, concerned = run.random(), run.size(CONSENTED, 50)
    with served(database, Manner(durable=True)) as house:
        (reader,) = house.people(1)
        with house.app.app_context():
            poll_id = transact(_opened)
            with transaction() as session:
                settle(session, chance, concerned, poll_id=poll_id, now=clock.now())
                nobody = nightly.claim(session, RunCause.NIGHT, _today(), now=clock.now())
                assert nobody is not None
                nightly.end(session, nobody, now=clock.now())
        before = _paced(house, reader, lambda taken: len(taken) >= _PAGES)
        with _scheduler(house):
            fresh, during = _closed(house, reader, poll_id)
        with house.app.app_context(), transaction() as session:
            session.execute(update(StoredPlan).values(inputs_hash="old"))
            settle(session, chance, people - concerned, poll_id=poll_id, now=clock.now())
        night, growth, made = _night(house.app, twin=run.twin)
        child_mb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    page = median(during) / median(before)
    return Found(fresh, page, median(before) * 1e3, night, made, growth, child_mb)


def _opened(session: Session) -> int:
    open_shelf(session, LESSONS)
    return polls.make_poll(session).id


def _today() -> str:
    return clock.now().astimezone(clock.zone("Asia/Seoul")).date().isoformat()


def _paced(house: House, reader: Person, enough: Callable[[Sequence[float]], bool]) -> list[float]:
    """Seconds of each page, one after another, until it is enough."""
    taken: list[float] = []
    while not enough(taken):
        for path in ("/ko/my-path", "/ko/events", "/ko/polls"):
            start = time.perf_counter()
            status = house.ask(path, reader).status
            taken.append(time.perf_counter() - start)
            if status != HTTPStatus.OK:
                message = f"{path} answered {status}"
                raise RuntimeError(message)
            time.sleep(_PAUSE)
    return taken


@contextmanager
def _scheduler(house: House) -> Iterator[None]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "scheduler"]
    process = subprocess.Popen(
        command, env=house.environment, cwd=ROOT, stdout=subprocess.DEVNULL,
        stderr=(Path(house.environment["HANMADANG_INSTANCE"]) / "scheduler.log").open("ab"),
    )  # fmt: skip
    try:
        time.sleep(_STARTED)
        yield
    finally:
        end(process)


def _closed(house: House, reader: Person, poll_id: int) -> tuple[float, list[float]]:
    """Close the poll; how long until its people's paths were there, and the pages meanwhile."""
    with house.app.app_context(), transaction() as session:
        change_state(session, None, poll_id, PollState.CLOSED, now=clock.now())
    start = time.monotonic()
    ended: list[float] = []

    def enough(_taken: Sequence[float]) -> bool:
        since = time.monotonic() - start
        with house.app.app_context():
            if not ended and is_done(db.session(), RunCause.POLL, str(poll_id)):
                ended.append(since)
        return bool(ended) or since > _PATIENCE

    pages = _paced(house, reader, enough)
    return (ended[0] if ended else _PATIENCE), pages


def _night(app: Flask, *, twin: bool) -> tuple[float, float, int]:
    """Seconds, megabytes by which this process grew, and paths that were made."""
    start, before, peak, ended = time.monotonic(), _resident(), [0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(0.1):
            peak[0] = max(peak[0], _resident())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        if twin:
            _in_one_piece(app)
        else:
            replan.run(app, RunCause.NIGHT, "proof")
    finally:
        ended.set()
        watcher.join()
    with app.app_context():
        fresh = select(func.count()).select_from(StoredPlan).where(StoredPlan.inputs_hash != "old")
        made = db.session().scalar(fresh) or 0
    return time.monotonic() - start, max(0.0, peak[0] - before), made


def _in_one_piece(app: Flask) -> None:
    """The twin: every path in memory at once, then all in one transaction."""
    now = clock.now().astimezone(clock.zone("Asia/Seoul"))
    with app.app_context():
        people = db.session().scalars(select(StoredPlan.account_id)).all()
        paths = list(remade(db.session(), people, now=now))
    with app.app_context(), transaction() as session:
        store_plans(session, paths, now=now)


def _resident() -> float:
    """Megabytes that this process holds."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20
