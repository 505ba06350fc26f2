"""Two tabs of one attempt: whatever they do at once has one outcome."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from hanmadang.courses.domain import quiz
from hanmadang.courses.models import Answer, LearningEvent, Question, QuizAttempt, UnitProgress
from hanmadang.kernel.db import transact
from hanmadang.kernel.errors import DomainError
from tests.courses.test_attempts import EXAM, Exam, exam_of, minutes

Write = Callable[[], Any]
Act = Callable[[int, Any], Any]
HANDS = 8


@pytest.fixture
def exam(write: Write) -> Exam:
    return exam_of(write, EXAM)


def together(app: Flask, act: Act) -> list[Any]:
    """What each of several hands was told, all acting at once in transactions of their own."""
    ready, told = threading.Barrier(HANDS), list[Any]()

    def run(hand: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                told.append(transact(lambda session: act(hand, session)))
            except Exception as error:  # noqa: BLE001  (judged by the test)
                told.append(error)

    threads = [threading.Thread(target=run, args=(hand,)) for hand in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def count(session: Any, table: type[Any]) -> int:
    return int(session.scalar(select(func.count()).select_from(table)))


def test_starting_with_many_hands_is_one_attempt(app: Flask, exam: Exam, read: Write) -> None:
    told = together(app, lambda _hand, session: exam.start(session).number)
    assert told == [1] * HANDS
    with read() as session:
        assert count(session, QuizAttempt) == 1


def test_handing_in_with_many_hands_counts_once(
    app: Flask, exam: Exam, write: Write, read: Write
) -> None:
    with write() as session:
        exam.start(session)
        given = exam.give(session, right=3)

    def hand_in(_hand: int, session: Any) -> Any:
        return quiz.hand_in(session, exam.citizen, exam.unit_id, 1, given, now=minutes(5)).score

    assert together(app, hand_in) == [1.0] * HANDS
    with read() as session:
        assert count(session, Answer) == 3
        assert count(session, LearningEvent) == 4  # three answers, and done


def test_tabs_that_save_different_answers_lose_none(
    app: Flask, exam: Exam, write: Write, read: Write
) -> None:
    with write() as session:
        exam.start(session)
        given = list(exam.give(session, right=3).items())
    told = together(app, lambda hand, session: exam.save(session, dict([given[hand % len(given)]])))
    assert told == [None] * HANDS
    with read() as session:
        assert len(session.scalars(select(QuizAttempt.saved)).one()) == 3


def test_handing_in_against_the_end_of_the_time_has_one_outcome(
    app: Flask, exam: Exam, write: Write, read: Write
) -> None:
    with write() as session:
        exam.start(session)
        given = exam.give(session, right=3)

    def race(hand: int, session: Any) -> Any:
        if hand % 2:
            return quiz.settle(session, exam.citizen, exam.unit_id, now=minutes(21))
        now = minutes(20) + timedelta(seconds=9)
        return quiz.hand_in(session, exam.citizen, exam.unit_id, 1, given, now=now).score

    scores = {each for each in together(app, race) if each is not None}
    assert len(scores) == 1
    with read() as session:
        attempt = session.scalars(select(QuizAttempt)).one()
        assert {attempt.score} == scores
        assert attempt.submitted_at == minutes(20)
        assert count(session, Answer) == (3 if attempt.score else 0)
        done = session.scalars(select(UnitProgress.state)).one()
        assert done == ("done" if attempt.score else "started")


def test_saving_against_handing_in_keeps_the_score_of_what_is_stored(
    app: Flask, exam: Exam, write: Write
) -> None:
    """The self-check after each test recomputes the score from the answers stored."""
    with write() as session:
        exam.start(session)
        right, wrong = exam.give(session, right=3), exam.give(session, right=0, wrong=3)

    def race(hand: int, session: Any) -> None:
        if hand == HANDS // 2:
            quiz.hand_in(session, exam.citizen, exam.unit_id, 1, {}, now=minutes(5))
        else:
            exam.save(session, right if hand % 2 else wrong)

    told = together(app, race)
    assert all(each is None or isinstance(each, quiz.AttemptOverError) for each in told)


def test_looking_first_and_starting_later_would_start_twice(
    app: Flask, exam: Exam, write: Write
) -> None:
    """The sabotaged twin: without the turn that the verbs take, the same hands come apart.

    What they saw before the transaction is acted on inside it; the table then refuses the second
    attempt, so that even then nobody gets two.
    """
    looked = threading.Barrier(HANDS)

    def careless(_hand: int) -> Any:
        with app.app_context():
            seen = transact(lambda session: count(session, QuizAttempt))
            looked.wait()
            return transact(lambda session: _begin_after(session, exam, seen))

    told: list[Any] = []

    def run(hand: int) -> None:
        try:
            told.append(careless(hand))
        except (IntegrityError, DomainError) as error:
            told.append(error)

    threads = [threading.Thread(target=run, args=(hand,)) for hand in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(each, IntegrityError) for each in told) == HANDS - 1


def _begin_after(session: Any, exam: Exam, seen: int) -> int:
    attempt = QuizAttempt(
        account_id=exam.citizen.id,
        unit_id=exam.unit_id,
        number=seen + 1,
        state="open",
        started_at=minutes(0),
        deadline=minutes(20),
        seed="seed",
        drawn=_first_three(session),
        saved={},
    )
    session.add(attempt)
    session.flush()
    return attempt.number


def _first_three(session: Any) -> list[int]:
    return list(session.scalars(select(Question.id).limit(3)))
