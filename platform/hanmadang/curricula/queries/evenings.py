"""The events that shape a path: those a person booked, with their topics and modules."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from hanmadang.curricula.engine.inputs import Evening
from hanmadang.curricula.models import LinkRole, ModuleLink
from hanmadang.curricula.queries.shelf import Shelf
from hanmadang.events.models import (
    Event,
    EventState,
    EventTopic,
    Registration,
    RegistrationState,
    Slot,
)
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment

NEAR = timedelta(days=14)
"""How long before and after it an event moves the path."""
REMEMBERED = timedelta(days=180)
"""How long the topics of an event that is over say what interests somebody."""
Linked = tuple[str, int, str]
"""(role, course, module's slug)."""


@dataclass(frozen=True, slots=True)
class BookedEvening:
    """A booked event."""

    event_id: int
    slug: str
    kind: str
    title: Bilingual
    venue: Bilingual
    begins: Moment
    over: bool
    is_near: bool = True
    """Whether its lessons belong into the path now; of others only the topics count."""
    topics: tuple[str, ...] = ()
    modules: tuple[Linked, ...] = ()

    @property
    def day(self) -> date:
        """The calendar day it begins, where it takes place."""
        return self.begins.day


def booked_evenings(session: Session, account_id: int, now: datetime) -> list[BookedEvening]:
    """One person's booked events that begin or ended within a fortnight."""
    booked = booked_by(session, [account_id], now).get(account_id, ())
    return [evening for evening in booked if evening.is_near]


def booked_by(
    session: Session, account_ids: Collection[int], now: datetime
) -> Mapping[int, list[BookedEvening]]:
    """{person: events with a confirmed seat, the earliest first}, back to half a year ago.

    One statement where nobody booked anything, three for any number of people otherwise.
    """
    rows = session.execute(
        select(
            Registration.account_id, Event.id, Event.slug, Event.kind, Event.title, Event.venue,
            Event.begins_at, Event.zone, Event.over_at,
        )
        .join(Slot, Slot.id == Registration.slot_id)
        .join(Event, Event.id == Slot.event_id)
        .where(
            Registration.account_id.in_(account_ids),
            Registration.state == RegistrationState.CONFIRMED.value,
            Event.state == EventState.PUBLISHED.value,
            Event.over_at > now - REMEMBERED,
        )
        .order_by(Event.begins_at, Event.id)
        .distinct()
    ).all()  # fmt: skip
    event_ids = sorted({row.id for row in rows})
    topics, modules = _topics(session, event_ids), _modules(session, event_ids)
    found: dict[int, list[BookedEvening]] = defaultdict(list)
    for row in rows:
        found[row.account_id].append(_evening(row, now, topics, modules))
    return found


def _evening(
    row: Row[*tuple[Any, ...]],
    now: datetime,
    topics: Mapping[int, tuple[str, ...]],
    modules: Mapping[int, tuple[Linked, ...]],
) -> BookedEvening:
    return BookedEvening(
        row.id, row.slug, row.kind, row.title, row.venue,
        Moment.from_instant(row.begins_at, row.zone), row.over_at <= now,
        is_near=row.over_at > now - NEAR and row.begins_at < now + NEAR,
        topics=topics.get(row.id, ()),
        modules=modules.get(row.id, ()),
    )  # fmt: skip


def with_lessons(evenings: Iterable[BookedEvening], shelf: Shelf) -> tuple[Evening, ...]:
    """The near ones as the engine sees them, with the lessons that belong to them."""
    shelved = shelf.modules
    return tuple(
        Evening(
            evening.event_id,
            evening.day,
            evening.over,
            _lessons(evening, LinkRole.LEAD_IN, shelved),
            _lessons(evening, LinkRole.FOLLOW_UP, shelved),
        )
        for evening in evenings
        if evening.is_near
    )


def _lessons(
    evening: BookedEvening, role: LinkRole, shelved: Mapping[tuple[int, str], tuple[Any, ...]]
) -> tuple[int, ...]:
    return tuple(
        lesson.unit_id
        for linked, course_id, slug in evening.modules
        if linked == role
        for lesson in shelved.get((course_id, slug), ())
    )


def _topics(session: Session, event_ids: list[int]) -> Mapping[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    if event_ids:
        rows = session.execute(
            select(EventTopic.event_id, EventTopic.topic_code)
            .where(EventTopic.event_id.in_(event_ids))
            .order_by(EventTopic.topic_code)
        )
        for event_id, topic in rows:
            found[event_id] = (*found.get(event_id, ()), topic)
    return found


def _modules(session: Session, event_ids: list[int]) -> Mapping[int, tuple[Linked, ...]]:
    found: dict[int, tuple[Linked, ...]] = {}
    if event_ids:
        rows = session.execute(
            select(
                ModuleLink.event_id, ModuleLink.role, ModuleLink.course_id, ModuleLink.module_slug
            )
            .where(ModuleLink.event_id.in_(event_ids))
            .order_by(ModuleLink.id)
        )
        for event_id, role, course_id, slug in rows:
            found[event_id] = (*found.get(event_id, ()), (role, course_id, slug))
    return found
