"""A pre-test: at most eight questions before the first lesson, which may be left at any time."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base, state_check


class PretestState(StrEnum):
    """Where a pre-test stands."""

    RUNNING = "running"
    ENDED = "ended"


class Outcome(StrEnum):
    """What an answer was. What exactly was answered is not kept."""

    RIGHT = "right"
    WRONG = "wrong"
    UNSURE = "unsure"
    """ "I don't know"."""


class Pretest(Base):
    """A person's pre-test; beginning again replaces the one before."""

    __tablename__ = "pretest"
    __table_args__ = (state_check("state", PretestState),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    state: Mapped[str]
    begun_on: Mapped[date]
    before: Mapped[list[Any]]
    """The lessons of the path when it began, so that the result can say what changed."""


class PretestAnswer(Base):
    """One question of a pre-test that was answered."""

    __tablename__ = "pretest_answer"
    __table_args__ = (
        state_check("outcome", Outcome),
        CheckConstraint("place BETWEEN 1 AND 8", name="place"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("pretest.account_id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    """From 1, in the order of asking."""
    question_id: Mapped[int] = mapped_column(ForeignKey("course_question.id"))
    competency_code: Mapped[str] = mapped_column(ForeignKey("competency.code"))
    outcome: Mapped[str]
