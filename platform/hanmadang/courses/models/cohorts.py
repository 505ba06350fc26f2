"""Cohorts: people who take a course together, such as a class or officers of a partner city."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine


class CohortKind(StrEnum):
    """Whom a cohort is for."""

    SCHOOL = "school"
    OFFICERS = "officers"
    """Civic officers of cities abroad."""
    GROUP = "group"


class CohortState(StrEnum):
    """Whether people can still come in."""

    OPEN = "open"
    CLOSED = "closed"


COHORT_STEPS: Mapping[CohortState, frozenset[CohortState]] = {
    CohortState.OPEN: frozenset({CohortState.CLOSED}),
    CohortState.CLOSED: frozenset({CohortState.OPEN}),
}
cohort_machine = Machine(COHORT_STEPS)


class MemberState(StrEnum):
    """How far somebody is in a cohort."""

    ASKED = "asked"
    """Under 14: the guardian was asked by mail; instructors see nothing yet."""
    JOINED = "joined"


MEMBER_STEPS: Mapping[MemberState, frozenset[MemberState]] = {
    MemberState.ASKED: frozenset({MemberState.JOINED}),
}
member_machine = Machine(MEMBER_STEPS)


class Cohort(Base):
    """A group with its own instructors, in a run or at its own pace."""

    __tablename__ = "course_cohort"
    __table_args__ = (
        state_check("kind", CohortKind),
        state_check("state", CohortState),
        CheckConstraint("language IN ('ko', 'en')", name="language_known"),
        Index(None, "course_id"),
        Index(None, "run_id"),
        Index(None, "institution_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("course_run.id"))
    """Empty for a cohort at its own pace."""
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    kind: Mapped[str]
    state: Mapped[str] = mapped_column(default=CohortState.OPEN.value)
    name: Mapped[Bilingual]
    language: Mapped[str]
    """First language: of the invitation, and of every message without a translation."""
    label: Mapped[Bilingual]
    """What certificates of its members say besides the course; empty for nothing."""
    seed: Mapped[str]
    """The invitation code follows from it and the house's secret; a new seed, a new code."""
    code_hash: Mapped[str] = mapped_column(unique=True)
    """Keyed hash by which a typed code is recognised."""
    created_at: Mapped[datetime]

    @property
    def mail_subject(self) -> str:
        """How the outbox names this cohort."""
        return f"course-cohort:{self.id}"


class CohortMember(Base):
    """A person in a cohort, by their own consent. Leaving deletes the row."""

    __tablename__ = "course_cohort_member"
    __table_args__ = (
        UniqueConstraint("cohort_id", "account_id"),
        state_check("state", MemberState),
        Index(None, "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cohort_id: Mapped[int] = mapped_column(ForeignKey("course_cohort.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    state: Mapped[str] = mapped_column(default=MemberState.JOINED.value)
    locale: Mapped[str]
    """Language of the mails about this cohort."""
    consent: Mapped[str]
    """Which version of the text about what instructors see was agreed to."""
    guardian: Mapped[bool] = mapped_column(default=False)
    """Agreed to by the guardian of somebody under 14."""
    joined_at: Mapped[datetime]


class CohortInstructor(Base):
    """Somebody who teaches a cohort and sees its learners, and no others."""

    __tablename__ = "course_cohort_instructor"
    __table_args__ = (Index(None, "account_id"),)

    cohort_id: Mapped[int] = mapped_column(ForeignKey("course_cohort.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    added_at: Mapped[datetime]
