"""Statements that citizens suggest, and what was published of opinion groups.

A suggestion knows who made it only by a key made with the poll's own secret: never an account, no
time. When the poll closes the secret is destroyed and the keys are emptied.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine


class SuggestionState(StrEnum):
    """Where a suggested statement stands."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    """It is asked, as an option of the question."""
    REFUSED = "refused"


SUGGESTION_STEPS = Machine(
    {
        SuggestionState.PENDING: frozenset({SuggestionState.ACCEPTED, SuggestionState.REFUSED}),
        SuggestionState.ACCEPTED: frozenset({SuggestionState.PENDING}),
        SuggestionState.REFUSED: frozenset({SuggestionState.PENDING}),
    }
)
"""Every act has its way back. Accepting is undone only while nobody has voted on the statement."""


class Suggestion(Base):
    """One statement that somebody would like to see asked."""

    __tablename__ = "poll_suggestion"
    __table_args__ = (
        state_check("state", SuggestionState),
        CheckConstraint("(state = 'accepted') = (option_id IS NOT NULL)", name="option"),
        Index(
            "uq_poll_suggestion_mark", "question_id", "mark", unique=True,
            sqlite_where=text("mark <> ''"), postgresql_where=text("mark <> ''"),
        ),
        Index(None, "question_id", "state"),
        UniqueConstraint("question_id", "number"),
        UniqueConstraint("option_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("poll_question.id"))
    number: Mapped[int]
    """Counted from 1 in each question."""
    text: Mapped[str]
    """As it was sent; what is asked is the option's label."""
    language: Mapped[str]
    suggester: Mapped[str] = mapped_column(default="")
    """HMAC(poll secret, device); emptied when the poll closes."""
    mark: Mapped[str] = mapped_column(default="")
    """By which a request sent twice is recognised; emptied likewise."""
    state: Mapped[str] = mapped_column(default=SuggestionState.PENDING.value)
    option_id: Mapped[int | None] = mapped_column(ForeignKey("poll_option.id"))


class OpinionResult(Base):
    """What the opinions page shows of one question, and what the next refresh needs to know.

    Only the published form is kept, no person's place and no person's group.
    """

    __tablename__ = "poll_opinion"
    __table_args__ = (
        CheckConstraint("version >= 0 AND people >= 0 AND tried >= 0", name="counted"),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("poll_question.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=0)
    """How often a result was published; 0 for none yet."""
    people: Mapped[int] = mapped_column(default=0)
    """Who had voted when it was."""
    tried: Mapped[int] = mapped_column(default=0)
    """Who had voted when a refresh was last worked out, published or not."""
    final: Mapped[bool] = mapped_column(default=False)
    """Whether it is the result of all votes of a closed poll."""
    shown: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What `opinion.batches` made of it; empty for none yet."""
    ledger: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Every count that was ever published, as it was last; emptied when the poll closes."""
    memory: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Sums of each group by which it keeps its letter; emptied when the poll closes."""
    votes: Mapped[str | None]
    """Of a closed poll: a digest of votes.csv as it is stored; empty where none is published.
    None until that is settled."""


class OpinionVotes(Base):
    """A part of votes.csv, made once, when a closed poll's result is worked out."""

    __tablename__ = "poll_opinion_votes"
    __table_args__ = (CheckConstraint("part >= 1 AND length >= 0", name="counted"),)

    question_id: Mapped[int] = mapped_column(
        ForeignKey("poll_opinion.question_id"), primary_key=True
    )
    part: Mapped[int] = mapped_column(primary_key=True)
    length: Mapped[int]
    """Bytes before compressing."""
    body: Mapped[bytes]
    """A whole gzip file (`opinion.rows`)."""
