"""What a person wishes of their path, and the path last shown to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base


class Preference(Base):
    """What a person wishes of their path."""

    __tablename__ = "path_preference"
    __table_args__ = (CheckConstraint("minutes_per_week BETWEEN 10 AND 600", name="minutes"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    minutes_per_week: Mapped[int] = mapped_column(default=60)
    topics: Mapped[list[Any]]
    """Codes of the topics they declared, sorted."""


class StoredPlan(Base):
    """The path last shown to a person in one language, with what it takes to make it again."""

    __tablename__ = "stored_plan"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    language: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    engine_version: Mapped[str]
    inputs_hash: Mapped[str]
    steps: Mapped[list[Any]]
    omitted: Mapped[list[Any]]
