"""Secret polls: with every copy of database and log, voter and answer stay apart.

A hall votes one by one, in a known order with known answers, over real HTTP routes; after each
vote database, write-ahead log and log lines are copied and searched (`proofs.linking`). After the
close the stored ballots are laid beside the order of voting. The twin runs the same hall through
a poll whose answers can be changed: its counters move, and the attack must find nearly everybody.
"""

import json
import logging
import random
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade

from hanmadang.factory import create_app
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.logs import JsonLines
from hanmadang.polls.domain import change_state
from hanmadang.polls.forms.reading import marker
from hanmadang.polls.models import Mode, Poll, PollState
from hanmadang.settings import load
from proofs import Run, Verdict
from proofs.linking import Try, Watcher, by_each_trace, by_order, by_traces, places_in, sqlite_copy
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, TWO_OR_THREE, make_poll

VOTERS = 400


def prove(run: Run) -> Verdict:
    """One hall, all attacks."""
    mode = Mode.EDITABLE if run.twin else Mode.SECRET
    with tempfile.TemporaryDirectory() as folder:
        tries = attack(Path(folder), mode, run.size(VOTERS, 120), run.random())
    found = [each for each in tries if each.links]
    best = max(tries, key=lambda each: each.deviations)
    summary = (
        f"{len(tries)} attacks, {len(found)} link; best: {best.name}, {best.right} of "
        f"{best.guesses} right, {best.guesses * best.chance:.0f} by chance"
    )
    return Verdict(not found, summary, {each.name: each.right for each in tries})


def attack(folder: Path, mode: Mode, voters: int, chance: random.Random) -> list[Try]:
    """Let a hall vote under the eyes of the attacker, close, and try everything."""
    app = _house(folder)
    path = folder / "hanmadang.sqlite"
    slug, poll_id, fields = _poll(app, mode)
    answers = [turn % len(fields) for turn in range(voters)]
    chance.shuffle(answers)
    (folder / "scratch").mkdir()
    watcher = Watcher(lambda: sqlite_copy(path, folder / "scratch"))
    watcher.start()
    for answer in answers:
        with _logged() as lines:
            _vote(app, slug, fields[answer])
        watcher.voted(lines)
    traces = watcher.traces
    while_open = [by_traces(traces, answers), *by_each_trace(traces, answers)]
    with app.app_context(), transaction() as session:
        change_state(session, None, poll_id, PollState.CLOSED, now=NOW)
    after = [each for order in _orders(path, fields) for each in by_order(*order, answers)]
    with app.app_context():
        db.engine.dispose()
    return [*while_open, *after]


def _house(folder: Path) -> Flask:
    app = create_app(load({}, instance=folder, base_url="http://localhost", limits=False))
    app.test_client_class = Browser
    with app.app_context():
        upgrade()
    return app


Fields = dict[str, list[int]]


def _poll(app: Flask, mode: Mode) -> tuple[str, int, list[Fields]]:
    """Two questions; three ways to answer, of different length."""
    with app.app_context(), transaction() as session:
        poll: Poll = make_poll(session, OPINION, TWO_OR_THREE, mode=mode)
        one, several = poll.questions
        names = f"q{one.id}", f"q{several.id}"
        ways: list[Fields] = []
        for place, many in ((0, 2), (1, 3), (2, 0)):
            chosen = [option.id for option in several.options[:many]]
            both = {names[0]: [one.options[place].id], names[1]: chosen}
            ways.append(both | {marker(names[1]): [1]})
        return poll.slug, poll.id, ways


def _vote(app: Flask, slug: str, fields: Fields) -> None:
    browser = app.test_client()
    assert isinstance(browser, Browser)
    answer = browser.send(f"/ko/polls/{slug}", dict(fields))
    assert answer.status_code == 303, answer.status


@contextmanager
def _logged() -> Iterator[list[str]]:
    """Whatever the server would write, at its most talkative."""
    lines: list[str] = []
    handler, root = logging.Handler(), logging.getLogger()
    handler.setFormatter(JsonLines())
    handler.emit = lambda record: lines.append(handler.format(record))  # type: ignore[method-assign]
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(before)


def _orders(path: Path, fields: Sequence[Fields]) -> Iterator[tuple[str, list[int]]]:
    """Ballots of the first question as they are stored: by name, by row, by place in each file."""
    way = {found: place for place, each in enumerate(fields) for found in next(iter(each.values()))}
    question = int(next(iter(fields[0])).removeprefix("q"))
    statement = "SELECT voter_key, choices FROM poll_ballot WHERE question_id = ?"
    with closing(sqlite3.connect(path)) as connection:
        stored = {
            name: way[json.loads(choices)[0]]
            for name, choices in connection.execute(statement, [question])
        }
        yield "order of names", [stored[name] for name in sorted(stored)]
        yield "order of rows", list(stored.values())
        log = path.with_name(f"{path.name}-wal").read_bytes()
        yield "place in the log", places_in(log, stored)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    yield "place in the file", places_in(path.read_bytes(), stored)
