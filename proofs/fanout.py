"""Fan-out: 200 votes a second reach 1,000 screens (one process) and 10,000 (scale mode) in time.

A vote's way is timed from its scheduled sending to the frame that holds it, for every pair of vote
and screen. Pages are asked for meanwhile and beside an idle house. Screens, voters and server
share this machine. The twin loses every hint and reads nothing without one.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles

from sqlalchemy import select

from hanmadang.kernel.db import db
from hanmadang.polls.models import Poll
from proofs import Run, Verdict
from proofs.hall import Paper, ask
from proofs.house import ROOT, House, Manner, served
from proofs.phones import Line, allow_many_files, get
from tests.support import redis

RATE, SECONDS, VOTERS, PER_PROCESS = 200, 20, 48, 2_500
PAGE_EVERY_S, PAGES_GOAL, MEMORY_GOAL_KB = 0.05, 3.0, 32.0
_PAGE = "/ko/polls"


@dataclass(frozen=True, slots=True)
class Stage:
    """A set-up and what is promised of it."""

    name: str
    database: str
    viewers: int
    goal_ms: float
    processes: int


STAGES = (
    Stage("embedded", "sqlite", 1_000, 500, 1),
    Stage("scale", "postgresql", 10_000, 800, 2),
)


@dataclass(slots=True)
class Found:
    """What one set-up brought."""

    stage: Stage
    viewers: int
    memory_kb: float = 0.0
    idle_ms: list[float] = field(default_factory=list)
    busy_ms: list[float] = field(default_factory=list)
    latency: Counter[int] = field(default_factory=Counter)
    """Milliseconds from vote to screen, and for how many pairs."""
    stale: int = 0
    gone: int = 0
    unanswered: int = 0
    """Votes not acknowledged by 303."""

    def percentile(self, share: float) -> int:
        """The latency that this share of all pairs did not exceed; a day if there were none."""
        left = share * self.latency.total()
        for milliseconds, number in sorted(self.latency.items()):
            left -= number
            if left <= 0:
                return milliseconds
        return 86_400_000

    @property
    def pages(self) -> float:
        """How much slower a page is meanwhile, at the 99th percentile."""
        return _p99(self.busy_ms) / _p99(self.idle_ms)

    @property
    def holds(self) -> bool:
        """Whether every goal is reached."""
        return (
            self.percentile(0.99) <= self.stage.goal_ms
            and self.stale + self.gone + self.unanswered == 0
            and self.memory_kb <= MEMORY_GOAL_KB
            and self.pages <= PAGES_GOAL
        )


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98]


def prove(run: Run) -> Verdict:
    """Both set-ups."""
    allow_many_files()
    with redis.server() as url:
        found = [_staged(stage, url, run) for stage in STAGES]
    figures = {
        f"{each.stage.name}_{what}": figure
        for each in found
        for what, figure in (
            ("viewers", each.viewers), ("p50_ms", each.percentile(0.5)),
            ("p99_ms", each.percentile(0.99)), ("stale", each.stale), ("gone", each.gone),
            ("unanswered", each.unanswered), ("kb_per_viewer", round(each.memory_kb, 1)),
            ("pages_x", round(each.pages, 1)), ("page_idle_p99_ms", round(_p99(each.idle_ms), 1)),
        )
    }  # fmt: skip
    summary = "; ".join(_words(each) for each in found)
    return Verdict(all(each.holds for each in found), summary, figures)


def _words(found: Found) -> str:
    return (
        f"{found.stage.name}: {found.viewers} screens, {RATE} votes/s, vote to screen "
        f"p50 {found.percentile(0.5)} p99 {found.percentile(0.99)} ms "
        f"(goal {found.stage.goal_ms:g} ms), {found.stale} stale, {found.gone} gone, "
        f"{found.unanswered} votes unanswered, {found.memory_kb:.1f} KB a screen "
        f"(goal {MEMORY_GOAL_KB:g}), pages {found.pages:.1f}x idle (goal {PAGES_GOAL:g}x)"
    )


def _staged(stage: Stage, redis_url: str, run: Run) -> Found:
    manner = Manner(
        stage.processes,
        is_shared=True,
        wsgi="proofs.wsgi_fanout" if run.twin else "wsgi",
        limits=True,
        durable=True,
        redis_url=redis_url if stage.processes > 1 else "",
    )
    found = Found(stage, run.size(stage.viewers, 100))
    with served(stage.database, manner) as house:
        paper = ask(house)
        with house.app.app_context():
            code = str(db.session.scalar(select(Poll.code).where(Poll.id == paper.id)))
        asyncio.run(_pages(house, found.idle_ms, run.size(8, 4)))
        before = _memory(house)
        with _screens(house, code, found.viewers) as screens:
            found.memory_kb = (_memory(house) - before) / found.viewers
            votes = RATE * run.size(SECONDS, 5)
            start = asyncio.run(_busy(house, paper, votes, run, found))
            _settle(screens, start, votes, found)
    return found


@contextmanager
def _screens(house: House, code: str, viewers: int) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes full of screens, all of them connected."""
    processes = []
    for first in range(0, viewers, PER_PROCESS):
        number = min(PER_PROCESS, viewers - first)
        words = [str(house.ports[0]), code, str(number), str(1_000_000 + first)]
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "proofs.viewers", *words],
                cwd=ROOT, env=house.environment, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )
        )  # fmt: skip
    try:
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        yield processes
    finally:
        for process in processes:
            process.terminate()
            process.wait()


async def _busy(house: House, paper: Paper, votes: int, run: Run, found: Found) -> float:
    """Votes on schedule, and pages meanwhile; returns when the first vote was due."""
    chance, start = run.random(), time.monotonic() + 1
    requests = iter([paper.fill(chance).request for _ in range(votes)])
    turn = iter(range(votes))

    async def vote() -> None:
        line = Line(house.ports[0])
        for number in turn:
            await asyncio.sleep(max(0.0, start + number / RATE - time.monotonic()))
            found.unanswered += (await line.ask(next(requests))).status != 303
        line.close()

    pages = _pages(house, found.busy_ms, votes / RATE)
    await asyncio.gather(pages, *(vote() for _ in range(VOTERS)))
    await asyncio.sleep(3)
    return start


async def _pages(house: House, milliseconds: list[float], seconds: float) -> None:
    """Ask for a page twenty times a second."""
    line, end = Line(house.ports[0]), time.monotonic() + seconds
    for _ in range(5):
        await line.ask(get(_PAGE))
    while (start := time.monotonic()) < end:
        reply = await line.ask(get(_PAGE))
        assert reply.status == 200
        milliseconds.append((time.monotonic() - start) * 1e3)
        await asyncio.sleep(max(0.0, start + PAGE_EVERY_S - time.monotonic()))
    line.close()


def _settle(screens: list[subprocess.Popen[str]], start: float, votes: int, found: Found) -> None:
    """Ask the screens what they saw, and time each vote on each."""
    for process in screens:
        output, _ = process.communicate()
        told = json.loads(output)
        found.gone += told["gone"]
        found.stale += sum(number for answered, number in told["last"] if answered != votes)
        for before, after, seen_ms, number in told["rows"]:
            for vote in range(before, after):
                due_ms = (start + vote / RATE) * 1000
                found.latency[max(0, round(seen_ms - due_ms))] += number


def _memory(house: House) -> float:
    """Kilobytes that the server's processes hold."""
    total = 0.0
    for pid in house.pids:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
        total += int(rollup.partition("Pss:")[2].split()[0])
    return total
