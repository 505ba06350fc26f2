"""What people tell of themselves in a poll, the tables made of it, and what weights them.

A profile is kept under the same key as the device's ballots, because tables of a running poll
need both; it holds coarse levels, no account and no time. At the close the levels are written
onto the ballots, which then get random names, and the profiles are deleted (`domain/profiles.py`).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base, state_check


class FirstRelease(StrEnum):
    """From when a running poll's tables are published; the close publishes them in any case.

    Bands and hidden cells of the first release stay, so an early one stays shallow.
    """

    HUNDRED = "100"
    THOUSAND = "1000"
    CLOSE = "close"


class Audience(StrEnum):
    """For whom tables are made; each list is protected by itself."""

    PUBLIC = "public"
    STAFF = "staff"


class ProfileAsk(Base):
    """Which attributes a poll asks for. A poll without such a row asks for none."""

    __tablename__ = "poll_profile_ask"
    __table_args__ = (state_check("first_release", FirstRelease),)

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    attributes: Mapped[list[Any]]
    """Codes of `profiles.Attribute`, in its order; frozen once the poll has opened."""
    first_release: Mapped[str] = mapped_column(default=FirstRelease.CLOSE.value)
    margin_set_id: Mapped[int | None] = mapped_column(ForeignKey("poll_margin_set.id"))
    """The population its totals are weighted to."""


class StoredProfile(Base):
    """What one device told, while the poll runs. SQLite keeps no row number for it."""

    __tablename__ = "poll_profile"
    __table_args__ = ({"sqlite_with_rowid": False},)

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    voter_key: Mapped[str] = mapped_column(primary_key=True)
    """The key of the device's ballots."""
    cell: Mapped[str]
    """`profiles.cell_of`."""


class Release(Base):
    """The tables of one question as they were last published: only what may be seen."""

    __tablename__ = "poll_release"
    __table_args__ = (
        state_check("audience", Audience),
        CheckConstraint("number >= 1", name="number"),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("poll_question.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]
    """1 for the first release, one more for each that moved something."""
    n: Mapped[int]
    """Everybody who had answered when it was last computed."""
    final: Mapped[bool] = mapped_column(default=False)
    """Whether it was computed after the close."""
    shown: Mapped[dict[str, Any]]
    """Tables and what was withheld, as `survey.worker` made them."""
    weighted: Mapped[dict[str, Any] | None]
    """Weighted totals, computed from `shown` alone; empty where no margins were chosen."""
    released_at: Mapped[datetime]


class ReleaseHeld(Base):
    """What the next release needs to know of the last, true counts included.

    Never read for a page; gone once the release is final.
    """

    __tablename__ = "poll_release_held"
    __table_args__ = (state_check("audience", Audience),)

    question_id: Mapped[int] = mapped_column(ForeignKey("poll_question.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[bytes]
    """Compressed JSON of `survey.keeping`."""


class MarginSet(Base):
    """Known shares of a population, under a name. Never changed: a new set replaces an old one."""

    __tablename__ = "poll_margin_set"
    __table_args__ = (Index(None, "institution_id", "retired"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    """None for the city itself."""
    name: Mapped[Bilingual]
    source: Mapped[Bilingual]
    """Where the figures come from, and of which day."""
    margins: Mapped[dict[str, Any]]
    """Attribute to level to count or share; a level without a figure is absent."""
    retired: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
