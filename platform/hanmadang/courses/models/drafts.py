"""What authors write before it becomes a version: one row for each part that is saved by itself.

Two editors of different units never meet in one row. Contents are in the file form of a course
(docs/subsystems/course-files.md), incomplete as the case may be.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base


class CourseDraft(Base):
    """The one draft of a course: what stands on its first page."""

    __tablename__ = "course_draft"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    based_on: Mapped[int | None] = mapped_column(ForeignKey("course_version.id"))
    """The version it was begun from."""
    head: Mapped[dict[str, Any]]
    """Title, summary, audience and place of the course."""
    revision: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    updated_at: Mapped[datetime]


class DraftModule(Base):
    """A chapter of a draft."""

    __tablename__ = "draft_module"
    __table_args__ = (Index(None, "course_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course_draft.course_id"))
    position: Mapped[int]
    slug: Mapped[str]
    head: Mapped[dict[str, Any]]
    """Title and summary."""
    revision: Mapped[int] = mapped_column(default=1)
    removed_at: Mapped[datetime | None]
    """Removed, and kept for whoever wants it back."""


class DraftUnit(Base):
    """A lesson of a draft."""

    __tablename__ = "draft_unit"
    __table_args__ = (Index(None, "module_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    module_id: Mapped[int] = mapped_column(ForeignKey("draft_module.id"))
    position: Mapped[int]
    slug: Mapped[str]
    content: Mapped[dict[str, Any]]
    revision: Mapped[int] = mapped_column(default=1)
    updated_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    updated_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class DraftRevision(Base):
    """A unit as it was saved before: what an undo and a comparison start from."""

    __tablename__ = "draft_revision"
    __table_args__ = (CheckConstraint("revision > 0", name="revision"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("draft_unit.id"), primary_key=True)
    revision: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
