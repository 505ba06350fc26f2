"""What the desk keeps: messages to learners, and figures counted ahead of their pages."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base, state_check


class CourseMessage(Base):
    """A message that the desk sent to learners of one run or one cohort."""

    __tablename__ = "course_message"
    __table_args__ = (
        CheckConstraint("(run_id IS NULL) <> (cohort_id IS NULL)", name="one_audience"),
        Index(None, "run_id"),
        Index(None, "cohort_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("course_run.id"))
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("course_cohort.id"))
    sender_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Empty once that account is gone."""
    subject: Mapped[Bilingual]
    body: Mapped[Bilingual]
    """With places such as ``{name}`` and ``{unit}``, filled in for each reader."""
    recipients: Mapped[int]
    """How many it was meant for."""
    sent_at: Mapped[datetime]


class Audience(StrEnum):
    """For whom figures are cut."""

    PUBLIC = "public"
    STAFF = "staff"


class CourseFigures(Base):
    """A version's figures as they were counted last, small groups still in them.

    Never shown as they stand: `analysis.shown` cuts them for their audience.
    """

    __tablename__ = "course_figures"
    __table_args__ = (state_check("audience", Audience),)

    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    last_event_id: Mapped[int]
    """The newest event that was counted: without a newer one nothing is counted again."""
    learners: Mapped[int]
    body: Mapped[dict[str, Any]]
