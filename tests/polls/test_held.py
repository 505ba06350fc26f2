"""A batch looks its voters up by key, also where the database believes that the poll is empty."""

from collections.abc import Callable, Iterable
from typing import Any, cast

import pytest
from sqlalchemy import Connection, Table, select, text
from sqlalchemy.orm import Session

from hanmadang.polls.domain import BallotSet, cast_many, casting
from hanmadang.polls.models import Ballot, Mode, Question
from tests.factories.polls import NOW, OPINION, ballot, make_poll

FEW, MANY, ASKED, BATCH = 40, 4_000, 30, 100
Opener = Callable[[], Any]
_BALLOT = cast("Table", Ballot.__table__)
_READ = text(
    "SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))"
    " FROM pg_stat_xact_user_tables WHERE relname IN ('poll_ballot', 'poll_participation')"
)


def crowded(session: Session, mode: Mode, number: int) -> Question:
    """What that many voters answered before the database gathered statistics again."""
    question = make_poll(session, OPINION, mode=mode).questions[0]
    for first in range(0, number, BATCH):
        cast_many(session, batch(question, 0, range(first, min(number, first + BATCH))), now=NOW)
    return question


def batch(question: Question, choice: int, voters: Iterable[int]) -> list[BallotSet]:
    """One answer of each of them."""
    return [ballot(question, choice, voter=f"voter {each}") for each in voters]


def effort(session: Session, work: Callable[[], object]) -> int:
    """What the database did: rows it read (PostgreSQL), or steps of its machine (SQLite)."""
    if session.get_bind().dialect.name == "postgresql":
        before = int(session.execute(_READ).scalar_one())
        work()
        return int(session.execute(_READ).scalar_one()) - before
    steps = 0

    def step() -> None:
        nonlocal steps
        steps += 1

    driver: Any = session.connection().connection.driver_connection
    driver.set_progress_handler(step, 1)
    work()
    driver.set_progress_handler(None, 1)
    return steps


def spent(write: Opener, mode: Mode, number: int) -> int:
    """The effort of a batch of people who had answered before."""
    with write() as session:
        question = crowded(session, mode, number)
        again = batch(question, 1, range(ASKED))
    with write() as session:
        return effort(session, lambda: cast_many(session, again, now=NOW))


@pytest.mark.parametrize("mode", [Mode.EDITABLE, Mode.SECRET])
def test_a_batch_costs_the_same_however_many_have_voted(write: Opener, mode: Mode) -> None:
    few = spent(write, mode, FEW)
    assert 0 < spent(write, mode, MANY) < 1.5 * few


def test_reading_the_whole_poll_would_be_seen(
    write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = spent(write, Mode.EDITABLE, FEW)

    def whole(connection: Connection, poll_id: int, _voters: object) -> object:
        return connection.execute(select(_BALLOT).join(Question).where(Question.poll_id == poll_id))

    monkeypatch.setattr(casting, "held", whole)
    assert spent(write, Mode.EDITABLE, MANY) > 3 * few
