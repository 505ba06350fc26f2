"""What a person has imported and not yet taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, load_only, undefer

from hanmadang.courses.models import CourseImport
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer


@dataclass(frozen=True, slots=True)
class ImportRow:
    """A line of the list."""

    id: int
    name: str
    figures: dict[str, Any]
    created_at: datetime


def my_imports(session: Session, viewer: Viewer) -> Sequence[ImportRow]:
    """The viewer's own, newest first."""
    columns = load_only(CourseImport.name, CourseImport.figures, CourseImport.created_at)
    rows = session.scalars(
        select(CourseImport)
        .options(columns)
        .where(CourseImport.account_id == viewer.id)
        .order_by(CourseImport.id.desc())
    )
    return [ImportRow(row.id, row.name, row.figures, row.created_at) for row in rows]


def find_import(
    session: Session, viewer: Viewer, import_id: int, *, whole: bool = False
) -> CourseImport:
    """One of the viewer's own; `whole` with its archive. Raises NotFoundError."""
    statement = select(CourseImport).where(
        CourseImport.id == import_id, CourseImport.account_id == viewer.id
    )
    if whole:
        statement = statement.options(undefer(CourseImport.archive))
    found = session.scalars(statement).first()
    if found is None:
        raise NotFoundError
    return found
