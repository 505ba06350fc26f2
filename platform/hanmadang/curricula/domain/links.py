"""Tying modules to events."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.models import CourseVersion, Module, VersionState
from hanmadang.courses.upserts import insert_once
from hanmadang.curricula.models import LinkRole, ModuleLink
from hanmadang.events.models import Event
from hanmadang.events.rules import can_see
from hanmadang.kernel import audit
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer


def link_module(
    session: Session,
    event_id: int,
    module_id: int,
    role: LinkRole,
    *,
    actor: Viewer | None = None,
) -> ModuleLink:
    """Tie a published module to an event; the link that exists already is returned as it is.

    Raises NotFoundError for an event this actor may not see (the system sees all) and for a
    module that is not published.
    """
    place = session.execute(
        select(CourseVersion.course_id, Module.slug)
        .join(Module, Module.version_id == CourseVersion.id)
        .where(Module.id == module_id, CourseVersion.state == VersionState.PUBLISHED.value)
    ).first()
    event = session.get(Event, event_id)
    if place is None or event is None or (actor is not None and not can_see(actor, event)):
        raise NotFoundError
    wanted = {
        "event_id": event_id,
        "course_id": place.course_id,
        "module_slug": place.slug,
        "role": LinkRole(role).value,
    }
    if insert_once(session, ModuleLink, **wanted) is not None:
        audit.record(session, actor, "module.linked", kind="event", id=event_id,
                     detail=f"{wanted['role']}:{place.slug}")  # fmt: skip
    return session.scalars(select(ModuleLink).filter_by(**wanted)).one()


def unlink(session: Session, actor: Viewer, link_id: int) -> None:
    """Untie a module from an event. Raises NotFoundError."""
    link = session.get(ModuleLink, link_id)
    event = session.get(Event, link.event_id) if link else None
    if link is None or event is None or not can_see(actor, event):
        raise NotFoundError
    session.delete(link)
    audit.record(session, actor, "module.unlinked", kind="event", id=event.id,
                 detail=f"{link.role}:{link.module_slug}")  # fmt: skip
    session.flush()
