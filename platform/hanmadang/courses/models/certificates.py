"""Certificates: what was promised to whoever met every condition, and what was printed of it.

A certificate keeps its own copy of what it says, so that a later version, title or name of the
institution changes nothing on it. Rows are never removed; erasing an account takes the person out.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine


class CertificateState(StrEnum):
    """Where a certificate stands."""

    ISSUED = "issued"
    REVOKED = "revoked"
    REPLACED = "replaced"
    """Issued again under another number: the name was wrong, or a revocation was."""


CERTIFICATE_STEPS: Mapping[CertificateState, frozenset[CertificateState]] = {
    CertificateState.ISSUED: frozenset({CertificateState.REVOKED, CertificateState.REPLACED}),
    CertificateState.REVOKED: frozenset({CertificateState.REPLACED}),
}
certificate_machine = Machine(CERTIFICATE_STEPS)


class Item(StrEnum):
    """What the holder may print, in the order of the page."""

    NAME = "name"
    COHORT = "cohort"
    BIRTH_YEAR = "birth_year"
    DATE = "date"
    MINUTES = "minutes"
    SCORE = "score"
    VERSION = "version"
    PARTNERS = "partners"


SHOWABLE = (Item.NAME, Item.COHORT, Item.MINUTES, Item.SCORE)
"""What the holder may show to everybody who has the number, besides what always stands there."""


class Certificate(Base):
    """One number. A person has at most one that was not replaced, in each course."""

    __tablename__ = "certificate"
    __table_args__ = (
        state_check("state", CertificateState),
        CheckConstraint(
            "state <> 'revoked' OR (revoked_at IS NOT NULL AND revoked_because IS NOT NULL)",
            name="revoked_with_reason",
        ),
        CheckConstraint(
            "erased_at IS NULL OR (account_id IS NULL AND name IS NULL)", name="erased_is_empty"
        ),
        Index(
            "uq_certificate_of_course",
            "account_id",
            "course_id",
            unique=True,
            sqlite_where=text("state <> 'replaced'"),
            postgresql_where=text("state <> 'replaced'"),
        ),
        Index(None, "course_version_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    """``HM-2026-K7QF-3MWX-P``: `courses.numbers` makes and checks it."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """The holder; nobody once the account was erased."""
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    course_version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    state: Mapped[str] = mapped_column(default=CertificateState.ISSUED.value)
    completed_at: Mapped[datetime]
    """When the last condition was met; the same on every number of one completion."""
    issued_at: Mapped[datetime]
    """When this number was given."""
    locale: Mapped[str]
    """The holder's language when it was issued; letters about it use it."""
    title: Mapped[Bilingual]
    version_number: Mapped[int]
    content_hash: Mapped[str]
    minutes_ko: Mapped[int]
    minutes_en: Mapped[int]
    institution: Mapped[Bilingual | None]
    cohort: Mapped[Bilingual | None]
    """What it says of the holder's cohort, in its first language first; None for nothing."""
    partners: Mapped[list[Any]]
    """Who signed the version: ``[bilingual, …]``."""
    question_count: Mapped[int]
    right_first: Mapped[int]
    """Questions answered right at the first try."""
    name: Mapped[str | None]
    """As the holder writes it; asked when the certificate is first opened."""
    shown: Mapped[list[Any]]
    """The items of `SHOWABLE` that the public page shows."""
    revoked_at: Mapped[datetime | None]
    revoked_because: Mapped[Bilingual | None]
    replaced_at: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    erased_at: Mapped[datetime | None]


class CertificateCopy(Base):
    """One way in which a certificate was printed: a language and a choice of items."""

    __tablename__ = "certificate_copy"
    __table_args__ = (
        UniqueConstraint("certificate_id", "language", "items", "birth_year"),
        CheckConstraint("language IN ('ko', 'en')", name="language_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    language: Mapped[str]
    items: Mapped[str]
    """Values of `Item` in their order, comma-separated."""
    birth_year: Mapped[int]
    """0 where it is not printed: typed by the holder for this copy, and kept nowhere else."""
    code: Mapped[str] = mapped_column(unique=True)
    """Stands on the paper: with it the public page shows what this copy must say."""
    made_at: Mapped[datetime]


class CertificateFile(Base):
    """The fingerprint of a file that was handed over: any other bytes are not ours."""

    __tablename__ = "certificate_file"
    __table_args__ = (Index(None, "copy_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    """SHA-256, hex."""
    copy_id: Mapped[int] = mapped_column(ForeignKey("certificate_copy.id"))
    made_at: Mapped[datetime]
