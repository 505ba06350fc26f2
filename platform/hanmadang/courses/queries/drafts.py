"""Reads of drafts: their parts in order, and the whole as a file."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.editing.file import module_head, unit_file
from hanmadang.courses.models import Course, CourseDraft, DraftModule, DraftRevision, DraftUnit


def modules_of(session: Session, course_id: int, *, removed: bool = False) -> Sequence[DraftModule]:
    """The draft's modules in order; removed ones only where asked for."""
    found = select(DraftModule).where(DraftModule.course_id == course_id)
    if not removed:
        found = found.where(DraftModule.removed_at.is_(None))
    return session.scalars(found.order_by(DraftModule.position, DraftModule.id)).all()


def units_of(session: Session, module_id: int, *, removed: bool = False) -> Sequence[DraftUnit]:
    """The module's units in order."""
    found = select(DraftUnit).where(DraftUnit.module_id == module_id)
    if not removed:
        found = found.where(DraftUnit.removed_at.is_(None))
    return session.scalars(found.order_by(DraftUnit.position, DraftUnit.id)).all()


def units_by_module(session: Session, course_id: int) -> dict[int, list[DraftUnit]]:
    """Every unit of a draft that was not removed, by its module; one statement."""
    found: dict[int, list[DraftUnit]] = {}
    rows = session.scalars(
        select(DraftUnit)
        .join(DraftModule, DraftModule.id == DraftUnit.module_id)
        .where(DraftModule.course_id == course_id, DraftUnit.removed_at.is_(None))
        .order_by(DraftUnit.position, DraftUnit.id)
    )
    for unit in rows:
        found.setdefault(unit.module_id, []).append(unit)
    return found


def draft_file(session: Session, course_id: int) -> dict[str, Any]:
    """The draft as a course file, complete or not; three statements."""
    course = session.get_one(Course, course_id)
    draft = session.get_one(CourseDraft, course_id)
    units, modules = units_by_module(session, course_id), modules_of(session, course_id)
    return {"slug": course.slug} | draft.head | {
        "modules": [
            {"slug": module.slug}
            | module_head(module.head, draft.head, alone=len(modules) == 1)
            | {"units": [unit_file(each.slug, each.content) for each in units.get(module.id, ())]}
            for module in modules
        ]
    }  # fmt: skip


def revision_of(session: Session, unit_id: int, revision: int) -> dict[str, Any] | None:
    """A unit's content as it was saved then; None when it is no longer kept."""
    kept = session.get(DraftRevision, (unit_id, revision))
    return None if kept is None else kept.content
