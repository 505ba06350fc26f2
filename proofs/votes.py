"""Votes: 50,000 per database over HTTP, 60 processes killed meanwhile; none lost, double or wrong.

Phones send the same bytes until they are acknowledged; some change their minds, some send twice,
some send late copies. Then polls are closed under fire: what was acknowledged is counted, what
was refused is not. SQLite runs as the one process of the embedded default, PostgreSQL as two
workers on one socket. The twin says thanks before it writes.
"""

import asyncio
import time
from dataclasses import dataclass

from proofs import Run, Verdict
from proofs.hall import Reckoning, ask, close_under_fire, reckon, storm
from proofs.house import DATABASES, Manner, served
from proofs.phones import allow_many_files

VOTES, KILLS, CLOSINGS, REQUESTS = 50_000, 60, 3, 2_000
PROCESSES = {"sqlite": 1, "postgresql": 2}


@dataclass(frozen=True, slots=True)
class Found:
    """What one database brought."""

    acknowledged: int
    devices: int
    errors: int
    reckoning: Reckoning
    closing: int
    """Votes around closing instants that are not where their answers said."""
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether nothing at all was wrong."""
        return not (self.reckoning.faults or self.errors or self.closing)


def prove(run: Run) -> Verdict:
    """The storm and the closings on both databases."""
    allow_many_files()
    found = {name: asyncio.run(_storm(name, run)) for name in DATABASES}
    words = [f"{name}: {_words(each)}" for name, each in found.items()]
    summary = f"{run.size(KILLS, 3)} kills each; {'; '.join(words)}"
    figures = {
        f"{name}_{field}": figure
        for name, each in found.items()
        for field, figure in (
            ("acknowledged", each.acknowledged), ("lost", each.reckoning.lost),
            ("double", each.reckoning.double), ("wrong", each.reckoning.wrong),
            ("receipts", each.reckoning.receipts), ("fsck", each.reckoning.fsck),
            ("errors", each.errors), ("closing", each.closing), ("seconds", each.seconds),
        )
    }  # fmt: skip
    return Verdict(all(each.holds for each in found.values()), summary, figures)


def _words(found: Found) -> str:
    faults = found.reckoning
    return (
        f"{found.acknowledged} acknowledged to {found.devices} phones in {found.seconds:.0f} s, "
        f"{faults.lost} lost, {faults.double} double, {faults.wrong} wrong, "
        f"{faults.receipts} receipts off, fsck {faults.fsck}, {found.errors} errors, "
        f"{found.closing} off at the close"
    )


async def _storm(database: str, run: Run) -> Found:
    wsgi = "proofs.wsgi_votes" if run.twin else "wsgi"
    manner = Manner(PROCESSES[database], is_shared=True, wsgi=wsgi, limits=True, durable=True)
    chance = run.random()
    with served(database, manner) as house:
        paper, start = ask(house), time.monotonic()
        votes, kills = run.size(VOTES, 500), run.size(KILLS, 3)
        heard = await storm(house, paper, votes, kills, chance)
        seconds = round(time.monotonic() - start, 1)
        reckoning = await reckon(house, paper, heard, chance)
        closings = 0 if run.twin else CLOSINGS
        off = [
            await close_under_fire(house, run.size(REQUESTS, 200), chance) for _ in range(closings)
        ]
        devices, errors = len(heard.final), heard.errors.total()
        return Found(heard.acknowledged, devices, errors, reckoning, sum(off), seconds)
