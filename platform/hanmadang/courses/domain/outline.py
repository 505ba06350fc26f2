"""The order of a draft's modules and units: moved by one place, removed, brought back."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.courses.domain.drafts import LastUnitError, hold
from hanmadang.courses.models import DraftModule, DraftUnit
from hanmadang.courses.queries.drafts import modules_of, units_of


def move_module(session: Session, module: DraftModule, *, by: int) -> None:
    """One place up (-1) or down (1)."""
    hold(session, module.course_id)
    _renumber(_moved(list(modules_of(session, module.course_id)), module, by))
    session.flush()


def move_unit(session: Session, unit: DraftUnit, *, by: int) -> None:
    """One place up or down; past the end of its module into the next one."""
    module = session.get_one(DraftModule, unit.module_id)
    hold(session, module.course_id)
    units = list(units_of(session, module.id))
    place = units.index(unit) + by
    if 0 <= place < len(units):
        _renumber(_moved(units, unit, by))
    else:
        _into_next(session, module, unit, by)
    session.flush()


def _into_next(session: Session, module: DraftModule, unit: DraftUnit, by: int) -> None:
    modules = list(modules_of(session, module.course_id))
    place = modules.index(module) + by
    if not 0 <= place < len(modules):
        return
    there = list(units_of(session, modules[place].id))
    taken = {each.slug for each in units_of(session, modules[place].id, removed=True)}
    number, slug = 2, unit.slug
    while slug in taken:
        slug, number = f"{unit.slug}-{number}", number + 1
    unit.module_id, unit.slug = modules[place].id, slug
    _renumber([*there, unit] if by < 0 else [unit, *there])


def remove_unit(unit: DraftUnit, *, now: datetime) -> None:
    """Out of the course, and kept for an undo."""
    unit.removed_at = now


def remove_module(session: Session, module: DraftModule, *, now: datetime) -> None:
    """The same for an empty module. Raises LastUnitError."""
    if units_of(session, module.id):
        raise LastUnitError
    module.removed_at = now


def restore(session: Session, part: DraftModule | DraftUnit) -> None:
    """Back into its place; a unit brings its module along."""
    part.removed_at = None
    if isinstance(part, DraftUnit):
        session.get_one(DraftModule, part.module_id).removed_at = None
    session.flush()


def _moved(parts: list[Any], part: Any, by: int) -> list[Any]:
    place = parts.index(part)
    parts.insert(min(max(place + by, 0), len(parts) - 1), parts.pop(place))
    return parts


def _renumber(parts: list[Any]) -> None:
    for position, part in enumerate(parts, 1):
        part.position = position
