"""Questions that the audience asks the speakers, and who finds them worth an answer.

A question knows its asker, and an up-vote its device, only by a key made with the poll's own
secret: never an account, no time. When the poll closes the secret is destroyed, askers and
names are emptied and up-votes get random names, as ballots do (`domain/audience_closing.py`).
"""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine


class SittingState(StrEnum):
    """Whether a poll takes audience questions. A poll without a sitting is switched off."""

    OFF = "off"
    OPEN = "open"
    RESTING = "resting"
    """The list is shown; nothing more is asked or up-voted."""


class Naming(StrEnum):
    """Whether one must give a name to ask."""

    FREE = "free"
    NAMED = "named"


class Review(StrEnum):
    """When the public sees a question."""

    BEFORE = "before"
    """Once a moderator has shown it."""
    AT_ONCE = "at_once"


class AskState(StrEnum):
    """Where an audience question stands."""

    PENDING = "pending"
    SHOWN = "shown"
    NOW = "now"
    """Being answered: one at a time, large on the hall page."""
    ANSWERED = "answered"
    HIDDEN = "hidden"
    MERGED = "merged"
    """Counted with another question that asks the same."""


PUBLIC = (AskState.NOW, AskState.SHOWN, AskState.ANSWERED)
"""What everybody may see."""
UPVOTED = (AskState.NOW, AskState.SHOWN)
"""What can be up-voted."""
ASK_STEPS = Machine(
    {
        AskState.PENDING: frozenset({AskState.SHOWN, AskState.HIDDEN, AskState.MERGED}),
        AskState.SHOWN: frozenset(AskState) - {AskState.SHOWN},
        AskState.NOW: frozenset({AskState.SHOWN, AskState.ANSWERED, AskState.HIDDEN}),
        AskState.ANSWERED: frozenset({AskState.SHOWN, AskState.NOW, AskState.HIDDEN}),
        AskState.HIDDEN: frozenset(
            {AskState.PENDING, AskState.SHOWN, AskState.NOW, AskState.ANSWERED}
        ),
        AskState.MERGED: frozenset({AskState.PENDING, AskState.SHOWN}),
    }
)
"""Every act has its way back, so that a slip of the thumb can be undone."""


class Sitting(Base):
    """How one poll takes questions from its audience."""

    __tablename__ = "audience_sitting"
    __table_args__ = (
        state_check("state", SittingState),
        state_check("naming", Naming),
        state_check("review", Review),
    )

    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"), primary_key=True)
    state: Mapped[str] = mapped_column(default=SittingState.OFF.value)
    naming: Mapped[str] = mapped_column(default=Naming.FREE.value)
    review: Mapped[str] = mapped_column(default=Review.BEFORE.value)
    event_slug: Mapped[str | None] = mapped_column(index=True)
    """The forum at which it is asked; forums stand above this room, so no key points there."""
    asked: Mapped[int] = mapped_column(default=0)
    """How many questions were asked; numbers them."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised whenever the public list changes otherwise than by up-votes."""


class AudienceQuestion(Base):
    """One question from the audience. Its number tells the order; no time is kept."""

    __tablename__ = "audience_question"
    __table_args__ = (
        state_check("state", AskState),
        CheckConstraint("upvotes >= 0", name="upvotes"),
        CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="merged_into"),
        Index(
            "uq_audience_question_now", "poll_id", unique=True,
            sqlite_where=text("state = 'now'"), postgresql_where=text("state = 'now'"),
        ),
        Index(
            "uq_audience_question_mark", "poll_id", "mark", unique=True,
            sqlite_where=text("mark <> ''"), postgresql_where=text("mark <> ''"),
        ),
        Index(None, "poll_id", "state"),
        Index(None, "merged_into"),
        UniqueConstraint("poll_id", "number"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("audience_sitting.poll_id"))
    number: Mapped[int]
    """Counted from 1 in each poll; what moderators call out."""
    text: Mapped[str]
    language: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    """As the asker typed it; emptied when the poll closes."""
    asker: Mapped[str] = mapped_column(default="")
    """HMAC(poll secret, device); emptied when the poll closes."""
    mark: Mapped[str] = mapped_column(default="")
    """By which a request sent twice is recognised (`request_mark`); emptied likewise."""
    state: Mapped[str]
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("audience_question.id"))
    upvotes: Mapped[int] = mapped_column(default=0)
    """Devices that up-voted this or a question merged into it; `fsck` recounts it."""


class Upvote(Base):
    """One device finds one question worth an answer. SQLite keeps no row number for it either."""

    __tablename__ = "audience_upvote"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  (SQLAlchemy reads it)

    question_id: Mapped[int] = mapped_column(ForeignKey("audience_question.id"), primary_key=True)
    device: Mapped[str] = mapped_column(primary_key=True)
    """HMAC(poll secret, device); a random name once the poll is closed."""
