"""Who answers for a version: partners, their signatures and comments, and what they hold core."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine


class SignatureState(StrEnum):
    """Where a partner's signature stands."""

    WAITING = "waiting"
    SIGNED = "signed"
    RETURNED = "returned"


signature_machine = Machine(
    {
        SignatureState.WAITING: frozenset({SignatureState.SIGNED, SignatureState.RETURNED}),
        SignatureState.SIGNED: frozenset({SignatureState.RETURNED}),
    }
)


class CoursePartner(Base):
    """An institution without whose signature no version of the course is published."""

    __tablename__ = "course_partner"

    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), primary_key=True)


class VersionDocument(Base):
    """The file of a version, exactly as it was hashed, shown and signed. Never changed."""

    __tablename__ = "version_document"

    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    content: Mapped[dict[str, Any]]


class VersionReview(Base):
    """A version handed in: by whom, why, and from when it shall hold."""

    __tablename__ = "version_review"

    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    submitted_at: Mapped[datetime]
    effective_at: Mapped[datetime | None]
    """Not published before; None for as soon as the last partner has signed."""
    note: Mapped[str] = mapped_column(default="")
    """What changed, in the words of whoever handed it in."""


class VersionSignature(Base):
    """One partner's word on one version, on exactly this content."""

    __tablename__ = "version_signature"
    __table_args__ = (
        state_check("state", SignatureState),
        CheckConstraint("(state = 'waiting') = (at IS NULL)", name="at_known"),
    )

    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default=SignatureState.WAITING.value)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(default="")
    content_hash: Mapped[str] = mapped_column(default="")
    """Of what the signer had before them."""


class ReviewComment(Base):
    """A remark on a version, or on one of its units."""

    __tablename__ = "review_comment"
    __table_args__ = (Index(None, "version_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    unit: Mapped[str] = mapped_column(default="")
    """``module/unit``, or empty for the whole."""
    answers: Mapped[int | None] = mapped_column(ForeignKey("review_comment.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    text: Mapped[str]
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]


class CoreUnit(Base):
    """A unit that an institution holds to be core, in whatever version."""

    __tablename__ = "core_unit"
    __table_args__ = (UniqueConstraint("institution_id", "course_id", "module_slug", "unit_slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    module_slug: Mapped[str]
    unit_slug: Mapped[str]
