"""What is a person's alone in a course: words they wrote, seconds they watched.

Both are kept by what stays the same from one version to the next, so that switching keeps them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base


class Reflection(Base):
    """What a person wrote at a reflection; seen by nobody else and never marked."""

    __tablename__ = "reflection"
    __table_args__ = (CheckConstraint("body <> ''", name="says_something"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    """``module/unit``, by their slugs."""
    slug: Mapped[str] = mapped_column(primary_key=True)
    body: Mapped[str]
    at: Mapped[datetime]


class Watched(Base):
    """Which seconds of a film or recording a person played in a course."""

    __tablename__ = "watched"
    __table_args__ = (
        CheckConstraint("total >= 0 AND total <= seconds", name="total_within"),
        CheckConstraint("stopped_at >= 0 AND stopped_at <= seconds", name="stop_within"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    media: Mapped[str] = mapped_column(primary_key=True)
    """The name of the stored file."""
    seconds: Mapped[int]
    """How long it is, as its block said last; never less than what was watched."""
    spans: Mapped[list[Any]]
    """Sorted, disjoint ``[from, up to]``; see `spans.merged`."""
    total: Mapped[int]
    """Seconds in `spans`."""
    stopped_at: Mapped[int]
    """Where playing goes on."""
