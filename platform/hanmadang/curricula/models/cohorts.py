"""The curriculum of a cohort: composed from what the group showed, frozen, then assigned."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine

FEWEST_GROUP_MINUTES, MOST_GROUP_MINUTES = 30, 3000


class CurriculumState(StrEnum):
    """How far a cohort's curriculum is."""

    DRAFT = "draft"
    """Composed anew at each look, from the answers given until then."""
    FROZEN = "frozen"
    """Fixed, and seen by its composers only."""
    ASSIGNED = "assigned"
    """Seen by the cohort."""


CURRICULUM_STEPS: Mapping[CurriculumState, frozenset[CurriculumState]] = {
    CurriculumState.DRAFT: frozenset({CurriculumState.FROZEN}),
    CurriculumState.FROZEN: frozenset({CurriculumState.DRAFT, CurriculumState.ASSIGNED}),
    CurriculumState.ASSIGNED: frozenset({CurriculumState.DRAFT}),
}
curriculum_machine = Machine(CURRICULUM_STEPS)


class CohortCurriculum(Base):
    """What a cohort learns together, across courses; at most one at a time."""

    __tablename__ = "cohort_curriculum"
    __table_args__ = (
        state_check("state", CurriculumState),
        CheckConstraint(
            f"minutes BETWEEN {FEWEST_GROUP_MINUTES} AND {MOST_GROUP_MINUTES}", name="minutes"
        ),
        CheckConstraint("(state = 'draft') = (frozen_at IS NULL)", name="frozen_is_fixed"),
        CheckConstraint("(state = 'assigned') = (assigned_at IS NOT NULL)", name="assigned_when"),
    )

    cohort_id: Mapped[int] = mapped_column(ForeignKey("course_cohort.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default=CurriculumState.DRAFT.value)
    minutes: Mapped[int]
    """For the whole of it."""
    finish_by: Mapped[date | None]
    """The last day; lessons get days to start by from it."""
    poll_id: Mapped[int | None] = mapped_column(ForeignKey("poll.id"))
    """The group's poll."""
    pinned: Mapped[list[Any]]
    """Places (`course/module/unit`) that the composer puts in."""
    skipped: Mapped[list[Any]]
    """Places that the composer leaves out."""
    pretests: Mapped[list[Any]]
    """What the members' pre-tests told last (`queries.pretested`); it moves by ten people."""
    steps: Mapped[list[Any]]
    """Fixed when frozen: a step of the engine each, under its place; empty for a draft."""
    rests_on: Mapped[dict[str, Any]]
    """The group's figures it was fixed with."""
    engine_version: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    """Counts changes, so that a stale page is refused."""
    updated_at: Mapped[datetime]
    frozen_at: Mapped[datetime | None]
    assigned_at: Mapped[datetime | None]
