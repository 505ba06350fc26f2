"""The question bank: questions kept for many courses, and where each is used."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.courses.models.content import QuestionKind
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base, state_check


class BankEntry(Base):
    """A question in the file form, whole and checked."""

    __tablename__ = "bank_entry"
    __table_args__ = (
        state_check("kind", QuestionKind),
        Index(None, "competency_code"),
        Index("uq_bank_entry_same", "institution_id", "content_hash", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    kind: Mapped[str]
    competency_code: Mapped[str] = mapped_column(ForeignKey("competency.code"))
    text: Mapped[Bilingual]
    search: Mapped[str]
    """Text and answers as they are searched."""
    content: Mapped[dict[str, Any]]
    content_hash: Mapped[str]
    origin: Mapped[str] = mapped_column(default="")
    """Where it came from, such as the name of an imported file."""
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    updated_at: Mapped[datetime]


class BankUse(Base):
    """A question of a draft's unit that was taken from the bank."""

    __tablename__ = "bank_use"
    __table_args__ = (Index(None, "entry_id"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("draft_unit.id"), primary_key=True)
    question: Mapped[str] = mapped_column(primary_key=True)
    """Its slug in the unit."""
    entry_id: Mapped[int] = mapped_column(ForeignKey("bank_entry.id"))
    content_hash: Mapped[str]
    """The entry as it was when it was taken."""
