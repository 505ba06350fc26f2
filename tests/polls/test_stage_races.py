"""Several moderators and a hall at once: one acts, the others are told; a lock is a lock."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.writer import GroupWriter
from hanmadang.polls.domain import Accepted, BallotSet, Refused, Result, cast_many
from hanmadang.polls.domain.stage import StageMovedError, Tap, locked, perform
from hanmadang.polls.models import Poll, Question
from hanmadang.polls.models_stage import Stage
from hanmadang.polls.shapes import Refusal
from hanmadang.polls.staging import Act
from tests.factories.polls import NOW, OPINION, make_poll

Opener = Callable[[], Any]
DESKS = 12
SEATS = 40


def at_once(count: int, act: Callable[[int], Any]) -> list[Any]:
    """Everybody acts at the same moment."""
    start = threading.Barrier(count)

    def one(number: int) -> Any:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.fixture
def poll(write: Opener) -> Poll:
    with write() as session:
        made = make_poll(session, OPINION, OPINION)
        perform(session, None, made.id, Tap(Act.LEAD), seen=0, now=NOW)
        assert made.questions[0].options
        return made


def test_of_many_moderators_who_saw_the_same_exactly_one_acts(
    app: Flask, poll: Poll, read: Opener
) -> None:
    def act(_desk: int) -> str:
        try:
            with app.app_context(), transaction() as session:
                tap = Tap(Act.EXTEND, seconds=60)
                perform(session, None, poll.id, tap, seen=1, now=NOW)
        except StageMovedError:
            return "told"
        return "acted"

    done = at_once(DESKS, act)
    assert (done.count("acted"), done.count("told")) == (1, DESKS - 1)
    with read() as session:
        assert session.get_one(Stage, poll.id).version == 2


def test_the_twin_that_looks_before_it_locks_lets_several_act(app: Flask, poll: Poll) -> None:
    """Sabotaged: the version is compared with what was read before the lock."""

    looked = threading.Barrier(DESKS)

    def careless(_desk: int) -> bool:
        with app.app_context():
            seen = db.session.scalar(select(Stage.version).where(Stage.poll_id == poll.id))
        looked.wait()  # all have looked before anybody acts
        if seen != 1:
            return False
        with app.app_context(), transaction() as session:
            locked(session, poll.id)
            session.get_one(Stage, poll.id, populate_existing=True).version += 1
        return True

    assert sum(at_once(DESKS, careless)) > 1


def test_an_answer_counts_before_the_lock_or_is_refused_after_it(
    app: Flask, poll: Poll, read: Opener
) -> None:
    question = poll.questions[0]
    option, writers = question.options[0].id, [GroupWriter(app, cast_many) for _ in range(2)]
    counted_at_lock: list[int] = []

    def act(seat: int) -> Result | None:
        if seat == SEATS // 2:
            with app.app_context(), transaction() as session:
                tap = Tap(Act.LOCK, question.id)
                perform(session, None, poll.id, tap, seen=1, now=NOW)
                counted_at_lock.append(session.get_one(Question, question.id).answered)
            return None
        writer: GroupWriter[BallotSet, Result] = writers[seat % 2]
        return writer.write(
            BallotSet(poll.id, f"{seat}", f"{seat}-key-key", {question.id: (option,)})
        )

    results = [result for result in at_once(SEATS, act) if result is not None]
    accepted = sum(isinstance(result, Accepted) for result in results)
    refused = {result.reason for result in results if isinstance(result, Refused)}
    assert refused <= {Refusal.LOCKED}
    assert counted_at_lock == [accepted]
    with read() as session:
        assert session.get_one(Question, question.id).answered == accepted
