"""Vote cost: server CPU of a durable vote at 64 connections, its p99, newcomers, the poll's page.

CPU of all server processes per vote, as a multiple of a bare Flask view under the same server and
the same 64 connections, in turns in one run; the median of the turns counts. Everything is on:
device tokens, idempotency, limits, tallies, flushed commits. The twin sends every vote the long
way round, each with a commit of its own, and counts its poll's answers for each page.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field
from statistics import median, quantiles

from sqlalchemy import select

from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.ids import new_key
from hanmadang.polls.domain import BallotSet, cast_many
from hanmadang.polls.models import Question
from proofs import Run, Verdict
from proofs.cost import cost, cpu, getting, yardstick
from proofs.hall import Paper, ask
from proofs.house import DATABASES, House, Manner, served
from proofs.phones import Line, allow_many_files, get, sending

LINES, REQUESTS, ROUNDS, STORED = 64, 1_500, 9, 100_000
PROCESSES = {"sqlite": 1, "postgresql": 2}
CPU_GOAL, P99_GOAL_MS, PAGE_GOAL, FLAT_GOAL = 5.0, 100.0, 7.0, 1.25
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="([0-9a-f]+)"')
_DEVICE = re.compile(rb"hm_device=([\w-]+)")


@dataclass(slots=True)
class Found:
    """What one database brought."""

    ratios: list[float] = field(default_factory=list)
    micros: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    p99s_ms: list[float] = field(default_factory=list)
    refused: int = 0
    lost: int = 0
    page: float = 0.0
    """The poll's page as a multiple of the bare view."""
    growth: float = 0.0
    """The same page with all answers stored, as a multiple of itself without."""
    stored: int = 0
    """How many answers that were."""

    @property
    def holds(self) -> bool:
        """Whether every goal is reached."""
        return (
            median(self.ratios) <= CPU_GOAL
            and median(self.p99s_ms) <= P99_GOAL_MS
            and self.refused + self.lost == 0
            and self.page <= PAGE_GOAL
            and self.growth <= FLAT_GOAL
        )


def prove(run: Run) -> Verdict:
    """All figures on both databases."""
    allow_many_files()
    found = {name: _measured(name, run) for name in DATABASES}
    words = "; ".join(f"{name}: {_words(each)}" for name, each in found.items())
    figures = {
        f"{name}_{what}": figure
        for name, each in found.items()
        for what, figure in (
            ("cpu_x", round(median(each.ratios), 2)), ("cpu_us", round(median(each.micros))),
            ("votes_per_s", round(median(each.rates))),
            ("p99_ms", round(median(each.p99s_ms), 1)), ("refused", each.refused),
            ("lost", each.lost), ("page_x", round(each.page, 1)),
            ("growth_x", round(each.growth, 2)), ("stored", each.stored),
        )
    }  # fmt: skip
    return Verdict(all(each.holds for each in found.values()), words, figures)


def _words(found: Found) -> str:
    return (
        f"vote {median(found.ratios):.1f}x (goal {CPU_GOAL:g}x), "
        f"{median(found.rates):.0f}/s, p99 {median(found.p99s_ms):.0f} ms "
        f"(goal {P99_GOAL_MS:g} ms), newcomers {found.refused} refused {found.lost} lost, "
        f"poll page {found.page:.1f}x (goal {PAGE_GOAL:g}x), "
        f"with {found.stored} answers {found.growth:.2f} of that (goal {FLAT_GOAL:g})"
    )


def _measured(database: str, run: Run) -> Found:
    found = Found()
    wsgi = "proofs.wsgi_vote_cost" if run.twin else "wsgi"
    processes = PROCESSES[database]
    manner = Manner(processes, is_shared=True, wsgi=wsgi, limits=True, durable=True)
    with served(database, manner) as house, yardstick(house) as bare:
        paper = ask(house)
        for _ in range(run.size(ROUNDS, 3)):
            asyncio.run(_round(house, bare, paper, run, found))
            asyncio.run(_newcomers(house, ask(house), found))
        _page(house, bare, run, found)
    return found


