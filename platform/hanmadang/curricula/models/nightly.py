"""What the night leaves: numbers fitted to everybody's answers, and how far a replan run came.

Neither names anybody.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base, state_check


class FittedParameters(Base):
    """One night's numbers of the engine. The latest hold; the last few are kept to compare."""

    __tablename__ = "fitted_parameters"
    __table_args__ = (CheckConstraint("people >= 0 AND answers >= 0", name="counts"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    fitted_on: Mapped[date] = mapped_column(unique=True)
    engine_version: Mapped[str]
    people: Mapped[int]
    answers: Mapped[int]
    numbers: Mapped[dict[str, Any] | None]
    """As `parameters_to_json` writes them; None where the answers were too few to fit."""


class RunCause(StrEnum):
    """Why many paths are made anew."""

    NIGHT = "night"
    POLL = "poll"
    """A poll closed: the paths of those who brought their answers from it."""


class ReplanRun(Base):
    """One run over many paths. A run that was cut short goes on behind its last person."""

    __tablename__ = "replan_run"
    __table_args__ = (state_check("cause", RunCause), UniqueConstraint("cause", "ref"))

    id: Mapped[int] = mapped_column(primary_key=True)
    cause: Mapped[str]
    ref: Mapped[str]
    """The night's date, or the poll's id."""
    begun_at: Mapped[datetime]
    beat_at: Mapped[datetime]
    """When it last got on; another process takes over a run that stands still."""
    upto: Mapped[int] = mapped_column(default=0)
    """The last account that is done."""
    looked_at: Mapped[int] = mapped_column(default=0)
    made: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
