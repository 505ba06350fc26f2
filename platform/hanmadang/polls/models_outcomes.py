"""What came of a poll, and who asked to be told.

A follower is an address and nothing else: no account, no device, no time, no serial number. The
table is keyed by a random seed, so that its rows have no order that could be laid beside anything.
"""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base, state_check


class OutcomeState(StrEnum):
    """How far a consequence has come."""

    DECIDED = "decided"
    UNDER_WAY = "under_way"
    DONE = "done"
    NOT_FOLLOWED = "not_followed"
    """The organizers do otherwise, and say why."""


class Outcome(Base):
    """One thing that came of a poll, public from the moment it is written."""

    __tablename__ = "poll_outcome"
    __table_args__ = (
        state_check("state", OutcomeState),
        CheckConstraint("version >= 1", name="version"),
        CheckConstraint("(link IS NULL) = (link_title IS NULL)", name="link"),
        Index(None, "poll_id", "happened_on"),
        Index(None, "happened_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    state: Mapped[str]
    happened_on: Mapped[date]
    text: Mapped[Bilingual]
    reason: Mapped[Bilingual]
    """Why the poll was not followed; empty otherwise."""
    link: Mapped[str | None]
    """A page of ours, without its language (`kernel.pointers`)."""
    link_title: Mapped[Bilingual | None]
    version: Mapped[int] = mapped_column(default=1)
    """One more for each change; what it said before stands in the audit log."""
    created_at: Mapped[datetime]


class Outlook(Base):
    """By when the organizers mean to say what came of a poll."""

    __tablename__ = "poll_outlook"

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    expected_on: Mapped[date]


class Follower(Base):
    """An address that asked to be told what comes of a poll."""

    __tablename__ = "poll_follower"
    __table_args__ = (UniqueConstraint("poll_id", "key"), {"sqlite_with_rowid": False})

    seed: Mapped[str] = mapped_column(primary_key=True)
    """Random; the links in mails follow from it and the secret key of the house."""
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    address: Mapped[str]
    """As written, for mail."""
    key: Mapped[str]
    """As compared: one row for all ways to write an address."""
    language: Mapped[str]
    confirmed: Mapped[bool] = mapped_column(default=False)
