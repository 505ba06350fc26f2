"""How a poll is led through an evening, and when it opens and closes by itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.clock import Moment
from hanmadang.kernel.db import Base, WallClock


class Stage(Base):
    """What the moderators of one poll have set. A poll without one asks all at once.

    What casting must obey stands in `Poll.gate` (`staging.Gate`).
    """

    __tablename__ = "poll_stage"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    version: Mapped[int]
    """Raised by every act; an act names the one it saw, so that of two moderators one acts."""
    led: Mapped[bool] = mapped_column(default=False)
    """One question at a time."""
    question_id: Mapped[int | None] = mapped_column(ForeignKey("poll_question.id"))
    """The question that is on; none before the poll opens."""
    blank: Mapped[bool] = mapped_column(default=False)
    held: Mapped[bool] = mapped_column(default=False)
    """Whether the hall screen keeps its numbers."""
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """The scene before the last act, by which it is undone."""


class Schedule(Base):
    """When a poll opens and closes by itself: wall clock, zone, and the instants that follow."""

    __tablename__ = "poll_schedule"
    __table_args__ = (
        CheckConstraint("(opens_at IS NULL) = (opens_local IS NULL)", name="opens"),
        CheckConstraint("(closes_at IS NULL) = (closes_local IS NULL)", name="closes"),
        CheckConstraint("closes_at IS NULL OR opens_at IS NULL OR opens_at < closes_at",
                        name="order"),
    )  # fmt: skip

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    zone: Mapped[str]
    """IANA name."""
    opens_local: Mapped[datetime | None] = mapped_column(WallClock)
    opens_at: Mapped[datetime | None] = mapped_column(index=True)
    closes_local: Mapped[datetime | None] = mapped_column(WallClock)
    closes_at: Mapped[datetime | None] = mapped_column(index=True)

    @property
    def opens(self) -> Moment | None:
        """When it opens."""
        return _moment(self.opens_at, self.opens_local, self.zone)

    @property
    def closes(self) -> Moment | None:
        """From when nothing is counted any more."""
        return _moment(self.closes_at, self.closes_local, self.zone)


def _moment(instant: datetime | None, local: datetime | None, zone: str) -> Moment | None:
    return Moment(instant, local, zone) if instant and local else None
