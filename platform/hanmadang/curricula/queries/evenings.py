"""The events that shape a path: those a person booked, a fortnight back and ahead."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.curricula.engine.inputs import Evening
from hanmadang.curricula.models import LinkRole, ModuleLink
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.events.models import Event, EventState, Registration, RegistrationState, Slot
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment

NEAR = timedelta(days=14)
"""How long before and after it an event moves the path."""


@dataclass(frozen=True, slots=True)
class BookedEvening:
    """A booked event on the way."""

    event_id: int
    slug: str
    kind: str
    title: Bilingual
    venue: Bilingual
    begins: Moment
    over: bool

    @property
    def day(self) -> date:
        """The calendar day it begins, where it takes place."""
        return self.begins.day


def booked_evenings(session: Session, account_id: int, now: datetime) -> list[BookedEvening]:
    """Events with a confirmed seat that begin or ended within a fortnight; one statement."""
    rows = session.execute(
        select(
            Event.id, Event.slug, Event.kind, Event.title, Event.venue,
            Event.begins_at, Event.zone, Event.over_at,
        )
        .join(Slot, Slot.event_id == Event.id)
        .join(Registration, Registration.slot_id == Slot.id)
        .where(
            Registration.account_id == account_id,
            Registration.state == RegistrationState.CONFIRMED.value,
            Event.state == EventState.PUBLISHED.value,
            Event.over_at > now - NEAR,
            Event.begins_at < now + NEAR,
        )
        .order_by(Event.begins_at, Event.id)
    )  # fmt: skip
    return [
        BookedEvening(
            row.id, row.slug, row.kind, row.title, row.venue,
            Moment.from_instant(row.begins_at, row.zone), row.over_at <= now,
        )
        for row in rows
    ]  # fmt: skip


def with_lessons(
    session: Session, evenings: Iterable[BookedEvening], shelf: Shelf
) -> tuple[Evening, ...]:
    """The same events as the engine sees them, with the lessons that belong to them."""
    evenings = list(evenings)
    linked = _linked(session, [evening.event_id for evening in evenings], shelf)
    return tuple(
        Evening(
            evening.event_id,
            evening.day,
            evening.over,
            linked.get((evening.event_id, LinkRole.LEAD_IN.value), ()),
            linked.get((evening.event_id, LinkRole.FOLLOW_UP.value), ()),
        )
        for evening in evenings
    )


def _linked(
    session: Session, event_ids: list[int], shelf: Shelf
) -> Mapping[tuple[int, str], tuple[int, ...]]:
    if not event_ids:
        return {}
    modules = shelf.modules()
    found: dict[tuple[int, str], tuple[int, ...]] = {}
    for link in session.scalars(
        select(ModuleLink).where(ModuleLink.event_id.in_(event_ids)).order_by(ModuleLink.id)
    ):
        lessons = modules.get((link.course_id, link.module_slug), ())
        place = (link.event_id, link.role)
        found[place] = found.get(place, ()) + tuple(lesson.unit_id for lesson in lessons)
    return found
