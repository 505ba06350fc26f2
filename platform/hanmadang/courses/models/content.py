"""What is taught. A version is written once, published, and never changed afterwards."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine


class VersionState(StrEnum):
    """Where a version of a course stands."""

    DRAFT = "draft"
    """Written, shown to nobody."""
    IN_REVIEW = "in_review"
    """Handed to the partners named, who each sign it or send it back."""
    RETURNED = "returned"
    """Sent back by a partner; what follows is a new version."""
    APPROVED = "approved"
    """Signed by every partner named; published at its date."""
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


VERSION_STEPS: Mapping[VersionState, frozenset[VersionState]] = {
    VersionState.DRAFT: frozenset({VersionState.IN_REVIEW, VersionState.PUBLISHED}),
    VersionState.IN_REVIEW: frozenset({VersionState.RETURNED, VersionState.APPROVED}),
    VersionState.APPROVED: frozenset({VersionState.RETURNED, VersionState.PUBLISHED}),
    VersionState.PUBLISHED: frozenset({VersionState.SUPERSEDED}),
}
version_machine = Machine(VERSION_STEPS)
READ = (VersionState.PUBLISHED, VersionState.SUPERSEDED)
"""States of what learners have, or had, before them."""


class BlockKind(StrEnum):
    """What a block of a lesson is."""

    TEXT = "text"
    PERSPECTIVES = "perspectives"
    """Views on a disputed matter, side by side, each stated at its best."""
    TABLE = "table"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    DOCUMENT = "document"
    TIMELINE = "timeline"
    MAP = "map"
    QUESTION = "question"
    REFLECTION = "reflection"
    EVENT = "event"
    POLL = "poll"


class QuestionKind(StrEnum):
    """How a question is answered."""

    ONE = "one"
    SEVERAL = "several"
    TRUE_FALSE = "true_false"
    NUMERIC = "numeric"
    SHORT = "short"
    MATCHING = "matching"
    ORDERING = "ordering"
    GAPS = "gaps"
    SPOTS = "spots"


class Course(Base):
    """A course; what is taught in it stands in its versions."""

    __tablename__ = "course"
    __table_args__ = (Index(None, "institution_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    position: Mapped[int]
    """Its place in the list of courses, smallest first."""
    title: Mapped[Bilingual]
    summary: Mapped[Bilingual]
    audience: Mapped[Bilingual]
    institution_id: Mapped[int | None] = mapped_column(ForeignKey("institution.id"))
    """Who answers for the course."""


class CourseVersion(Base):
    """One state of a course's content; the totals are written once, at publication."""

    __tablename__ = "course_version"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        state_check("state", VersionState),
        CheckConstraint(
            "(state IN ('published', 'superseded')) = (published_at IS NOT NULL)",
            name="published_at_known",
        ),
        Index(
            "uq_course_version_published",
            "course_id",
            unique=True,
            sqlite_where=text("state = 'published'"),
            postgresql_where=text("state = 'published'"),
        ),
        Index(
            "uq_course_version_open",
            "course_id",
            unique=True,
            sqlite_where=text("state IN ('in_review', 'approved')"),
            postgresql_where=text("state IN ('in_review', 'approved')"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    state: Mapped[str] = mapped_column(default=VersionState.DRAFT.value)
    published_at: Mapped[datetime | None]
    content_hash: Mapped[str]
    """SHA-256 of what was published, so that the same content is not published twice."""
    unit_count: Mapped[int]
    question_count: Mapped[int]
    minutes_ko: Mapped[int]
    minutes_en: Mapped[int]


class Module(Base):
    """A chapter of a version."""

    __tablename__ = "course_module"
    __table_args__ = (UniqueConstraint("version_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    slug: Mapped[str]
    position: Mapped[int]
    title: Mapped[Bilingual]
    summary: Mapped[Bilingual]


class Unit(Base):
    """A lesson: read in one sitting, done as a whole."""

    __tablename__ = "course_unit"
    __table_args__ = (
        UniqueConstraint("module_id", "slug"),
        UniqueConstraint("version_id", "position"),
        CheckConstraint("minutes_ko > 0 AND minutes_en > 0", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"))
    slug: Mapped[str]
    position: Mapped[int]
    """Its place in the whole version, from 1."""
    title: Mapped[Bilingual]
    minutes_ko: Mapped[int]
    minutes_en: Mapped[int]
    perspective: Mapped[Bilingual | None]
    """The viewpoint the unit argues from, where it argues from one."""
    question_count: Mapped[int]
    quiz: Mapped[dict[str, Any]]
    """What differs from a practice without limits: the fields of `specs.QuizSpec`."""


class UnitTopic(Base):
    """What a unit is about."""

    __tablename__ = "unit_topic"
    __table_args__ = (Index(None, "topic_code"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("course_unit.id"), primary_key=True)
    topic_code: Mapped[str] = mapped_column(ForeignKey("topic.code"), primary_key=True)


class UnitCompetency(Base):
    """A unit teaches a competency, with a strength between 0 and 1."""

    __tablename__ = "unit_competency"
    __table_args__ = (
        CheckConstraint("strength > 0 AND strength <= 1", name="strength"),
        Index(None, "competency_code"),
    )

    unit_id: Mapped[int] = mapped_column(ForeignKey("course_unit.id"), primary_key=True)
    competency_code: Mapped[str] = mapped_column(ForeignKey("competency.code"), primary_key=True)
    strength: Mapped[float]


class UnitNeed(Base):
    """A unit cannot be understood before this competency (a hard prerequisite)."""

    __tablename__ = "unit_need"
    __table_args__ = (Index(None, "competency_code"),)

    unit_id: Mapped[int] = mapped_column(ForeignKey("course_unit.id"), primary_key=True)
    competency_code: Mapped[str] = mapped_column(ForeignKey("competency.code"), primary_key=True)


class Block(Base):
    """A part of a lesson that can be linked to: ``#block-3``."""

    __tablename__ = "course_block"
    __table_args__ = (UniqueConstraint("unit_id", "position"), state_check("kind", BlockKind))

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("course_unit.id"))
    position: Mapped[int]
    """From 1."""
    kind: Mapped[str]
    content: Mapped[dict[str, Any]]
    """The source: what `writing.write_block` writes."""
    html: Mapped[dict[str, Any]]
    """``{language: cleaned HTML}``, made once at publication."""


class Source(Base):
    """Where a unit's facts come from."""

    __tablename__ = "course_source"
    __table_args__ = (UniqueConstraint("unit_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("course_unit.id"))
    position: Mapped[int]
    title: Mapped[Bilingual]
    publisher: Mapped[Bilingual]
    year: Mapped[int]
    url: Mapped[str]
    """Empty where no lasting address is known."""


class Question(Base):
    """A question of a unit's quiz; its options stand in their order."""

    __tablename__ = "course_question"
    __table_args__ = (
        UniqueConstraint("unit_id", "slug"),
        UniqueConstraint("unit_id", "position"),
        state_check("kind", QuestionKind),
        Index(None, "competency_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("course_unit.id"))
    slug: Mapped[str]
    position: Mapped[int]
    kind: Mapped[str]
    competency_code: Mapped[str] = mapped_column(ForeignKey("competency.code"))
    text: Mapped[Bilingual]
    explanation: Mapped[Bilingual | None]
    body: Mapped[dict[str, Any]]
    """What the kind holds beyond the text, as `writing.write_body` writes it."""
    hints: Mapped[list[Any]]
    """Texts, in the order in which they are told."""
