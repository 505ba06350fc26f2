"""Many at once, against a real database: nothing lost, nothing counted after the close."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.kernel.clock import pause
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
)
from hanmadang.polls.models import Ballot, PollState, Question, Tally
from tests.factories.polls import NOW, OPINION, make_poll

Opener = Callable[[], Any]
HALL = 60
VOTES = 3


def hall(write: Opener) -> tuple[int, int, list[int]]:
    """(poll, question, options) of an open poll."""
    with write() as session:
        poll = make_poll(session, OPINION)
        question = poll.questions[0]
        return poll.id, question.id, [option.id for option in question.options]


def all_vote(vote: Callable[[int, int], Any]) -> list[Any]:
    """Every seat votes `VOTES` times, all seats at once; returns what each vote gave."""
    start = threading.Barrier(HALL)

    def seat(number: int) -> list[Any]:
        start.wait()
        return [vote(number, turn) for turn in range(VOTES)]

    with ThreadPoolExecutor(HALL) as pool:
        return [result for results in pool.map(seat, range(HALL)) for result in results]


def totals(read: Opener) -> tuple[int, int, int]:
    """(sum of counters, answered, ballots)."""
    with read() as session:
        counted = session.scalar(select(func.sum(Tally.count))) or 0
        answered = session.scalar(select(func.sum(Question.answered))) or 0
        return counted, answered, session.scalar(select(func.count()).select_from(Ballot)) or 0


def test_a_hall_that_keeps_changing_its_mind_is_counted_exactly(
    app: Flask, write: Opener, read: Opener
) -> None:
    poll, question, options = hall(write)
    writer: GroupWriter[BallotSet, Result] = GroupWriter(app, cast_many)

    def vote(seat: int, turn: int) -> Result:
        chosen = frozenset([options[(seat + turn) % 3]])
        return writer.write(
            BallotSet(poll, f"seat {seat}", f"{seat}-{turn}-key", {question: chosen})
        )

    results = all_vote(vote)
    assert all(isinstance(result, Accepted) for result in results)
    assert totals(read) == (HALL, HALL, HALL)


def test_two_writers_at_once_stay_exact(app: Flask, write: Opener, read: Opener) -> None:
    poll, question, options = hall(write)
    writers = [GroupWriter[BallotSet, Result](app, cast_many) for _ in range(2)]

    def vote(seat: int, turn: int) -> Result:
        chosen = frozenset([options[(seat + turn) % 3]])
        sent = BallotSet(poll, f"seat {seat % 10}", f"{seat}-{turn}-key", {question: chosen})
        return writers[seat % 2].write(sent)

    results = all_vote(vote)
    assert all(isinstance(result, Accepted) for result in results)
    assert totals(read) == (10, 10, 10)


def test_the_twin_that_writes_back_what_it_read_loses_counts(
    app: Flask, write: Opener, read: Opener
) -> None:
    _poll, _question, options = hall(write)

    def careless(seat: int, turn: int) -> None:
        with app.app_context():
            seen = db.session.scalar(select(Tally.count).where(Tally.option_id == options[0])) or 0
        pause(0.001)
        with app.app_context(), transaction() as session:
            session.get_one(Tally, options[0]).count = seen + 1

    all_vote(careless)
    with read() as session:
        assert session.get_one(Tally, options[0]).count < HALL * VOTES
    with write() as session:
        session.get_one(Tally, options[0]).count = 0


def test_a_vote_counts_before_the_close_or_is_refused_after_it(
    app: Flask, write: Opener, read: Opener
) -> None:
    poll, question, options = hall(write)
    writer: GroupWriter[BallotSet, Result] = GroupWriter(app, cast_many)

    def vote(seat: int, turn: int) -> Result | None:
        if (seat, turn) == (HALL // 2, 1):
            with app.app_context(), transaction() as session:
                change_state(session, None, poll, PollState.CLOSED, now=NOW)
            return None
        sent = BallotSet(poll, f"{seat} {turn}", "k" * 8, {question: frozenset([options[0]])})
        return writer.write(sent)

    results = [result for result in all_vote(vote) if result is not None]
    accepted = sum(isinstance(result, Accepted) for result in results)
    refused = [result for result in results if isinstance(result, Refused)]
    assert {result.reason for result in refused} <= {Refusal.CLOSED}
    assert totals(read) == (accepted, accepted, accepted)


def test_a_poisoned_ballot_fails_alone(app: Flask, write: Opener, read: Opener) -> None:
    poll, question, options = hall(write)

    def cast_unless_poisoned(session: Session, ballots: Any) -> Any:
        results = cast_many(session, ballots)
        if any(each.voter_key == "poison" for each in ballots):
            raise ZeroDivisionError
        return results

    writer: GroupWriter[BallotSet, Result] = GroupWriter(app, cast_unless_poisoned)

    def vote(seat: int, turn: int) -> Result | str:
        voter = "poison" if seat == 7 else f"seat {seat}"
        try:
            return writer.write(
                BallotSet(poll, voter, f"{turn}-key-key", {question: frozenset([options[turn]])})
            )
        except ZeroDivisionError:
            return "poisoned"

    results = all_vote(vote)
    assert results.count("poisoned") == VOTES
    assert totals(read) == (HALL - 1, HALL - 1, HALL - 1)
