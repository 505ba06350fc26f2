"""A hall asks, up-votes, merges and closes at once, against a real database."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from hanmadang.kernel.clock import pause
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError
from hanmadang.polls.domain import audience, audience_desk, change_state
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_audience import AskState, AudienceQuestion, Upvote
from tests.factories.audience import make_sitting, put_question, put_upvotes, somebody
from tests.factories.polls import NOW

Opener = Callable[[], Any]
HALL = 24


def all_at_once(act: Callable[[int], Any]) -> list[Any]:
    """Every seat acts, all at the same moment; returns what each gave."""
    start = threading.Barrier(HALL)

    def seat(number: int) -> Any:
        start.wait()
        return act(number)

    with ThreadPoolExecutor(HALL) as pool:
        return list(pool.map(seat, range(HALL)))


@pytest.fixture
def hall(write: Opener) -> tuple[Poll, list[int]]:
    """An open sitting with two questions."""
    with write() as session:
        poll = make_sitting(session)
        return poll, [put_question(session, poll, f"{n}?").id for n in range(2)]


def counts(read: Opener) -> tuple[list[int], int]:
    """(each question's counter, rows)."""
    with read() as session:
        counters = session.scalars(select(AudienceQuestion.upvotes).order_by(AudienceQuestion.id))
        return list(counters), session.scalar(select(func.count()).select_from(Upvote)) or 0


def tap(app: Flask, poll: Poll, question: int, device: str, *, wanted: bool = True) -> str:
    """One up-vote in a transaction of its own; the refusal's name, if it was refused."""
    with app.app_context():
        try:
            with transaction() as session:
                person = somebody(poll, device)
                audience.upvote(session, poll.id, question, person, wanted=wanted)
        except DomainError as error:
            return type(error).__name__
    return ""


def test_every_device_counts_once_however_often_it_taps(
    app: Flask, hall: tuple[Poll, list[int]], read: Opener
) -> None:
    poll, (question, _other) = hall
    all_at_once(lambda seat: [tap(app, poll, question, f"{seat % 8}") for _ in range(2)])
    assert counts(read) == ([8, 0], 8)


def test_a_question_sent_by_all_fingers_at_once_is_asked_once(
    app: Flask, hall: tuple[Poll, list[int]], read: Opener
) -> None:
    poll, _questions = hall

    def send(seat: int) -> int:
        person = somebody(poll, f"{seat % 3}")
        with app.app_context(), transaction() as session:
            asked = audience.ask(session, poll.id, person, "Once?", page="en", key="the-same")
            return asked.number

    assert set(all_at_once(send)) == {3, 4, 5}
    with read() as session:
        assert session.scalar(select(func.count(AudienceQuestion.id))) == 5


def test_taps_and_taps_back_end_where_the_rows_say(
    app: Flask, hall: tuple[Poll, list[int]], read: Opener
) -> None:
    poll, (question, _other) = hall
    all_at_once(lambda seat: tap(app, poll, question, f"{seat}"))
    all_at_once(lambda seat: tap(app, poll, question, f"{seat}", wanted=seat < 5))
    assert counts(read) == ([5, 0], 5)


def test_the_twin_that_writes_back_what_it_read_loses_upvotes(
    app: Flask, hall: tuple[Poll, list[int]], read: Opener, write: Opener
) -> None:
    _poll, (question, _other) = hall

    def careless(seat: int) -> None:
        with app.app_context():
            seen = db.session.get_one(AudienceQuestion, question).upvotes
        pause(0.001)
        with app.app_context(), transaction() as session:
            session.add(Upvote(question_id=question, device=f"{seat}"))
            session.get_one(AudienceQuestion, question).upvotes = seen + 1

    all_at_once(careless)
    counters, rows = counts(read)
    assert (rows, counters[0] < HALL) == (HALL, True)
    with write() as session:
        session.get_one(AudienceQuestion, question).upvotes = HALL


def test_merging_in_the_middle_counts_each_device_once(
    app: Flask, hall: tuple[Poll, list[int]], read: Opener
) -> None:
    poll, (one, other) = hall

    def act(seat: int) -> str:
        if seat != HALL // 2:
            return tap(app, poll, (one, other)[seat % 2], f"{seat // 2}")
        with app.app_context(), transaction() as session:
            audience_desk.merge(session, None, poll.id, other, seen=AskState.SHOWN, into=one)
        return ""

    assert set(all_at_once(act)) == {""}
    with read() as session:
        devices = session.scalar(select(func.count(Upvote.device.distinct())))
    assert (counts(read)[0][0], devices) == (HALL // 2, HALL // 2)


def test_an_upvote_counts_before_the_close_or_is_refused_after_it(
    app: Flask, hall: tuple[Poll, list[int]], read: Opener
) -> None:
    poll, (question, _other) = hall

    def act(seat: int) -> str:
        if seat != HALL // 2:
            return tap(app, poll, question, f"{seat}")
        with app.app_context(), transaction() as session:
            change_state(session, None, poll.id, PollState.CLOSED, now=NOW)
        return "close"

    results = all_at_once(act)
    accepted = results.count("")
    assert set(results) <= {"", "close", "NotTakenError"}
    assert counts(read) == ([accepted, 0], accepted)


def test_questions_asked_at_once_are_numbered_without_gaps(
    app: Flask, hall: tuple[Poll, list[int]], read: Opener
) -> None:
    poll, _questions = hall

    def act(seat: int) -> None:
        with app.app_context(), transaction() as session:
            put_question(session, poll, f"Seat {seat}?", device=f"{seat}")

    all_at_once(act)
    with read() as session:
        numbers = session.scalars(select(AudienceQuestion.number).order_by(AudienceQuestion.number))
        assert numbers.all() == list(range(1, HALL + 3))


def test_of_many_moderators_one_acts_and_the_others_are_told(
    app: Flask, hall: tuple[Poll, list[int]], read: Opener
) -> None:
    poll, (question, _other) = hall
    wishes = (AskState.ANSWERED, AskState.HIDDEN, AskState.NOW)

    def act(seat: int) -> str:
        wish = wishes[seat % 3]
        with app.app_context():
            try:
                with transaction() as session:
                    audience_desk.move(
                        session, None, poll.id, question, seen=AskState.SHOWN, to=wish
                    )
            except audience_desk.FasterError:
                return "told"
        return wish.value

    results = all_at_once(act)
    assert results.count("told") == HALL - 1
    with read() as session:
        assert session.get_one(AudienceQuestion, question).state in results


def test_two_questions_called_at_once_leave_one_on_the_hall_page(
    app: Flask, hall: tuple[Poll, list[int]], write: Opener, read: Opener
) -> None:
    poll, pair = hall
    with write() as session:
        put_upvotes(session, poll, pair[0], "a")

    def act(seat: int) -> None:
        with app.app_context():
            try:
                with transaction() as session:
                    audience_desk.move(
                        session, None, poll.id, pair[seat % 2], seen=AskState.SHOWN, to=AskState.NOW
                    )
            except audience_desk.FasterError:
                pass

    all_at_once(act)
    with read() as session:
        states = sorted(session.scalars(select(AudienceQuestion.state)))
    assert states == ["answered", "now"]
