"""Seats: booking, the waiting list, giving back. The counter and the rows always agree."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.events import domain
from hanmadang.events.models import Event, Registration, RegistrationState, Slot
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError
from hanmadang.kernel.permissions import Viewer
from tests.factories.events import (
    ADMIN,
    NOW,
    START,
    book_all,
    evening,
    exhibition,
    make_citizens,
    make_event,
)

CONFIRMED, WAITING = RegistrationState.CONFIRMED, RegistrationState.WAITLISTED
GONE = RegistrationState.CANCELLED_BY_USER


def book(session: Session, event: Event, person: Viewer, now: datetime = NOW) -> domain.Booked:
    return domain.book(session, event, actor=person, locale="ko", now=now)


def standing(session: Session) -> list[tuple[str, int | None]]:
    """(state, waiting number) of every registration, in order of booking."""
    rows = session.execute(
        select(Registration.state, Registration.position).order_by(Registration.id)
    )
    return [(row.state, row.position) for row in rows]


def taken(session: Session) -> int:
    return session.scalars(select(Slot.taken)).one()


def test_a_free_seat_is_confirmed_at_once(write: Any) -> None:
    with write() as session:
        event, (person,) = make_event(session), make_citizens(session, 1)
        booked = book(session, event, person)
        assert (booked.has_seat, booked.ahead) == (True, 0)
        assert taken(session) == 1


def test_booking_twice_is_one_booking(write: Any) -> None:
    with write() as session:
        event, (person,) = make_event(session), make_citizens(session, 1)
        first, second = book(session, event, person), book(session, event, person)
        assert first.registration.id == second.registration.id
        assert taken(session) == 1


def test_when_all_seats_are_taken_people_wait_in_order(write: Any) -> None:
    with write() as session:
        event, people = make_event(session, evening(capacity=1)), make_citizens(session, 3)
        assert [book(session, event, person).ahead for person in people] == [0, 0, 1]
        assert standing(session) == [(CONFIRMED, None), (WAITING, 1), (WAITING, 2)]


def test_a_seat_given_back_goes_to_the_lowest_number(write: Any) -> None:
    with write() as session:
        event, people = make_event(session, evening(capacity=1)), make_citizens(session, 3)
        mine = book(session, event, people[0]).registration
        book_all(session, event, people[1:])
        risen = domain.cancel_registration(session, mine, actor=people[0], now=NOW)
        assert risen is not None
        assert risen.account_id == people[1].id
        assert standing(session) == [(GONE, None), (CONFIRMED, None), (WAITING, 2)]
        assert taken(session) == 1


def test_leaving_the_waiting_list_frees_no_seat(write: Any) -> None:
    with write() as session:
        event, people = make_event(session, evening(capacity=1)), make_citizens(session, 3)
        book_all(session, event, people[:1])
        waiting = book(session, event, people[1]).registration
        book_all(session, event, people[2:])
        assert domain.cancel_registration(session, waiting, actor=people[1], now=NOW) is None
        assert (standing(session)[2], taken(session)) == ((WAITING, 2), 1)


def test_numbers_are_never_handed_out_twice(write: Any) -> None:
    with write() as session:
        event, people = make_event(session, evening(capacity=1)), make_citizens(session, 3)
        book_all(session, event, people[:1])
        waiting = book(session, event, people[1]).registration
        domain.cancel_registration(session, waiting, actor=people[1], now=NOW)
        assert book(session, event, people[2]).registration.position == 2


def test_who_gave_back_may_book_again(write: Any) -> None:
    with write() as session:
        event, (person,) = make_event(session), make_citizens(session, 1)
        first = book(session, event, person).registration
        domain.cancel_registration(session, first, actor=person, now=NOW)
        assert book(session, event, person).registration.id != first.id
        assert standing(session) == [(GONE, None), (CONFIRMED, None)]


def test_who_gave_back_a_scarce_seat_joins_at_the_end(write: Any) -> None:
    with write() as session:
        event, people = make_event(session, evening(capacity=1)), make_citizens(session, 2)
        mine = book(session, event, people[0]).registration
        book(session, event, people[1])
        domain.cancel_registration(session, mine, actor=people[0], now=NOW)
        assert book(session, event, people[0]).has_seat is False


def test_nobody_gives_back_another_persons_seat(write: Any) -> None:
    with write() as session:
        event, (mine, other) = make_event(session), make_citizens(session, 2)
        registration = book(session, event, mine).registration
        with pytest.raises(NotFoundError):
            domain.cancel_registration(session, registration, actor=other, now=NOW)
        assert standing(session) == [(CONFIRMED, None)]


def test_a_seat_is_given_back_only_once(write: Any) -> None:
    with write() as session:
        event, (person,) = make_event(session), make_citizens(session, 1)
        registration = book(session, event, person).registration
        domain.cancel_registration(session, registration, actor=person, now=NOW)
        with pytest.raises(NotAllowedNowError):
            domain.cancel_registration(session, registration, actor=person, now=NOW)
        assert taken(session) == 0


def test_once_the_event_has_begun_seats_stay(write: Any) -> None:
    with write() as session:
        event, (person,) = make_event(session), make_citizens(session, 1)
        registration = book(session, event, person).registration
        with pytest.raises(NotAllowedNowError):
            domain.cancel_registration(session, registration, actor=person, now=START.instant)
        assert standing(session) == [(CONFIRMED, None)]


OPENS = Moment.at(datetime(2026, 11, 23, 9), "Asia/Seoul")
CLOSES = Moment.at(datetime(2026, 11, 29, 18), "Asia/Seoul")


@pytest.mark.parametrize(
    ("moment", "accepted"),
    [
        (OPENS.instant - timedelta(seconds=1), False),
        (OPENS.instant, True),
        (CLOSES.instant - timedelta(seconds=1), True),
        (CLOSES.instant, False),
    ],
)
def test_seats_are_booked_only_in_the_reception_period(
    write: Any, moment: datetime, *, accepted: bool
) -> None:
    with write() as session:
        period: dict[str, Any] = {"registration_opens": OPENS, "registration_closes": CLOSES}
        event, (person,) = make_event(session, evening(**period)), make_citizens(session, 1)
        if accepted:
            assert book(session, event, person, moment).has_seat
        else:
            with pytest.raises(NotAllowedNowError):
                book(session, event, person, moment)
            assert standing(session) == []


def test_without_a_period_booking_ends_with_the_start(write: Any) -> None:
    with write() as session:
        event, (person,) = make_event(session), make_citizens(session, 1)
        with pytest.raises(NotAllowedNowError):
            book(session, event, person, START.instant)


def test_a_draft_takes_no_bookings(write: Any) -> None:
    with write() as session:
        event, (person,) = make_event(session, published=False), make_citizens(session, 1)
        with pytest.raises(NotAllowedNowError):
            book(session, event, person)


def test_a_cancelled_event_takes_no_bookings(write: Any) -> None:
    with write() as session:
        event, (person,) = make_event(session), make_citizens(session, 1)
        domain.cancel(session, event, actor=ADMIN, now=NOW)
        with pytest.raises(NotAllowedNowError):
            book(session, event, person)


def test_where_nobody_needs_to_book_nobody_can(write: Any) -> None:
    with write() as session:
        event, (person,) = make_event(session, exhibition()), make_citizens(session, 1)
        with pytest.raises(NotFoundError):
            book(session, event, person)


def test_more_seats_go_to_those_who_wait(write: Any) -> None:
    with write() as session:
        event, people = make_event(session, evening(capacity=1)), make_citizens(session, 4)
        book_all(session, event, people)
        domain.edit(session, event, evening(capacity=3), version=1, actor=ADMIN, now=NOW)
        assert [state for state, _ in standing(session)] == [CONFIRMED] * 3 + [WAITING]
        assert taken(session) == 3


def test_fewer_seats_than_booked_are_refused(write: Any) -> None:
    with write() as session:
        event, people = make_event(session, evening(capacity=3)), make_citizens(session, 2)
        book_all(session, event, people)
        with pytest.raises(domain.InvalidFieldError) as refused:
            domain.edit(session, event, evening(capacity=1), version=1, actor=ADMIN, now=NOW)
        assert refused.value.field == "capacity"


def test_booking_cannot_be_switched_off_once_somebody_booked(write: Any) -> None:
    with write() as session:
        event, people = make_event(session), make_citizens(session, 1)
        book_all(session, event, people)
        with pytest.raises(domain.InvalidFieldError):
            domain.edit(session, event, evening(capacity=None), version=1, actor=ADMIN, now=NOW)


def test_unused_seats_can_be_taken_away(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        domain.edit(session, event, evening(capacity=None), version=1, actor=ADMIN, now=NOW)
        assert session.scalars(select(Slot)).all() == []


def test_every_step_is_audited_with_the_person_it_concerns(write: Any) -> None:
    with write() as session:
        event, people = make_event(session, evening(capacity=1)), make_citizens(session, 2)
        mine = book(session, event, people[0]).registration
        book(session, event, people[1])
        domain.cancel_registration(session, mine, actor=people[0], now=NOW)
        session.flush()
        rows = session.execute(
            select(AuditEntry.action, AuditEntry.subject_id, AuditEntry.actor_id)
            .where(AuditEntry.object_kind == "registration")
            .order_by(AuditEntry.seq)
        )
        one, two = people[0].id, people[1].id
        assert [tuple(row) for row in rows] == [
            ("registration.confirmed", one, one),
            ("registration.waitlisted", two, two),
            ("registration.cancelled_by_user", one, one),
            ("registration.confirmed", two, None),
        ]
