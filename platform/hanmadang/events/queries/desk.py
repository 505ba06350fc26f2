"""What organizers see: their events, and who booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from hanmadang.events import rules
from hanmadang.events.models import Event, Registration, RegistrationState, Slot
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people.models import Account, Institution

_MOST = 300


def events_of(viewer: Viewer, *, session: Session | None = None) -> Sequence[Row[*tuple[Any, ...]]]:
    """The events this viewer may edit, drafts first, then the latest; one statement."""
    waiting = (
        select(func.count(Registration.position))
        .where(Registration.slot_id == Slot.id)
        .correlate(Slot)
        .scalar_subquery()
    )
    return (
        (session or db.session())
        .execute(
            select(
                Event.id, Event.slug, Event.kind, Event.state, Event.title, Event.zone,
                Event.starts_at, Event.starts_local, Event.ends_at, Event.ends_local,
                Event.over_at, Event.first_day, Event.last_day, Institution.name.label("host"),
                Slot.capacity, Slot.taken, waiting.label("waiting"),
            )
            .join(Institution, Institution.id == Event.institution_id)
            .outerjoin(Slot, Slot.event_id == Event.id)
            .where(rules.editable_by(viewer))
            .order_by(case((Event.state == "draft", 0), else_=1), Event.begins_at.desc(), Event.id)
            .limit(_MOST)
        )
        .all()
    )  # fmt: skip


def institutions_of(
    viewer: Viewer, *, session: Session | None = None
) -> list[tuple[int, Bilingual]]:
    """In whose name this viewer may create events."""
    statement = select(Institution.id, Institution.name).order_by(Institution.id)
    if Role.ADMINISTRATOR not in viewer.roles:
        statement = statement.where(Institution.id == (viewer.institution_id or 0))
    rows = (session or db.session()).execute(statement)
    return [(row.id, row.name) for row in rows]


@dataclass(frozen=True, slots=True)
class Registrant:
    """One line of the list of bookings."""

    order: int
    name: str
    account_id: int
    state: RegistrationState
    position: int | None
    booked_at: datetime


def registrants(session: Session, event_id: int) -> list[Registrant]:
    """Who booked: seats by time of booking, then the waiting list, then what was given back."""
    rank = case(
        (Registration.state == RegistrationState.CONFIRMED.value, 0),
        (Registration.state == RegistrationState.WAITLISTED.value, 1),
        else_=2,
    )
    rows = session.execute(
        select(
            Account.name, Account.id, Registration.state, Registration.position,
            Registration.created_at,
        )
        .join(Registration, Registration.account_id == Account.id)
        .join(Slot, Slot.id == Registration.slot_id)
        .where(Slot.event_id == event_id)
        .order_by(rank, Registration.position, Registration.created_at, Registration.id)
    )  # fmt: skip
    return [
        Registrant(
            order, row.name, row.id, RegistrationState(row.state), row.position, row.created_at
        )
        for order, row in enumerate(rows, start=1)
    ]
