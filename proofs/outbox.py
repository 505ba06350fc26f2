"""Reminders: senders are killed while they work; nobody is forgotten, extra copies are bounded.

Three scheduler processes send to a real SMTP sink, on SQLite and on PostgreSQL, while now and
then one of them gets SIGKILL and another takes its place. The twin runs the same schedulers
without claims.
"""

import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path

from flask import Flask
from sqlalchemy import select

from hanmadang.factory import create_app
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.reminders.domain import outbox
from hanmadang.reminders.models import OPEN, OutboxMail
from hanmadang.settings import load
from proofs import Run, Verdict
from tests.support import postgres, smtp

ROOT = Path(__file__).resolve().parent.parent
REMINDERS, KILLS, SENDERS = 2_000, 10, 3
SECONDS_BETWEEN_KILLS = 4.0
PATIENCE = 420.0
"""Seconds: a lease, the pause after an uncertain hand-over, twice, and the work itself."""
SECRET = "a key for the proof of the outbox only"  # noqa: S105  (guards nothing)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one database's run showed."""

    reminders: int
    kills: int
    missing: int
    extra: int
    most_copies: int
    uncertain: int
    """Hand-overs of which nobody knows how they ended."""
    unaccounted: int
    """Extra copies whose row does not admit an uncertain hand-over."""
    other_ids: int
    """Recipients whose copies differ in Message-ID."""
    open_rows: int
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether the promise was kept."""
        faults = self.missing + self.unaccounted + self.other_ids + self.open_rows
        return faults == 0 and self.extra <= self.kills


@dataclass(slots=True)
class Stage:
    """A product with its database, its mail server and its scheduler processes."""

    app: Flask
    sink: smtp.Sink
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def command(self, *words: str) -> subprocess.Popen[bytes]:
        """Start `flask …` as a process of its own."""
        line = [sys.executable, "-m", "flask", "--app", "proofs.wsgi_outbox", *words]
        return subprocess.Popen(
            line, cwd=ROOT, env=self.environment, stdout=subprocess.DEVNULL, start_new_session=True
        )

    def start_schedulers(self) -> None:
        """Bring the number of schedulers up to `SENDERS`."""
        while len(self.processes) < SENDERS:
            self.processes.append(self.command("scheduler"))

    def kill_one(self, chance: random.Random) -> None:
        """SIGKILL to one scheduler; another takes its place."""
        victim = self.processes.pop(chance.randrange(len(self.processes)))
        victim.kill()
        victim.wait()
        self.start_schedulers()

    def must_live(self) -> None:
        """Raises RuntimeError when a scheduler ended by itself: then nothing was proved."""
        if any(process.poll() is not None for process in self.processes):
            raise RuntimeError("a scheduler ended by itself")

    def stop(self) -> None:
        """End every scheduler, politely."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(timeout=60)

    def enqueue(self, count: int, over_s: float) -> None:
        """Reminders that fall due one after the other within `over_s` seconds."""
        with self.app.app_context(), transaction() as session:
            now = clock.now()
            for number in range(count):
                due = now + timedelta(seconds=over_s * number / count)
                mail = outbox.Mail(
                    "proof.reminder", f"proof:{number}", "1", due, now + timedelta(hours=1),
                    payload={"number": number},
                )  # fmt: skip
                to = outbox.Recipient(f"r{number}@example.org", "ko")
                outbox.enqueue(session, mail, to, now=now)

    def rows(self) -> list[OutboxMail]:
        """Every row of the outbox as it stands."""
        with self.app.app_context():
            return list(db.session().scalars(select(OutboxMail)))

    def open_rows(self) -> int:
        """How many mails may still leave."""
        return sum(row.state in OPEN for row in self.rows())