async def _round(house: House, bare: tuple[int, int], paper: Paper, run: Run, found: Found) -> None:
    """One turn of the bare view, one of votes."""
    requests, chance = run.size(REQUESTS, 300), run.random()
    yard, _ = await _burst(bare[1], [get("/")] * requests, [bare[0]], 200)
    votes = [paper.fill(chance).request for _ in range(requests)]
    start = time.monotonic()
    vote, seconds = await _burst(house.ports[0], votes, house.pids, 303)
    found.rates.append(requests / (time.monotonic() - start))
    found.ratios.append(vote / yard)
    found.micros.append(vote * 1e6)
    found.p99s_ms.append(quantiles(seconds, n=100)[98] * 1e3)


async def _burst(
    port: int, requests: list[bytes], pids: list[int], status: int
) -> tuple[float, list[float]]:
    """Server CPU per request, and how long each took."""
    lines, left, seconds = [Line(port) for _ in range(LINES)], iter(requests), []

    async def run(line: Line) -> None:
        for request in left:
            start = time.perf_counter()
            reply = await line.ask(request)
            seconds.append(time.perf_counter() - start)
            if reply.status != status:
                message = f"a request was answered {reply.status}"
                raise RuntimeError(message)

    await asyncio.gather(*(line.ask(get("/healthz")) for line in lines))
    before = cpu(pids)
    await asyncio.gather(*map(run, lines))
    spent = cpu(pids) - before
    for line in lines:
        line.close()
    return spent / len(requests), seconds


async def _newcomers(house: House, paper: Paper, found: Found) -> None:
    """Phones that were never here open the page; then all of them answer at once."""
    lines = [Line(house.ports[0]) for _ in range(LINES)]
    replies = await asyncio.gather(*(line.insist(get(paper.path)) for line in lines))
    votes = [_first_vote(paper, *reply[1:]) for reply in replies]
    answers = await asyncio.gather(
        *(line.ask(vote) for line, vote in zip(lines, votes, strict=True))
    )
    for line in lines:
        line.close()
    counted = sum(answer.status == 303 for answer in answers)
    found.refused += LINES - counted
    with house.app.app_context():
        questions = select(Question.answered).where(Question.poll_id == paper.id)
        found.lost += max(counted - each for each in db.session.scalars(questions))


def _first_vote(paper: Paper, head: bytes, body: bytes) -> bytes:
    device, token = _DEVICE.search(head), _TOKEN.search(body)
    assert device, "the page set no device"
    assert token, "the page holds no token"
    answers = [(id_, options[:1]) for id_, options, _ in paper.questions]
    return sending(paper.path, answers, device[1].decode()).request


def _page(house: House, bare: tuple[int, int], run: Run, found: Found) -> None:
    """The page of a poll nobody answered beside the same page with all answers stored."""
    empty, full = ask(house), ask(house)
    found.stored = _store(house, full, run.size(STORED, 3_000))
    turns: list[tuple[float, float]] = []
    for _ in range(run.size(4 * ROUNDS, 8)):
        yard = cost([bare[0]], bare[1], getting("/"), 40)
        costs = [cost(house.pids, house.ports[0], getting(each.path), 20) for each in (empty, full)]
        turns.append((costs[1] / yard, costs[1] / costs[0]))
    found.page = median(turn[0] for turn in turns)
    found.growth = median(turn[1] for turn in turns)


def _store(house: House, paper: Paper, answers: int) -> int:
    """At least that many answers, one to each question from each of many devices; how many."""
    left = devices = answers // len(paper.questions) + 1
    chosen = {id_: options[:1] for id_, options, _ in paper.questions}
    with house.app.app_context():
        while left > 0:
            batch = [
                BallotSet(paper.id, new_key(), new_key(), chosen) for _ in range(min(left, 500))
            ]
            with transaction() as session:
                cast_many(session, batch)
            left -= len(batch)
    return devices * len(paper.questions)
