"""What goes with a learner beside the lesson: marks, reviews, and the texts that are searched.

Marks and reviews name course, module, unit and question by their slugs, not by the rows of one
version, so that they outlive a switch to the next one.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base


class Mark(Base):
    """A person's bookmark or note at a place in a course; one row per person and place."""

    __tablename__ = "course_mark"
    __table_args__ = (
        UniqueConstraint("account_id", "course_id", "module_slug", "unit_slug", "block"),
        Index(None, "course_id"),
        CheckConstraint("bookmarked OR note <> ''", name="says_something"),
        CheckConstraint("block >= 0", name="block"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    module_slug: Mapped[str]
    unit_slug: Mapped[str]
    block: Mapped[int]
    """The block's position, from 1; 0 for the unit as a whole."""
    heading: Mapped[str]
    """How the block began when it was marked: finds it again in another version."""
    bookmarked: Mapped[bool]
    note: Mapped[str]
    search: Mapped[str]
    """The note in the form in which texts are searched."""
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class Review(Base):
    """How often a person was asked a question again; no row means never."""

    __tablename__ = "course_review"
    __table_args__ = (
        CheckConstraint("step >= 0 AND step <= 3", name="step"),
        Index(None, "course_id"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True)
    module_slug: Mapped[str] = mapped_column(primary_key=True)
    unit_slug: Mapped[str] = mapped_column(primary_key=True)
    question_slug: Mapped[str] = mapped_column(primary_key=True)
    step: Mapped[int]
    """Reviews passed: after the third, the question rests."""
    due_on: Mapped[date]
    """The next day to ask, on the person's calendar."""
    asked_on: Mapped[date]
    """The day it was asked last."""


class ReviewWish(Base):
    """A person who asked to be reminded of reviews by mail; no row means no mail."""

    __tablename__ = "course_review_wish"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    seed: Mapped[str] = mapped_column(unique=True)
    """What the link that stops the mails is made of."""
    since: Mapped[datetime]
    looked_on: Mapped[date | None]
    """The last day, on the person's calendar, on which we looked what is due."""


class Passage(Base):
    """A piece of a published version in one language, as it is searched."""

    __tablename__ = "course_passage"
    __table_args__ = (
        UniqueConstraint("version_id", "language", "place"),
        Index(None, "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("course_unit.id"))
    """None for the course itself and for its modules."""
    language: Mapped[str]
    place: Mapped[int]
    """Its order in the version."""
    anchor: Mapped[str]
    """``block-3``, ``question-…``, a module's slug; empty for a page as a whole."""
    title: Mapped[str]
    """The heading it stands under."""
    text: Mapped[str]
    search: Mapped[str]
    """Title and text in the form in which texts are searched."""


class PassageWord(Base):
    """A word of any passage, as it stands between two spaces: the form that is searched, composed.

    Composed, a part of a word is whole syllables: 남부 is no part of 남북.
    """

    __tablename__ = "course_word"

    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(unique=True)


class WordPlace(Base):
    """Where a word stands: a search looks through the words, which are few, and follows them."""

    __tablename__ = "course_word_place"
    __table_args__ = (Index(None, "passage_id"), {"sqlite_with_rowid": False})

    word_id: Mapped[int] = mapped_column(ForeignKey("course_word.id"), primary_key=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("course_passage.id"), primary_key=True)
    in_title: Mapped[bool]
