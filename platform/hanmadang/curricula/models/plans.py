"""What a person wishes of their path, and the path last shown to them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base


class Preference(Base):
    """What a person wishes of their path."""

    __tablename__ = "path_preference"
    __table_args__ = (
        CheckConstraint("minutes_per_week BETWEEN 10 AND 600", name="minutes"),
        CheckConstraint("longest BETWEEN 5 AND 60", name="longest"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    minutes_per_week: Mapped[int] = mapped_column(default=60)
    topics: Mapped[list[Any]]
    """Codes of the topics they declared, sorted."""
    levels: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """How much a declared topic interests them, from 1 to 3; 3 where nothing is said."""
    deadline: Mapped[date | None]
    """The day on which they want to be through."""
    needs_captions: Mapped[bool] = mapped_column(default=False)
    longest: Mapped[int | None]
    """The most minutes of one lesson; none where any length will do."""


class StoredPlan(Base):
    """The path last shown to a person in one language, with what it takes to make it again."""

    __tablename__ = "stored_plan"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    engine_version: Mapped[str]
    inputs_hash: Mapped[str]
    """Of everything but `kept`, which is no input of the person's."""
    kept: Mapped[list[Any]] = mapped_column(default=list)
    """The next two lessons of the path before, which this one was asked to keep."""
    before_hash: Mapped[str] = mapped_column(default="")
    """The inputs of the path before: whoever goes back to them gets that path again."""
    before_kept: Mapped[list[Any]] = mapped_column(default=list)
    steps: Mapped[list[Any]]
    omitted: Mapped[list[Any]]


class PathFeed(Base):
    """The secret address at which a person's calendar program reads their path."""

    __tablename__ = "path_feed"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    seed: Mapped[str] = mapped_column(unique=True)
    """The address is made from it; a new seed ends the old address."""
    language: Mapped[str]
