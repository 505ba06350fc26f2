"""What a path rests on: evidence people brought in, their wishes, their stored path, and which
modules belong to which event.

Evidence carries a day and no finer time, no ballot and no stance; nothing here can be joined to
the ballots of a poll.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base, state_check


class EvidenceKind(StrEnum):
    """What a piece of evidence is about. An opinion is none of them."""

    KNOWLEDGE = "knowledge"
    INTEREST = "interest"


class Evidence(Base):
    """One thing a person's own act told us: an answer on a competency, or a topic they chose."""

    __tablename__ = "evidence"
    __table_args__ = (
        state_check("kind", EvidenceKind),
        CheckConstraint("source_kind IN ('poll', 'quiz', 'declared')", name="source_kind_known"),
        CheckConstraint(
            "(kind = 'knowledge' AND competency_code IS NOT NULL AND topic_code IS NULL)"
            " OR (kind = 'interest' AND topic_code IS NOT NULL AND competency_code IS NULL)",
            name="kind_fits",
        ),
        CheckConstraint('"right" >= 0 AND "right" <= "of"', name="right_of"),
        Index(None, "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str]
    competency_code: Mapped[str | None] = mapped_column(ForeignKey("competency.code"))
    topic_code: Mapped[str | None] = mapped_column(ForeignKey("topic.code"))
    right: Mapped[int] = mapped_column(default=0)
    of: Mapped[int] = mapped_column(default=0)
    source_kind: Mapped[str]
    source_ref: Mapped[str]
    """Which poll it came from; bringing the same poll in again replaces its pieces."""
    source_label: Mapped[Bilingual]
    """That poll's title."""
    consent_version: Mapped[str]
    """The consent text under which it is kept."""
    created_on: Mapped[date]


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


class LinkRole(StrEnum):
    """How a module stands to an event."""

    LEAD_IN = "lead_in"
    FOLLOW_UP = "follow_up"


class ModuleLink(Base):
    """A module that prepares for an event, or carries on from it.

    The module is named by course and slug, so that the link outlives a new version of the course.
    """

    __tablename__ = "module_link"
    __table_args__ = (
        UniqueConstraint("event_id", "course_id", "module_slug", "role"),
        state_check("role", LinkRole),
        Index(None, "course_id", "module_slug"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    module_slug: Mapped[str]
    role: Mapped[str]