@contextmanager
def stage(database: str, *, twin: bool) -> Iterator[Stage]:
    """An empty product on that database, migrated, with a mail server that takes everything."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="hanmadang-proof-"))
        url = f"sqlite:///{folder}/outbox.sqlite"
        if database == "PostgreSQL":
            url = stack.enter_context(stack.enter_context(postgres.server()).database())
        sink = stack.enter_context(smtp.sink())
        settings = {
            "HANMADANG_INSTANCE": folder,
            "HANMADANG_LOG_LEVEL": "ERROR",
            "HANMADANG_MAIL_TRANSPORT": "smtp",
            "HANMADANG_SMTP_URL": sink.url,
            "DATABASE_URL": url,
            "SECRET_KEY": SECRET,
        }
        environment = os.environ | settings | {"PROOF_TWIN": "1" if twin else ""}
        ready = Stage(create_app(load(settings)), sink, environment)
        stack.callback(ready.stop)
        if ready.command("db", "upgrade").wait(timeout=120):
            raise RuntimeError("the migration failed")
        yield ready
        with ready.app.app_context():
            db.engine.dispose()


def measure(database: str, run: Run, *, twin: bool) -> Figures:
    """One run on one database; the twin gets everything due at once, and no kills."""
    count, chance = run.size(REMINDERS), run.random()
    kills = 0 if twin else run.size(KILLS)
    with stage(database, twin=twin) as here:
        start = time.monotonic()
        here.enqueue(count, 0 if twin else kills * SECONDS_BETWEEN_KILLS)
        here.start_schedulers()
        for _ in range(kills):
            time.sleep(SECONDS_BETWEEN_KILLS * chance.uniform(0.8, 1.2))
            _wait_for_work(here.sink)
            here.kill_one(chance)
        end = time.monotonic() + PATIENCE
        while here.open_rows() and time.monotonic() < end:
            here.must_live()
            time.sleep(1)
        here.stop()
        return count_up(here, count, kills, time.monotonic() - start)


def _wait_for_work(sink: smtp.Sink, at_most_s: float = 10) -> None:
    """Until a mail arrives: a sender killed at rest shows nothing."""
    before, end = len(sink.messages), time.monotonic() + at_most_s
    while len(sink.messages) == before and time.monotonic() < end:
        time.sleep(0.002)


def count_up(here: Stage, count: int, kills: int, seconds: float) -> Figures:
    """Compare what arrived with what the rows say."""
    copies = Counter(here.sink.recipients)
    ids: dict[str, set[str]] = {}
    for to, message in zip(here.sink.recipients, here.sink.messages, strict=True):
        ids.setdefault(to, set()).add(str(message["Message-ID"]))
    rows = here.rows()
    return Figures(
        reminders=count,
        kills=kills,
        missing=count - len(copies),
        extra=copies.total() - len(copies),
        most_copies=max(copies.values(), default=0),
        uncertain=sum(row.uncertain_count for row in rows),
        unaccounted=sum(copies[row.address] > row.uncertain_count + 1 for row in rows),
        other_ids=sum(len(each) > 1 for each in ids.values()),
        open_rows=sum(row.state in OPEN for row in rows),
        seconds=round(seconds, 1),
    )


def prove(run: Run) -> Verdict:
    """Both databases at once, and a small twin; with `run.twin`, the twin on both."""
    jobs = [("SQLite", run.twin), ("PostgreSQL", run.twin)]
    if not run.twin:
        jobs.append(("SQLite", True))
    with ThreadPoolExecutor(len(jobs)) as threads:
        results = list(threads.map(lambda job: measure(job[0], run, twin=job[1]), jobs))
    sqlite, postgresql, *twins = results
    twin = twins[0] if twins else sqlite
    both = (sqlite, postgresql)
    words = (
        f"{sqlite.reminders} reminders x 2 databases, {sqlite.kills} kills each,"
        f" {sum(each.missing for each in both)} missing,"
        f" {' + '.join(str(each.extra) for each in both)} extra, twin doubled {twin.extra}"
    )
    figures = {
        f"{name}_{key}": value
        for name, each in zip(("sqlite", "postgresql", "twin"), results, strict=False)
        for key, value in asdict(each).items()
    }
    caught = all(each.extra >= each.reminders / 2 for each in twins)
    return Verdict(all(each.holds for each in both) and caught, words, figures)
