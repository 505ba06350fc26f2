"""What people type: each answer once, with how many gave it, and whether others may see it.

A row knows nobody and no time. Its id is drawn by chance, because ids in a row would say which
answer came first, and so whose ballot did.
"""

from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine

MOST_ID = 2**31 - 1


class WordState(StrEnum):
    """Who may see an answer that somebody typed."""

    PENDING = "pending"
    """A moderator has not read it yet."""
    SHOWN = "shown"
    HIDDEN = "hidden"


WORD_STEPS = Machine(
    {
        WordState.PENDING: frozenset({WordState.SHOWN, WordState.HIDDEN}),
        WordState.SHOWN: frozenset({WordState.PENDING, WordState.HIDDEN}),
        WordState.HIDDEN: frozenset({WordState.PENDING, WordState.SHOWN}),
    }
)
"""Every act has its way back."""


class PollWord(Base):
    """An answer in people's own words; the ballots that hold it name its id."""

    __tablename__ = "poll_word"
    __table_args__ = (
        state_check("state", WordState),
        CheckConstraint("count >= 0", name="count"),
        CheckConstraint("(folded IS NULL) = (label = '')", name="forgotten"),
        UniqueConstraint("question_id", "folded"),
        Index(None, "question_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question_id: Mapped[int] = mapped_column(ForeignKey("poll_question.id"))
    folded: Mapped[str | None]
    """The form under which it counts (`words.fold`); NULL once the text was deleted."""
    label: Mapped[str]
    """As whoever was first typed it, on one line."""
    language: Mapped[str]
    state: Mapped[str]
    count: Mapped[int] = mapped_column(default=0)
    """How many ballots hold it; `fsck` recounts it."""
