"""When people answered, as counts only: by the minute while a poll runs, in wide slices after it.

Neither table knows a voter key, an answer or an address. A secret poll has rows in neither.
"""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base


class Pace(Base):
    """How many devices answered a running poll for the first time in one minute; gone at its close.

    SQLite keeps no row number for it.
    """

    __tablename__ = "poll_pace"
    __table_args__ = (
        CheckConstraint("people >= 0", name="people"),
        {"sqlite_with_rowid": False},
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    minute: Mapped[int] = mapped_column(primary_key=True)
    """Whole minutes since 1970."""
    people: Mapped[int] = mapped_column(default=0)
    asked: Mapped[bool] = mapped_column(default=False)
    """Whether the poll opened, or a moderator put a question to the room, in this minute."""


class Times(Base):
    """What a closed poll tells of when it was answered. No slice holds fewer than ten people."""

    __tablename__ = "poll_times"
    __table_args__ = (
        CheckConstraint("people >= 0", name="people"),
        CheckConstraint("step > 0", name="step"),
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    people: Mapped[int]
    """Devices that answered, also those that took their answers back later."""
    step: Mapped[int]
    """Minutes of the narrowest slice possible."""
    slices: Mapped[list[Any]]
    """[from, until, people], in whole minutes since 1970; empty where fewer than ten answered."""
    bursts: Mapped[list[Any]]
    """[hour, bursts that began in it], the hour by its first minute since 1970."""
