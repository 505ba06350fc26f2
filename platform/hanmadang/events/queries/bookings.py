"""What a person has booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, aliased

from hanmadang.events.models import LIVE, Event, Registration, RegistrationState, Slot
from hanmadang.events.queries import cards
from hanmadang.kernel.db import db


@dataclass(frozen=True, slots=True)
class BookedEvent:
    """What a curriculum may know of a booking."""

    event_id: int
    state: RegistrationState
    starts: datetime
    """Instant of the start, or of an exhibition's first midnight."""


@dataclass(frozen=True, slots=True)
class Booking:
    """One line of "my bookings"."""

    row: Row[*tuple[Any, ...]]
    ahead: int
    can_give_back: bool

    @property
    def when(self) -> str:
        """Date and time in the page's language."""
        return cards.when(self.row)

    @property
    def state(self) -> RegistrationState:
        """Where the booking stands."""
        return RegistrationState(self.row.booked)


def booked_events(account_id: int, *, session: Session | None = None) -> list[BookedEvent]:
    """Every event this person holds a seat or a waiting place for, in order of their start."""
    rows = (session or db.session()).execute(
        select(Event.id, Registration.state, Event.begins_at)
        .join(Slot, Slot.event_id == Event.id)
        .join(Registration, Registration.slot_id == Slot.id)
        .where(Registration.account_id == account_id, Registration.state.in_(LIVE))
        .order_by(Event.begins_at, Event.id)
    )
    return [BookedEvent(row.id, RegistrationState(row.state), row.begins_at) for row in rows]


def bookings_of(
    account_id: int, now: datetime, *, session: Session | None = None
) -> tuple[Sequence[Booking], Sequence[Booking]]:
    """This person's bookings: (to come, earlier and given back); one statement."""
    other = aliased(Registration)
    ahead = (
        select(func.count(other.id))
        .where(other.slot_id == Registration.slot_id, other.position < Registration.position)
        .correlate(Registration)
        .scalar_subquery()
    )
    rows = (session or db.session()).execute(
        select(
            Event.id, Event.slug, Event.kind, Event.state, Event.title, Event.venue, Event.zone,
            Event.starts_at, Event.starts_local, Event.ends_at, Event.ends_local, Event.begins_at,
            Event.over_at, Event.first_day, Event.last_day,
            Registration.state.label("booked"), ahead.label("ahead"),
        )
        .join(Slot, Slot.event_id == Event.id)
        .join(Registration, Registration.slot_id == Slot.id)
        .where(Registration.account_id == account_id)
        .order_by(Event.begins_at, Registration.id)
    ).all()  # fmt: skip
    lines = [Booking(row, row.ahead, now < (row.starts_at or row.over_at)) for row in rows]
    to_come = [line for line in lines if line.row.over_at > now and line.state in LIVE]
    return to_come, [line for line in reversed(lines) if line not in to_come]
