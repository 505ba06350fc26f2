"""Evidence people brought in by their own act.

It carries a day and no finer time, no ballot and no stance; nothing here can be joined to the
ballots of a poll.
"""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.curricula.engine.inputs import Source
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
        state_check("source_kind", Source),
        CheckConstraint(
            "(kind = 'knowledge' AND competency_code IS NOT NULL AND topic_code IS NULL)"
            " OR (kind = 'interest' AND topic_code IS NOT NULL AND competency_code IS NULL)",
            name="kind_fits",
        ),
        CheckConstraint('"right" >= 0 AND "right" <= "of"', name="right_of"),
        Index(None, "account_id"),
        Index(None, "source_kind", "source_ref"),
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


class Basis(StrEnum):
    """What belongs to another room, and is read from there until a person sets it aside."""

    QUIZ = "quiz"
    """Answers in lessons on one competency."""
    LESSON = "lesson"
    """A finished lesson."""
    EVENT = "event"
    """A booked event."""


class SetAside(Base):
    """Something a person does not want used for their path. Taking it back removes the row."""

    __tablename__ = "evidence_set_aside"
    __table_args__ = (state_check("basis", Basis),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    basis: Mapped[str] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(primary_key=True)
    """A competency's code, an event's id, or ``course/module/lesson``."""
    created_on: Mapped[date]
