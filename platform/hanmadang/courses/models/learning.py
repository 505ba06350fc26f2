"""What each person did: an append-only log, and the progress that follows from it.

Progress is a set of things that once happened (opened, answered, answered right, done), so
that events arriving twice or in another order lead to the same state, and it never falls.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine


class EventKind(StrEnum):
    """What happened."""

    OPENED = "opened"
    BLOCK_REACHED = "block_reached"
    ANSWERED = "answered"
    COMPLETED = "completed"
    CARRIED = "carried"
    """Done in an earlier version, and kept when the person switched to this one."""
    HINTED = "hinted"
    """Asked for a hint, and was told the next one."""
    WATCHED = "watched"
    """Seconds of a film or recording were played; `Watched` says which."""


class UnitState(StrEnum):
    """How far a person came in a unit."""

    NOT_STARTED = "not_started"
    STARTED = "started"
    DONE = "done"


UNIT_STEPS: Mapping[UnitState, frozenset[UnitState]] = {
    UnitState.NOT_STARTED: frozenset({UnitState.STARTED}),
    UnitState.STARTED: frozenset({UnitState.DONE}),
}
unit_machine = Machine(UNIT_STEPS)


STUCK = text("right_at IS NULL AND tries >= 3")
"""Questions that somebody tried three times in vain: few rows, which the desk looks for."""


class Enrolment(Base):
    """A person takes a course, in the version pinned here, until they choose a newer one."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("account_id", "course_id"),
        Index(None, "course_version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    locale: Mapped[str]
    """The language in which the person enrolled; letters about the course use it."""
    enrolled_at: Mapped[datetime]
    resume_unit_id: Mapped[int] = mapped_column(ForeignKey("course_unit.id"))
    """Where "continue" leads."""
    resume_anchor: Mapped[str] = mapped_column(default="block-1")
    """The place in that unit: ``block-3``, ``question-slug`` or ``questions``."""
    resume_locale: Mapped[str]
    """The language in which the course was read last."""
    touched_at: Mapped[datetime]


class LearningEvent(Base):
    """One thing that happened. Rows are never changed; a person's erasure removes them."""

    __tablename__ = "learning_event"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        Index(None, "account_id", "unit_id"),
        Index(None, "unit_id", "at"),
        state_check("kind", EventKind),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    key: Mapped[str]
    """The idempotency key: the same happening arriving twice is one row."""
    kind: Mapped[str]
    unit_id: Mapped[int] = mapped_column(ForeignKey("course_unit.id"))
    block: Mapped[int | None]
    client_at: Mapped[datetime | None]
    """The device's clock, where it told us; only a hint."""
    at: Mapped[datetime]


class Answer(Base):
    """One try at one question; rows are never changed."""

    __tablename__ = "course_answer"
    __table_args__ = (
        Index(None, "account_id", "question_id"),
        CheckConstraint("score >= 0 AND score <= 1", name="score"),
    )

    event_id: Mapped[int] = mapped_column(ForeignKey("learning_event.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("course_question.id"))
    response: Mapped[list[Any]]
    """What was chosen or typed, as `grading.taken` puts it."""
    correct: Mapped[bool]
    score: Mapped[float]
    """The share of the credit, from 0 to 1; `correct` is a score of 1."""
    at: Mapped[datetime]


class QuestionProgress(Base):
    """How a person stands with a question; a row means that it was answered."""

    __tablename__ = "question_progress"
    __table_args__ = (
        CheckConstraint("score >= 0 AND score <= 1", name="score"),
        Index(
            "ix_question_progress_stuck",
            "account_id",
            "question_id",
            sqlite_where=STUCK,
            postgresql_where=STUCK,
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("course_question.id"), primary_key=True)
    tries: Mapped[int]
    """Rows of `Answer`; 0 where the answer was carried from an earlier version."""
    response: Mapped[list[Any]]
    """The latest."""
    score: Mapped[float]
    """The best there was, from 0 to 1."""
    right_at: Mapped[datetime | None]
    """When it was first answered right; never taken back."""


class UnitProgress(Base):
    """How far a person came in a unit of one version."""

    __tablename__ = "unit_progress"
    __table_args__ = (
        state_check("state", UnitState),
        CheckConstraint("(state = 'done') = (completed_at IS NOT NULL)", name="completed_at_known"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("course_unit.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default=UnitState.STARTED.value)
    last_block: Mapped[int] = mapped_column(default=1)
    """The furthest block reached."""
    last_question: Mapped[int | None] = mapped_column(ForeignKey("course_question.id"))
    """The question answered last."""
    answered: Mapped[int] = mapped_column(default=0)
    """Questions answered at least once."""
    right: Mapped[int] = mapped_column(default=0)
    """Questions answered right at least once: the best score."""
    completed_at: Mapped[datetime | None]
    """When the unit was done; never changed afterwards."""
