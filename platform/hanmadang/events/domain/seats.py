"""Seats: booking, giving back, the waiting list.

A seat is taken by one conditional UPDATE; nothing is ever counted first. Every path touches the
slot before its registrations, so that two people never wait for each other in a circle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.events import rules, steps
from hanmadang.events.domain import notices
from hanmadang.events.domain.fields import InvalidFieldError
from hanmadang.events.models import (
    LIVE,
    LIVE_ROWS,
    Event,
    EventState,
    Registration,
    RegistrationState,
    Slot,
)
from hanmadang.kernel import audit
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer

_WITHOUT_SYNC = {"synchronize_session": False}
CLOSED = lazy("Booking is not open now.")
BEGUN = lazy("The event has begun, so the booking can no longer be given back.")


@dataclass(frozen=True, slots=True)
class Booked:
    """What came of a booking."""

    registration: Registration
    ahead: int
    """People in front on the waiting list; 0 with a seat."""

    @property
    def has_seat(self) -> bool:
        """Whether a seat is confirmed."""
        return self.registration.state == RegistrationState.CONFIRMED


def book(session: Session, event: Event, *, actor: Viewer, locale: str, now: datetime) -> Booked:
    """Take a seat, or a place on the waiting list when all are taken.

    Booking again changes nothing. Raises NotAllowedNowError outside the reception period and
    NotFoundError for an event without seats.
    """
    slot = _slot_of(session, event)
    if found := _live(session, slot, actor.id):
        return _booked(session, found)
    desk = rules.booking(event, (slot.capacity, slot.taken), now)
    if desk not in {rules.Booking.OPEN, rules.Booking.FULL}:
        raise NotAllowedNowError(text=CLOSED)
    seated = _take(session, slot, 1)
    made = _insert(
        session, slot, actor, locale, now, None if seated else _next_number(session, slot)
    )
    if made is None:
        return _answer_of_twin(session, slot, actor, seated=seated)
    registration = session.get_one(Registration, made)
    steps.note_registration(session, registration, actor)
    if seated:
        notices.confirm(session, event, registration, now=now)
        notices.remind(session, event, registration, now=now)
    return _booked(session, registration)


def cancel_registration(
    session: Session, registration: Registration, *, actor: Viewer, now: datetime
) -> Registration | None:
    """Give a seat or a waiting place back; returns whoever moved up, if anybody.

    Raises NotFoundError for somebody else's registration and NotAllowedNowError once the event
    has begun.
    """
    if registration.account_id != actor.account_id:
        raise NotFoundError
    slot = session.get_one(Slot, registration.slot_id, with_for_update=True, populate_existing=True)
    session.refresh(registration, with_for_update=True)
    event = session.get_one(Event, slot.event_id)
    if now >= rules.last_call(event):
        raise NotAllowedNowError(text=BEGUN)
    held_seat = registration.state == RegistrationState.CONFIRMED
    steps.move_registration(session, registration, RegistrationState.CANCELLED_BY_USER, actor)
    notices.take_back(session, event, account_id=registration.account_id)
    session.flush()
    if not held_seat:
        return None
    _give(session, slot, registration.qty)
    return promote(session, event, slot, now=now)


def promote(session: Session, event: Event, slot: Slot, *, now: datetime) -> Registration | None:
    """Give a free seat to the lowest waiting number; returns who got it, if anybody waits."""
    first = session.scalars(
        select(Registration)
        .where(
            Registration.slot_id == slot.id,
            Registration.state == RegistrationState.WAITLISTED.value,
        )
        .order_by(Registration.position)
        .limit(1)
        .with_for_update()
    ).first()
    if first is None or not _take(session, slot, first.qty):
        return None
    steps.move_registration(session, first, RegistrationState.CONFIRMED, None)
    session.flush()
    notices.tell_promoted(session, event, first, now=now)
    notices.remind(session, event, first, now=now)
    return first


def resize(
    session: Session, event: Event, capacity: int | None, *, actor: Viewer, now: datetime
) -> None:
    """Offer another number of seats; more seats go to the waiting list first.

    Raises InvalidFieldError when more seats are booked than would be left.
    """
    slot = session.scalars(
        select(Slot)
        .where(Slot.event_id == event.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if slot is None:
        if capacity is not None:
            accepting = event.state == EventState.PUBLISHED
            event.slot = Slot(capacity=capacity, accepting=accepting)
            session.flush()
        return
    if capacity == slot.capacity:
        return
    _set_capacity(session, slot, capacity)
    audit.record(session, actor, "slot.resized", kind="event", id=event.id, detail=str(capacity))
    while (
        slot.accepting and now < rules.last_call(event) and promote(session, event, slot, now=now)
    ):
        pass


def _set_capacity(session: Session, slot: Slot, capacity: int | None) -> None:
    booked = lazy("%(n)s seats are already booked; offer at least as many.", n=slot.taken)
    if capacity is None:
        capacity = 0
        booked = lazy("Seats are already booked, so booking cannot be switched off.")
    if capacity < slot.taken or (capacity == 0 and _history(session, slot)):
        raise InvalidFieldError("capacity", booked)
    if capacity == 0:
        session.delete(slot)
    else:
        slot.capacity = capacity
    session.flush()


def live_registrations(session: Session, event: Event) -> Sequence[Registration]:
    """Everybody who has a seat or waits for one, seats first, then by waiting number."""
    return session.scalars(
        select(Registration)
        .join(Slot, Slot.id == Registration.slot_id)
        .where(Slot.event_id == event.id, Registration.state.in_(LIVE))
        .order_by(Registration.state, Registration.position, Registration.id)
    ).all()


def empty(session: Session, event: Event) -> None:
    """Set the counter of a cancelled event to the nobody who is left."""
    session.flush()
    session.execute(
        update(Slot).where(Slot.event_id == event.id).values(taken=0),
        execution_options=_WITHOUT_SYNC,
    )


def _slot_of(session: Session, event: Event) -> Slot:
    slot = session.scalars(select(Slot).where(Slot.event_id == event.id)).first()
    if slot is None:
        raise NotFoundError
    return slot


def _live(session: Session, slot: Slot, account_id: int) -> Registration | None:
    return session.scalars(
        select(Registration).where(
            Registration.slot_id == slot.id,
            Registration.account_id == account_id,
            Registration.state.in_(LIVE),
        )
    ).first()


def _history(session: Session, slot: Slot) -> bool:
    return (
        session.scalar(select(Registration.id).where(Registration.slot_id == slot.id)) is not None
    )


def _take(session: Session, slot: Slot, qty: int) -> bool:
    """The guard against overselling: one statement, which re-checks after waiting for its lock."""
    done = session.execute(
        update(Slot)
        .where(Slot.id == slot.id, Slot.accepting, Slot.taken + qty <= Slot.capacity)
        .values(taken=Slot.taken + qty)
        .returning(Slot.id),
        execution_options=_WITHOUT_SYNC,
    )
    return done.first() is not None


def _give(session: Session, slot: Slot, qty: int) -> None:
    session.execute(
        update(Slot).where(Slot.id == slot.id).values(taken=Slot.taken - qty),
        execution_options=_WITHOUT_SYNC,
    )


def _next_number(session: Session, slot: Slot) -> int:
    """The next waiting number; raises NotAllowedNowError when the event was just cancelled."""
    number: int | None = session.scalar(
        update(Slot)
        .where(Slot.id == slot.id, Slot.accepting)
        .values(waiting_seq=Slot.waiting_seq + 1)
        .returning(Slot.waiting_seq),
        execution_options=_WITHOUT_SYNC,
    )
    if number is None:
        raise NotAllowedNowError(text=CLOSED)
    return number


def _insert(  # noqa: PLR0913, PLR0917  (the row's columns)
    session: Session, slot: Slot, actor: Viewer, locale: str, now: datetime, position: int | None
) -> int | None:
    """Write the registration; None when a twin request of the same person came first."""
    dialect = sqlite if is_sqlite() else postgresql
    state = RegistrationState.CONFIRMED if position is None else RegistrationState.WAITLISTED
    statement = (
        dialect.insert(Registration)
        .values(
            slot_id=slot.id, account_id=actor.id, qty=1, state=state.value, position=position,
            locale=locale, created_at=now,
        )
        .on_conflict_do_nothing(
            index_elements=["slot_id", "account_id"],
            index_where=LIVE_ROWS,
        )
        .returning(Registration.id)
    )  # fmt: skip
    made: int | None = session.scalar(statement)
    return made


def _answer_of_twin(session: Session, slot: Slot, actor: Viewer, *, seated: bool) -> Booked:
    if seated:
        _give(session, slot, 1)
    found = _live(session, slot, actor.id)
    if found is None:
        raise NotAllowedNowError
    return _booked(session, found)


def _booked(session: Session, registration: Registration) -> Booked:
    if registration.position is None:
        return Booked(registration, 0)
    ahead = session.scalars(
        select(Registration.id).where(
            Registration.slot_id == registration.slot_id,
            Registration.state == RegistrationState.WAITLISTED.value,
            Registration.position < registration.position,
        )
    ).all()
    return Booked(registration, len(ahead))
