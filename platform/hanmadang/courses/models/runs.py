"""Runs: a course held at set dates with a number of seats, beside taking it at one's own pace."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Self, overload

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.db import Base, WallClock, state_check
from hanmadang.kernel.states import Machine


class RunState(StrEnum):
    """Where a run stands."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


RUN_STEPS: Mapping[RunState, frozenset[RunState]] = {
    RunState.DRAFT: frozenset({RunState.PUBLISHED}),
    RunState.PUBLISHED: frozenset({RunState.CANCELLED}),
}
run_machine = Machine(RUN_STEPS)


class Agreed:
    """A `Moment` kept in the columns ``<name>_at``, ``<name>_local`` and the run's `zone`."""

    def __set_name__(self, owner: type, name: str) -> None:
        self._at, self._local = f"{name}_at", f"{name}_local"

    @overload
    def __get__(self, run: None, owner: type) -> Self: ...
    @overload
    def __get__(self, run: "CourseRun", owner: type) -> Moment: ...
    def __get__(self, run: "CourseRun | None", owner: type) -> "Moment | Self":
        if run is None:
            return self
        return Moment(getattr(run, self._at), getattr(run, self._local), run.zone)

    def __set__(self, run: "CourseRun", value: Moment) -> None:
        setattr(run, self._at, value.instant)
        setattr(run, self._local, value.local)


class CourseRun(Base):
    """A course at set dates. `taken` is moved only by conditional updates."""

    __tablename__ = "course_run"
    __table_args__ = (
        state_check("state", RunState),
        CheckConstraint("seats IS NULL OR seats > 0", name="some_seats"),
        CheckConstraint(
            "taken >= 0 AND (seats IS NULL OR taken <= seats)", name="seats_within_capacity"
        ),
        CheckConstraint("opens_at < closes_at", name="closes_after_opening"),
        CheckConstraint("starts_at < ends_at", name="ends_after_start"),
        CheckConstraint("closes_at <= ends_at", name="closes_before_the_end"),
        CheckConstraint("language IN ('', 'ko', 'en')", name="language_known"),
        Index(None, "course_id", "state"),
        Index(None, "institution_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    """Who holds the run; it need not be who answers for the course."""
    state: Mapped[str] = mapped_column(default=RunState.DRAFT.value)
    title: Mapped[Bilingual]
    """The term, as people say it: 2027 spring."""
    zone: Mapped[str]
    """IANA zone in which every wall clock of this run holds."""
    opens_at: Mapped[datetime]
    opens_local: Mapped[datetime] = mapped_column(WallClock)
    closes_at: Mapped[datetime]
    closes_local: Mapped[datetime] = mapped_column(WallClock)
    starts_at: Mapped[datetime]
    starts_local: Mapped[datetime] = mapped_column(WallClock)
    ends_at: Mapped[datetime]
    ends_local: Mapped[datetime] = mapped_column(WallClock)
    seats: Mapped[int | None]
    """Empty means as many as come."""
    taken: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(default="")
    """In which language people mostly talk in it; empty for both. The lessons stay in both."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every edit; an edit of an older version is refused."""
    created_at: Mapped[datetime]

    opens = Agreed()
    """Enrolment opens."""
    closes = Agreed()
    """Enrolment closes."""
    starts = Agreed()
    ends = Agreed()

    @property
    def mail_subject(self) -> str:
        """How the outbox names this run."""
        return f"course-run:{self.id}"


class RunSeat(Base):
    """A person's place in a run. Giving it back deletes the row; the audit log remembers."""

    __tablename__ = "course_run_seat"
    __table_args__ = (UniqueConstraint("run_id", "account_id"), Index(None, "account_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("course_run.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    locale: Mapped[str]
    """Language of the mails about this run."""
    consent: Mapped[str]
    """Which version of the text about what organizers see was agreed to."""
    created_at: Mapped[datetime]


class CoursePace(Base):
    """What the organizer decided about taking a course without a run; no row means open."""

    __tablename__ = "course_pace"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    self_paced: Mapped[bool] = mapped_column(default=True)
    """Whether progress can begin without a run or a cohort. Reading is open either way."""
