"""Which modules belong to which event, and the other way round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import Course, CourseVersion, Module, Unit, VersionState
from hanmadang.curricula.models import LinkRole, ModuleLink
from hanmadang.events.models import Event, EventState
from hanmadang.events.rules import visible_to
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.db import UtcDateTime, read
from hanmadang.kernel.permissions import Viewer


@dataclass(frozen=True, slots=True)
class LinkedModule:
    """A module that leads to an event or follows it."""

    role: LinkRole
    course_slug: str
    course_title: Bilingual
    module_slug: str
    title: Bilingual
    minutes: dict[str, int]
    """All its lessons, by language."""
    first_unit_slug: str


@dataclass(frozen=True, slots=True)
class EventAhead:
    """An event still to come that a module leads to."""

    event_id: int
    slug: str
    kind: str
    title: Bilingual
    begins_at: datetime
    zone: str

    @property
    def begins(self) -> Moment:
        """The start, on the wall clocks of its place."""
        return Moment.from_instant(self.begins_at, self.zone)


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link on the desk."""

    id: int
    role: LinkRole
    event_slug: str
    event_title: Bilingual
    course_title: Bilingual
    module_title: Bilingual | None
    """None where the published version no longer has the module."""


@dataclass(frozen=True, slots=True)
class ModuleChoice:
    """A published module to link to."""

    module_id: int
    course_title: Bilingual
    title: Bilingual


MOST_EVENTS = 3
"""How many events one page points to."""
_PUBLISHED = CourseVersion.state == VersionState.PUBLISHED.value


_AROUND_EVENT = (
    select(
        ModuleLink.id, ModuleLink.role, Course.slug, Course.title, Module.slug, Module.title,
        Unit.minutes_ko, Unit.minutes_en, Unit.slug,
    )
    .join(CourseVersion, (CourseVersion.course_id == ModuleLink.course_id) & _PUBLISHED)
    .join(Course, Course.id == ModuleLink.course_id)
    .join(
        Module,
        (Module.version_id == CourseVersion.id) & (Module.slug == ModuleLink.module_slug),
    )
    .join(Unit, Unit.module_id == Module.id)
    .where(ModuleLink.event_id == bindparam("event_id"))
    .order_by(ModuleLink.role.desc(), ModuleLink.id, Unit.position)
)  # fmt: skip


def links_of_event(session: Session, event_id: int) -> list[LinkedModule]:
    """Lead-ins first, then follow-ups; one statement."""
    rows = read(session, _AROUND_EVENT, event_id=event_id)
    found: dict[int, LinkedModule] = {}
    for link_id, role, course, course_title, module, title, ko, en, unit in rows:
        linked = found.setdefault(
            link_id,
            LinkedModule(
                LinkRole(role), course, course_title, module, title, {"ko": 0, "en": 0}, unit
            ),
        )
        linked.minutes["ko"] += ko
        linked.minutes["en"] += en
    return list(found.values())


def events_of_unit(session: Session, unit_id: int, now: datetime) -> list[EventAhead]:
    """Published events still to come that this unit's module leads to; one statement.

    The unit may belong to an older version: its module is found by course and slug.
    """
    return [EventAhead(*row) for row in read(session, _AHEAD_OF_UNIT, unit_id=unit_id, now=now)]


def events_of_course(session: Session, course_id: int, now: datetime) -> list[EventAhead]:
    """Published events still to come that any module of the course leads to; one statement."""
    rows = read(session, _AHEAD_OF_COURSE, course_id=course_id, now=now)
    return [EventAhead(*row) for row in rows]


def _ahead(modules: Select[str, int]) -> Select[*tuple[Any, ...]]:
    places = modules.subquery()
    return (
        select(Event.id, Event.slug, Event.kind, Event.title, Event.begins_at, Event.zone)
        .where(
            Event.state == EventState.PUBLISHED.value,
            Event.over_at > bindparam("now", type_=UtcDateTime),
            Event.id.in_(
                select(ModuleLink.event_id)
                .join(
                    places,
                    (places.c.course_id == ModuleLink.course_id)
                    & (places.c.slug == ModuleLink.module_slug),
                )
                .where(ModuleLink.role == LinkRole.LEAD_IN.value)
            ),
        )
        .order_by(Event.begins_at, Event.id)
        .limit(MOST_EVENTS)
    )


_MODULES = select(Module.slug, CourseVersion.course_id).join(
    CourseVersion, CourseVersion.id == Module.version_id
)
_AHEAD_OF_UNIT = _ahead(
    _MODULES.join(Unit, Unit.module_id == Module.id).where(Unit.id == bindparam("unit_id"))
)
_AHEAD_OF_COURSE = _ahead(
    _MODULES.where(CourseVersion.course_id == bindparam("course_id"), _PUBLISHED)
)


def all_links(session: Session, viewer: Viewer) -> list[LinkRow]:
    """Every link between an event this viewer may see and a module; one statement."""
    rows = session.execute(
        select(ModuleLink.id, ModuleLink.role, Event.slug, Event.title, Course.title, Module.title)
        .join(Event, Event.id == ModuleLink.event_id)
        .join(Course, Course.id == ModuleLink.course_id)
        .outerjoin(CourseVersion, (CourseVersion.course_id == Course.id) & _PUBLISHED)
        .outerjoin(
            Module,
            (Module.version_id == CourseVersion.id) & (Module.slug == ModuleLink.module_slug),
        )
        .where(visible_to(viewer))
        .order_by(Event.begins_at, Event.id, ModuleLink.role.desc(), ModuleLink.id)
    )
    return [LinkRow(row[0], LinkRole(row[1]), *row[2:]) for row in rows]


def events_to_link(
    session: Session, viewer: Viewer, now: datetime
) -> Sequence[tuple[int, Bilingual]]:
    """(id, title) of events that are not over, drafts of one's own included."""
    rows = session.execute(
        select(Event.id, Event.title)
        .where(visible_to(viewer), Event.state != EventState.CANCELLED.value, Event.over_at > now)
        .order_by(Event.begins_at, Event.id)
    )
    return [(row.id, row.title) for row in rows]


def modules_to_link(session: Session) -> list[ModuleChoice]:
    """Every module of the published versions, in reading order."""
    rows = session.execute(
        select(Module.id, Course.title, Module.title)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(_PUBLISHED)
        .order_by(Course.position, Course.id, Module.position)
    )
    return [ModuleChoice(*row) for row in rows]
