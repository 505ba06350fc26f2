"""Matrix: every route as every kind of person on own and foreign objects, on both databases.

The same expectation, world and marked words as tests/matrix, here over HTTP to a running server.
The twin serves a house whose organizers reach every institution, and must be caught leaking.
"""

from dataclasses import dataclass

from hanmadang.kernel.db import transaction
from proofs import Run, Verdict
from proofs.house import DATABASES, LOCAL, House, opened
from tests.matrix import world as worlds
from tests.matrix.actors import PARTS
from tests.matrix.canaries import Ornithologist
from tests.matrix.crawl import Cell, Crawler, Report
from tests.matrix.doors import HttpDoor
from tests.matrix.policy import Policy
from tests.matrix.watch import PostgresWatch, SqliteWatch

SHOWN = 10
"""How many findings of a kind are printed."""
_SQLITE = "sqlite:///"


@dataclass(frozen=True, slots=True)
class Found:
    """What one database's house was found to do."""

    report: Report
    undeclared: int

    @property
    def holds(self) -> bool:
        """Whether everything was as the file says."""
        found = (self.report.faults, self.report.writes, self.report.leaks, self.report.bare)
        return not (any(found) or self.undeclared)


def prove(run: Run) -> Verdict:
    """The whole matrix twice; `SCALE` takes a random part of its cells."""
    every = [_crawl(name, run) for name in DATABASES]
    cells = sum(each.report.cells for each in every)
    routes = max(len(each.report.routes) for each in every)
    faults = sum(len(each.report.faults) for each in every)
    writes = sum(len(each.report.writes) for each in every)
    leaks = sum(len(each.report.leaks) for each in every)
    bare = sum(len(each.report.bare) for each in every)
    undeclared = sum(each.undeclared for each in every)
    summary = (
        f"{routes} routes x {len(PARTS)} actors, {cells:,} cells on {len(DATABASES)} databases, "
        f"{undeclared} undeclared, {faults} unexpected, {writes} silent writes, {leaks} leaks, "
        f"{bare} bare answers"
    )
    figures = {
        "routes": routes, "actors": len(PARTS), "cells": cells, "undeclared": undeclared,
        "unexpected": faults, "writes": writes, "leaks": leaks, "bare": bare,
    }  # fmt: skip
    passed = all(each.holds for each in every)
    return Verdict(passed if not run.twin else passed or not leaks, summary, figures)


def _crawl(database: str, run: Run) -> Found:
    wsgi = "proofs.wsgi_matrix" if run.twin else "wsgi"
    with opened(database, wsgi=wsgi, demo=True) as house:
        crawler = _crawler(house)
        undeclared = crawler.policy.undeclared(crawler.app)
        report = crawler.run(_part(list(crawler.cells()), run))
        crawler.watch.close()
    for kind in (undeclared, report.faults, report.writes, report.leaks, report.bare):
        for finding in kind[: 0 if run.twin else SHOWN]:
            print(f"{database}: {finding}")
    return Found(report, len(undeclared))


def _part(cells: list[Cell], run: Run) -> list[Cell]:
    kept = set(run.random().sample(range(len(cells)), min(len(cells), run.size(len(cells), 500))))
    return [cell for number, cell in enumerate(cells) if number in kept]


def _crawler(house: House) -> Crawler:
    with house.app.app_context(), transaction() as session:
        world = worlds.build(session)
    url = house.environment["DATABASE_URL"]
    local = url.startswith(_SQLITE)
    watch = SqliteWatch(url.removeprefix(_SQLITE)) if local else PostgresWatch(url)
    policy = Policy.read()
    door, ears = HttpDoor(LOCAL, house.ports[0]), Ornithologist(policy.allowances)
    return Crawler(house.app, door, watch, world, policy, ears)
