"""What a person decided about single lessons of their path."""

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base, state_check


class Choice(StrEnum):
    """What was decided about a lesson; no row means that the engine decides."""

    PINNED = "pinned"
    """In the path, whatever else is worth more."""
    SKIPPED = "skipped"
    """Not to be suggested."""
    KNOWN = "known"
    """They said that they know it, and answered what they were asked right."""


class StepChoice(Base):
    """A person's decision about a lesson: one at a time.

    The lesson is named by course and slugs, so that the decision outlives a new version.
    """

    __tablename__ = "step_choice"
    __table_args__ = (state_check("choice", Choice),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    module_slug: Mapped[str] = mapped_column(primary_key=True)
    unit_slug: Mapped[str] = mapped_column(primary_key=True)
    choice: Mapped[str]
    chosen_on: Mapped[date]
