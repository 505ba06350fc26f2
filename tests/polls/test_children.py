"""Child processes: held to their limits, ended with the house, and left alone after failing."""

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from shlex import quote
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hanmadang.kernel import clock
from hanmadang.paths import PACKAGES
from hanmadang.polls import apart, children, jobs
from hanmadang.polls.jobs import opinions, tables
from hanmadang.polls.models_profile import FirstRelease, Release
from hanmadang.polls.models_statements import OpinionResult
from hanmadang.polls.profiles import Attribute
from hanmadang.polls.queries import cubes
from hanmadang.polls.queries.opinions import due
from hanmadang.reminders.ticks import stopping
from tests.factories.polls import NOW
from tests.factories.profiles import MEN, WOMEN, come, crowd, make_asking
from tests.factories.statements import cast_votes, make_statements, two_camps

Opener = Callable[[], Any]


def failing() -> None:
    raise children.ChildError("no")


def tries(app: Flask, minutes: list[float], work: Callable[[], None] = failing) -> list[float]:
    """At which of these minutes the work was tried."""
    tried: list[float] = []

    def once(minute: float) -> None:
        tried.append(minute)
        work()

    with clock.frozen(NOW) as advance:
        gone = 0.0
        for minute in minutes:
            advance(timedelta(minutes=minute - gone))
            gone = minute
            apart.spared(app, "tables of question 1", lambda: once(gone))  # noqa: B023
    return tried


def test_what_fails_is_tried_again_after_one_five_and_thirty_minutes(app: Flask) -> None:
    looks = [0, 0.3, 0.9, 1, 2, 5.9, 6, 10, 35, 36, 37, 65, 66, 96]
    assert tries(app, looks) == [0, 1, 6, 36, 66, 96]


def test_each_failure_is_logged_once(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        tries(app, [0, 0.3, 0.6, 1, 2])
    assert [record.getMessage() for record in caplog.records] == [
        "No tables of question 1; the next try is in 1 minutes.",
        "No tables of question 1; the next try is in 5 minutes.",
    ]


def test_once_it_works_it_begins_anew(app: Flask) -> None:
    ends = iter([failing, lambda: None, failing])

    def work() -> None:
        next(ends)()

    assert tries(app, [0, 1, 1.5, 2, 2.5], work) == [0, 1, 1.5, 2.5]


def test_only_what_failed_rests(app: Flask) -> None:
    done: list[int] = []
    apart.spared(app, "tables of question 1", failing)
    apart.spared(app, "tables of question 2", lambda: done.append(2))
    assert done == [2]


# --- Limits -----------------------------------------------------------------------------------


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., children.Child]:
    """A child that runs these lines instead of a worker's."""

    def made(body: str, seconds: int = 20, megabytes: int = 2048) -> children.Child:
        (tmp_path / "stand_in.py").write_text(f"import time\n\ndef answers(order):\n    {body}\n")
        path = f"{tmp_path}:{PACKAGES}"
        start = (
            "import sys; from hanmadang.polls import child;"
            "child.WORKERS['stand_in'] = 'stand_in';"
            "child.main('stand_in', int(sys.argv[4]), int(sys.argv[5]))"
        )
        program = tmp_path / "python"
        program.write_text(
            f'#!/bin/sh\nPYTHONPATH={quote(path)} exec {quote(sys.executable)} -c "{start}" "$@"\n'
        )
        program.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(program))
        return children.Child("stand_in", seconds, megabytes)

    return made


def test_answers_come_one_after_the_other(app: Flask, worker: Any) -> None:
    child = worker("yield order['a']; yield [order['a']] * 3")
    assert list(children.ask(app, child, {"a": "통"})) == ["통", ["통"] * 3]


def test_a_child_that_takes_too_long_is_ended(app: Flask, worker: Any) -> None:
    began = time.monotonic()
    with pytest.raises(children.ChildError, match="took more than 1 seconds"):
        children.ask(app, worker("time.sleep(60); yield 1", seconds=1), {})
    assert time.monotonic() - began < 10


def test_a_child_whose_parent_is_gone_ends_by_itself(app: Flask, worker: Any) -> None:
    child = worker("yield sum(iter(int, 1))", seconds=1)
    with pytest.raises(children.ChildError):
        children.ask(app, child, {})
    ended = subprocess.run(
        [sys.executable, "-m", "x", "stand_in", "1", "2048"],
        input=b"{}", check=False, timeout=60, capture_output=True,
    )  # fmt: skip
    assert ended.returncode != 0


def test_a_child_that_wants_too_much_memory_says_so(app: Flask, worker: Any) -> None:
    with pytest.raises(children.ChildError, match="MemoryError"):
        children.ask(app, worker("yield len(bytes(2**30))", megabytes=512), {})


def test_the_end_of_the_house_ends_the_child_and_blames_nobody(
    app: Flask, worker: Any, caplog: pytest.LogCaptureFixture
) -> None:
    child = worker("time.sleep(60); yield 1")
    timer = threading.Timer(1, stopping(app).set)
    timer.start()
    try:
        apart.spared(app, "groups", lambda: children.ask(app, child, {}))
    finally:
        timer.join()
        stopping(app).clear()
    assert (caplog.records, app.extensions[apart.RESTS]) == ([], {})


def test_the_children_know_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HANMADANG_SECRET_KEY", "s" * 40)
    monkeypatch.setenv("PGPASSFILE", "/p")
    assert "HANMADANG_SECRET_KEY" not in opinions.CHILD.surroundings()
    assert opinions.CHILD.surroundings()["PGPASSFILE"] == "/p"
    assert "PGPASSFILE" not in tables.CHILD.surroundings()


# --- In the jobs ------------------------------------------------------------------------------


def test_tables_that_fail_hold_up_no_other_poll(
    app: Flask, write: Opener, read: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write() as session:
        polls = [make_asking(session, Attribute.SEX, first=FirstRelease.HUNDRED) for _ in "ab"]
        for poll in polls:
            come(session, poll, *crowd((WOMEN, 90), (MEN, 60)))
        spoiled, well = (poll.questions[0].id for poll in polls)
    counted = cubes.tables_order

    def one_fails(session: Any, found: Any) -> Any:
        return failing() if found.question_id == spoiled else counted(session, found)

    monkeypatch.setattr(tables, "tables_order", one_fails)
    jobs.publish_tables(app)
    with read() as session:
        assert set(session.scalars(select(Release.question_id))) == {well}


@pytest.mark.parametrize("honest", [True, False], ids=["claim taken back", "twin keeps it"])
def test_a_refresh_that_failed_is_tried_again_without_anybody_new(
    app: Flask, write: Opener, read: Opener, monkeypatch: pytest.MonkeyPatch, *, honest: bool
) -> None:
    with write() as session:
        poll = make_statements(session)
        cast_votes(session, poll.questions[0], two_camps(40))
    if not honest:
        monkeypatch.setattr(opinions, "unclaim", lambda *_: None)
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/bin/false")
        jobs.refresh_opinions(app)
    with read() as session:
        assert bool(due(session)) is honest
        assert session.scalar(select(func.max(OpinionResult.version))) == 0
