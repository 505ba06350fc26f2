"""The same answer sent by many hands at once is one answer."""

import threading
from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from hanmadang.courses import domain
from hanmadang.courses.models import Answer, Enrolment, LearningEvent, UnitProgress
from hanmadang.kernel.db import transact
from hanmadang.kernel.permissions import Role, Viewer
from tests.courses.conftest import NOW, Classroom, three_units
from tests.factories import courses as make
from tests.factories.people import make_account

Write = Callable[[], Any]
HANDS = 8


def together(app: Flask, work: Callable[[int], Callable[[Any], object]]) -> None:
    """Run `work(hand)` in a transaction of its own in each of several threads, all at once."""
    ready, failed = threading.Barrier(HANDS), []

    def run(hand: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                transact(work(hand))
            except Exception as error:  # noqa: BLE001  (told by the assertion below)
                failed.append(error)

    threads = [threading.Thread(target=run, args=(hand,)) for hand in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def count(session: Any, table: type[Any]) -> int:
    return int(session.scalar(select(func.count()).select_from(table)))


def test_a_double_submission_is_recorded_once(
    app: Flask, classroom: Classroom, read: Write
) -> None:
    def send(_hand: int) -> Callable[[Any], object]:
        return lambda session: domain.answer(
            session, classroom.citizen, classroom.units[2], {"third": [1]}, key="same", now=NOW
        )

    together(app, send)
    with read() as session:
        assert count(session, Answer) == 1
        assert count(session, LearningEvent) == 2  # answered, completed
        assert session.scalars(select(UnitProgress.state)).all() == ["done"]


def test_different_tries_are_all_recorded(app: Flask, classroom: Classroom, read: Write) -> None:
    """The twin of the test above: it could see more than one answer, were there more."""

    def send(hand: int) -> Callable[[Any], object]:
        given = {"second": [hand // 4, 2 - hand % 2]} if hand else {"first": [0]}
        return lambda session: domain.answer(
            session, classroom.citizen, classroom.units[1], given, key=f"key-{hand}", now=NOW
        )

    together(app, send)
    with read() as session:
        assert count(session, Answer) > 2


def test_answers_to_different_questions_together_finish_the_unit(
    app: Flask, classroom: Classroom, read: Write
) -> None:
    def send(hand: int) -> Callable[[Any], object]:
        given = {"first": [1]} if hand % 2 else {"second": [0, 2]}
        return lambda session: domain.answer(
            session, classroom.citizen, classroom.units[1], given, key=f"key-{hand}", now=NOW
        )

    together(app, send)
    with read() as session:
        progress = session.scalars(select(UnitProgress)).one()
        assert (progress.state, progress.answered, progress.right) == ("done", 2, 2)


def test_enrolling_with_many_hands_is_one_enrolment(
    app: Flask, classroom: Classroom, write: Write, read: Write
) -> None:
    with write() as session:
        other = Viewer(account_id=make_account(session).id, roles=frozenset({Role.CITIZEN}))

    together(
        app,
        lambda _hand: (
            lambda session: domain.enrol(session, other, classroom.course_id, locale="ko", now=NOW)
        ),
    )
    with read() as session:
        assert count(session, Enrolment) == 2


def test_switching_with_many_hands_carries_once(
    app: Flask, classroom: Classroom, write: Write, read: Write
) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        make.publish(session, make.course(*three_units(), make.unit("four")))
    together(
        app,
        lambda _hand: (
            lambda session: domain.switch(session, classroom.citizen, classroom.course_id, now=NOW)
        ),
    )
    with read() as session:
        assert count(session, UnitProgress) == 2
