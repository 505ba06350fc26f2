"""Quizzes that count: one row for each time somebody takes one, and what staff allow a person."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine


class AttemptState(StrEnum):
    """Where an attempt stands."""

    OPEN = "open"
    HANDED_IN = "handed_in"
    """By the person, or by the end of the time with what was saved."""


ATTEMPT_STEPS: Mapping[AttemptState, frozenset[AttemptState]] = {
    AttemptState.OPEN: frozenset({AttemptState.HANDED_IN}),
}
attempt_machine = Machine(ATTEMPT_STEPS)


class QuizAttempt(Base):
    """One attempt of a person at a unit's quiz: what was drawn, saved and reached."""

    __tablename__ = "quiz_attempt"
    __table_args__ = (
        UniqueConstraint("account_id", "unit_id", "number"),
        state_check("state", AttemptState),
        CheckConstraint("(state = 'handed_in') = (submitted_at IS NOT NULL)", name="submitted"),
        CheckConstraint("(state = 'handed_in') = (score IS NOT NULL)", name="scored"),
        CheckConstraint("score >= 0 AND score <= 1", name="score"),
        Index(
            "uq_quiz_attempt_open",
            "account_id",
            "unit_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(None, "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("course_unit.id"))
    number: Mapped[int]
    """From 1, for this person and unit."""
    state: Mapped[str] = mapped_column(default=AttemptState.OPEN.value)
    started_at: Mapped[datetime]
    deadline: Mapped[datetime | None]
    """Without the grace that the network has; empty where time is not limited."""
    seed: Mapped[str]
    """From which the questions were drawn and the options shuffled."""
    drawn: Mapped[list[Any]]
    """Questions by their ids, in the order in which they are asked."""
    saved: Mapped[dict[str, Any]]
    """``{question id: response}``, as it came in until the handing in."""
    submitted_at: Mapped[datetime | None]
    score: Mapped[float | None]
    """The mean of the drawn questions' shares."""


class QuizAllowance(Base):
    """More time or more attempts for one person in one course."""

    __tablename__ = "quiz_allowance"
    __table_args__ = (
        CheckConstraint("factor >= 1 AND factor <= 10", name="factor"),
        CheckConstraint("extra_attempts >= 0", name="extra_attempts"),
        Index(None, "course_id"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    factor: Mapped[float] = mapped_column(default=1.0)
    """Time limits are multiplied with it."""
    extra_attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(default="")
    """Why, for those who look after the class; the person reads it in their own data."""
