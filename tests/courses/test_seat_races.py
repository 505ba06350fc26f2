"""Thirty people press "Take a seat" at once; five are left. Threads, against the real database."""

from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update

from hanmadang.courses.domain.seats import RunFullError, leave_seat
from hanmadang.courses.models import CourseRun, RunSeat
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.permissions import Viewer
from tests.factories.courses import course_of
from tests.factories.runs import NOW, make_citizen, make_run, take
from tests.support.crowd import all_at_once

CROWD, SEATS = 30, 5


def arrange(write: Any, crowd: int = CROWD) -> tuple[int, list[Viewer]]:
    with write() as session:
        run = make_run(session, course_of(session).id, seats=SEATS)
        return run.id, [make_citizen(session) for _ in range(crowd)]


def press(run_id: int, person: Viewer) -> bool:
    def work(session: Any) -> bool:
        try:
            take(session, session.get_one(CourseRun, run_id), person)
        except RunFullError:
            return False
        return True

    return transact(work)


def held(read: Any, run_id: int) -> tuple[int, int]:
    with read() as session:
        rows = session.scalar(select(func.count(RunSeat.id)).where(RunSeat.run_id == run_id))
        return session.get_one(CourseRun, run_id).taken, rows or 0


def test_exactly_the_seats_there_are_find_people(
    app: Flask, write: Any, read: Any, school: None
) -> None:
    run_id, people = arrange(write)
    answers, errors = all_at_once(app, people, lambda person: press(run_id, person))
    assert errors == []
    assert sorted(answers) == [False] * (CROWD - SEATS) + [True] * SEATS
    assert held(read, run_id) == (SEATS, SEATS)


def test_one_person_on_ten_devices_gets_one_seat(
    app: Flask, write: Any, read: Any, school: None
) -> None:
    run_id, (person,) = arrange(write, crowd=1)
    answers, errors = all_at_once(app, [person] * 10, lambda who: press(run_id, who))
    assert (answers, errors) == ([True] * 10, [])
    assert held(read, run_id) == (1, 1)


def test_leaving_and_coming_together_loses_no_seat(
    app: Flask, write: Any, read: Any, school: None
) -> None:
    run_id, people = arrange(write, crowd=SEATS * 2)
    for person in people[:SEATS]:
        with app.app_context():
            press(run_id, person)

    def act(person: Viewer) -> Any:
        if person in people[:SEATS]:
            return transact(lambda session: leave_seat(session, person, run_id))
        return press(run_id, person)

    _answers, errors = all_at_once(app, people, act)
    taken, rows = held(read, run_id)
    assert errors == []
    assert taken == rows <= SEATS


@pytest.mark.usefixtures("school")
def test_counting_before_inserting_would_oversell(app: Flask, write: Any, read: Any) -> None:
    """The sabotaged twin: were this test to fail, the race above would prove nothing."""
    run_id, people = arrange(write)
    counted = Barrier(CROWD)

    def careless(person: Viewer) -> None:
        free = held_now(run_id) < SEATS
        db.session.rollback()
        counted.wait()
        if free:
            transact(lambda session: insert_seat(session, run_id, person))

    all_at_once(app, people, careless)
    _taken, rows = held(read, run_id)
    with write() as session:
        session.execute(delete(RunSeat))
        session.execute(update(CourseRun).values(taken=0))
    assert rows == CROWD > SEATS


def held_now(run_id: int) -> int:
    counted = select(func.count(RunSeat.id)).where(RunSeat.run_id == run_id)
    return db.session().scalar(counted) or 0


def insert_seat(session: Any, run_id: int, person: Viewer) -> None:
    session.add(
        RunSeat(run_id=run_id, account_id=person.id, locale="ko", consent="1", created_at=NOW)
    )
