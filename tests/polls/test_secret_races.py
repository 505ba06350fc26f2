"""A hall sends into one ballot box at once: each envelope is counted once, or refused."""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.writer import GroupWriter
from hanmadang.polls.domain import (
    Accepted,
    BallotSet,
    Refusal,
    Refused,
    Result,
    cast_many,
    change_state,
    secret_closing,
)
from hanmadang.polls.models import Ballot, Mode, PollState, Question, Receipt
from hanmadang.polls.models_secret import Box
from hanmadang.polls.shapes import Answer
from tests.factories.polls import NOW, OPINION, make_poll

Opener = Callable[[], Any]
HALL = 60


@pytest.fixture
def hall(write: Opener) -> tuple[int, int, int]:
    """(poll, question, option) of an open secret poll."""
    with write() as session:
        poll = make_poll(session, OPINION, mode=Mode.SECRET)
        question = poll.questions[0]
        return poll.id, question.id, question.options[0].id


def all_vote(vote: Callable[[int], Any]) -> list[Any]:
    """Every seat at the same moment; returns what each vote gave."""
    start = threading.Barrier(HALL)

    def seat(number: int) -> Any:
        start.wait()
        return vote(number)

    with ThreadPoolExecutor(HALL) as pool:
        return list(pool.map(seat, range(HALL)))


def close(app: Flask, poll_id: int) -> None:
    with app.app_context(), transaction() as session:
        change_state(session, None, poll_id, PollState.CLOSED, now=NOW)


def totals(read: Opener) -> tuple[int, int, int]:
    """(ballots, answered, receipts)."""
    with read() as session:
        rows = (
            session.scalar(select(func.count()).select_from(each)) for each in (Ballot, Receipt)
        )
        ballots, receipts = (int(each or 0) for each in rows)
        return ballots, session.scalars(select(Question.answered)).one(), receipts


def test_a_device_that_sends_many_times_at_once_takes_part_once(
    app: Flask, read: Opener, hall: tuple[int, int, int]
) -> None:
    poll, question, option = hall
    writers = [GroupWriter[BallotSet, Result](app, cast_many) for _ in range(2)]

    def vote(seat: int) -> Result:
        sent = BallotSet(poll, f"device {seat % 6}", f"{seat}-the-key", {question: [option]})
        return writers[seat % 2].write(sent)

    results = all_vote(vote)
    assert sum(isinstance(each, Accepted) for each in results) == 6
    assert {each.reason for each in results if isinstance(each, Refused)} == {Refusal.ALREADY}
    with read() as session:
        assert session.get_one(Box, poll).participants == 6
    close(app, poll)
    assert totals(read) == (6, 6, 6)


def rush(app: Flask, hall: tuple[int, int, int]) -> int:
    """Everybody votes while one closes; how many votes were acknowledged."""
    poll, question, option = hall
    writer: GroupWriter[BallotSet, Result] = GroupWriter(app, cast_many)

    def vote(seat: int) -> Result | None:
        if seat == HALL // 2:
            close(app, poll)
            return None
        return writer.write(BallotSet(poll, f"device {seat}", "the-key-", {question: [option]}))

    results = [each for each in all_vote(vote) if each is not None]
    assert {each.reason for each in results if isinstance(each, Refused)} <= {Refusal.CLOSED}
    return sum(isinstance(each, Accepted) for each in results)


def test_an_envelope_is_counted_or_refused_whenever_the_poll_closes(
    app: Flask, read: Opener, hall: tuple[int, int, int]
) -> None:
    accepted = rush(app, hall)
    assert totals(read) == (accepted, accepted, accepted)


def test_the_twin_that_looks_into_the_box_before_it_locks_loses_answers(
    app: Flask, read: Opener, hall: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    poll, question, option = hall
    look = secret_closing._sheets

    def cast(voter: str) -> None:
        with app.app_context(), transaction() as session:
            cast_many(session, [BallotSet(poll, voter, "the-key-", {question: [option]})])

    cast("early")
    with app.app_context():
        seen: list[Mapping[int, Answer]] = list(look(db.session(), poll))

    def too_early(_session: Session, _poll: int) -> list[Mapping[int, Answer]]:
        return seen

    monkeypatch.setattr(secret_closing, "_sheets", too_early)
    cast("late")
    close(app, poll)
    assert totals(read) == (1, 1, 2)
