"""Forty people press "Book" at once; ten seats are left. Threads, against the real database."""

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from hanmadang.events import domain
from hanmadang.events.models import Event, Registration, RegistrationState, Slot
from hanmadang.kernel.db import db, transact, transaction
from hanmadang.kernel.permissions import Viewer
from tests.factories.events import ADMIN, NOW, book_all, evening, make_citizens, make_event
from tests.support.crowd import all_at_once

CROWD, SEATS = 40, 10
Act = Callable[[Viewer], Any]


def arrange(write: Any, capacity: int, crowd: int, before: int = 0) -> tuple[int, list[Viewer]]:
    with write() as session:
        event = make_event(session, evening(capacity=capacity))
        book_all(session, event, make_citizens(session, before))
        return event.id, make_citizens(session, crowd)


def confirmed(read: Any) -> int:
    with read() as session:
        wanted = Registration.state == RegistrationState.CONFIRMED.value
        return session.scalar(select(func.count(Registration.id)).where(wanted)) or 0


def book(event_id: int, person: Viewer) -> bool:
    return transact(
        lambda session: (
            domain.book(
                session, session.get_one(Event, event_id), actor=person, locale="ko", now=NOW
            ).has_seat
        )
    )


def test_exactly_the_last_ten_seats_are_sold_and_nobody_sees_an_error(
    app: Flask, write: Any, read: Any
) -> None:
    event_id, people = arrange(write, capacity=15, crowd=CROWD, before=5)
    answers, errors = all_at_once(app, people, lambda person: book(event_id, person))
    assert errors == []
    assert sorted(answers) == [False] * (CROWD - SEATS) + [True] * SEATS
    assert confirmed(read) == 15


def test_the_others_wait_with_numbers_of_their_own(app: Flask, write: Any, read: Any) -> None:
    event_id, people = arrange(write, capacity=SEATS, crowd=CROWD)
    all_at_once(app, people, lambda person: book(event_id, person))
    with read() as session:
        numbers = session.scalars(
            select(Registration.position).where(Registration.position > 0)
        ).all()
    assert sorted(filter(None, numbers)) == list(range(1, CROWD - SEATS + 1))


def test_one_person_on_ten_devices_gets_one_seat(app: Flask, write: Any, read: Any) -> None:
    event_id, (person,) = arrange(write, capacity=SEATS, crowd=1)
    answers, errors = all_at_once(app, [person] * 10, lambda who: book(event_id, who))
    assert (answers, errors) == ([True] * 10, [])
    assert confirmed(read) == 1


def test_seats_given_back_together_all_pass_on(app: Flask, write: Any, read: Any) -> None:
    event_id, people = arrange(write, capacity=SEATS, crowd=SEATS)
    with write() as session:
        event = session.get_one(Event, event_id)
        book_all(session, event, people)
        book_all(session, event, make_citizens(session, SEATS))

    def give_back(person: Viewer) -> None:
        def work(session: Any) -> None:
            mine = session.scalars(select(Registration).filter_by(account_id=person.id)).one()
            domain.cancel_registration(session, mine, actor=person, now=NOW)

        transact(work)

    _answers, errors = all_at_once(app, people, give_back)
    assert errors == []
    with read() as session:
        states = session.scalars(select(Registration.state).order_by(Registration.id)).all()
    assert states == ["cancelled_by_user"] * SEATS + ["confirmed"] * SEATS


def test_counting_before_inserting_would_oversell(app: Flask, write: Any, read: Any) -> None:
    """The sabotaged twin: were this test to fail, the race above would prove nothing."""
    event_id, people = arrange(write, capacity=SEATS, crowd=CROWD)
    counted = Barrier(CROWD)

    def careless(person: Viewer) -> None:
        slot = db.session().scalars(select(Slot).filter_by(event_id=event_id)).one()
        used = db.session().scalar(select(func.count(Registration.id)).filter_by(slot_id=slot.id))
        slot_id, free = slot.id, (used or 0) < slot.capacity
        counted.wait()
        if free:
            with transaction() as session:
                session.add(Registration(
                    slot_id=slot_id, account_id=person.id, state="confirmed", locale="ko",
                    created_at=NOW,
                ))  # fmt: skip

    _answers, errors = all_at_once(app, people, careless)
    sold = confirmed(read)
    with write() as session:
        session.execute(delete(Registration))
    assert errors == []
    assert sold > SEATS


@pytest.mark.parametrize("order", ["booking first", "cancelling first"])
def test_nobody_books_into_an_event_that_is_being_cancelled(
    app: Flask, write: Any, read: Any, order: str
) -> None:
    event_id, people = arrange(write, capacity=SEATS, crowd=20)

    def act(person: Viewer) -> object:
        if person is people[0 if order == "cancelling first" else -1]:
            return transact(
                lambda session: domain.cancel(
                    session, session.get_one(Event, event_id), actor=ADMIN, now=NOW
                )
            )
        return book(event_id, person)

    all_at_once(app, people, act)
    assert confirmed(read) == 0
