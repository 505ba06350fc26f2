"""What rooms asked for: released figures, suggestions to editors, their signatures, live figures.

No row names who answered. A figure is written once, when its poll closes, and never changes.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import Base, state_check
from hanmadang.kernel.states import Machine


class Wanted(StrEnum):
    """What a figure counts."""

    WISH = "wish"
    """People who want to learn about a topic."""
    GAP = "gap"
    """People who did not answer a question on a competency right."""


class DemandFigure(Base):
    """One published cell of a closed poll: so many of so many people."""

    __tablename__ = "demand_figure"
    __table_args__ = (
        state_check("wanted", Wanted),
        CheckConstraint("count >= 10 AND n - count >= 10 AND n >= 30", name="thresholds"),
        Index(None, "poll_id"),
    )

    question_id: Mapped[int] = mapped_column(ForeignKey("poll_question.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """The row of the released table."""
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    wanted: Mapped[str]
    codes: Mapped[list[Any]]
    """The topic, several whose cells were too small alone, or the competency."""
    count: Mapped[int]
    n: Mapped[int]


class LiveFigure(Base):
    """What editors see of a question while its poll runs: tens of people, moved by ten at least."""

    __tablename__ = "demand_live"
    __table_args__ = (CheckConstraint("n >= 30 AND answered >= 30", name="thresholds"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("poll_question.id"), primary_key=True)
    answered: Mapped[int]
    """People behind it; never shown."""
    n: Mapped[int]
    """The same in whole tens."""
    cells: Mapped[list[Any]]
    """[[codes], people in whole tens] for each shown cell."""


class SuggestionState(StrEnum):
    """Where a suggestion stands."""

    OPEN = "open"
    SIGNING = "signing"
    """Accepted by an editor; a second partner institution has yet to sign."""
    ACCEPTED = "accepted"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    """A later poll asked for the same."""


class Reply(StrEnum):
    """What an editor made of a suggestion."""

    FOLLOW_UP = "follow_up"
    LEAD_IN = "lead_in"
    EVENT = "event"
    CALL = "call"
    LESSON = "lesson"
    """A lesson that is yet to be written."""


LESSONS = (Reply.FOLLOW_UP, Reply.LEAD_IN)
"""Replies that bring a published lesson to people."""

suggestion_machine = Machine(
    {
        SuggestionState.OPEN: frozenset(
            {
                SuggestionState.SIGNING,
                SuggestionState.ACCEPTED,
                SuggestionState.DECLINED,
                SuggestionState.SUPERSEDED,
            }
        ),
        SuggestionState.SIGNING: frozenset({SuggestionState.ACCEPTED, SuggestionState.OPEN}),
        SuggestionState.ACCEPTED: frozenset({SuggestionState.OPEN}),
        SuggestionState.DECLINED: frozenset({SuggestionState.OPEN}),
    }
)


class DemandSuggestion(Base):
    """What a rule wrote to the editors when a poll closed, and what they made of it."""

    __tablename__ = "demand_suggestion"
    __table_args__ = (
        UniqueConstraint("poll_id", "wanted", "code"),
        state_check("wanted", Wanted),
        state_check("state", SuggestionState),
        state_check("reply", Reply),
        CheckConstraint("count >= 10 AND n - count >= 10 AND n >= 30", name="thresholds"),
        CheckConstraint(
            "(state IN ('signing', 'accepted')) = (reply IS NOT NULL)", name="reply_given"
        ),
        CheckConstraint("(state = 'declined') = (reason IS NOT NULL)", name="reason_given"),
        Index(None, "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    poll_id: Mapped[int] = mapped_column(ForeignKey("poll.id"))
    wanted: Mapped[str]
    code: Mapped[str]
    """Of a topic (wish) or a competency (gap)."""
    count: Mapped[int]
    n: Mapped[int]
    low: Mapped[float]
    """The lower bound that passed the rule, 0 to 1."""
    bar: Mapped[float]
    """The bound it had to pass."""
    state: Mapped[str] = mapped_column(default=SuggestionState.OPEN.value)
    created_at: Mapped[datetime]
    reply: Mapped[str | None]
    reason: Mapped[Bilingual | None]
    """Why it was declined."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    course_id: Mapped[int | None] = mapped_column(ForeignKey("course.id"))
    """Of the lesson, or of the draft in which it is being written."""
    module_slug: Mapped[str | None]
    unit_slug: Mapped[str | None]
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    """The draft that was opened, or the event the lesson was tied to."""
    linked: Mapped[bool] = mapped_column(default=False)
    """Whether this decision tied the module to the event, so that undoing it takes no other tie."""

    @property
    def mail_subject(self) -> str:
        """How the outbox names it."""
        return f"demand_suggestion:{self.id}"


class SuggestionSignature(Base):
    """One institution's signature under an accepted suggestion."""

    __tablename__ = "demand_signature"

    suggestion_id: Mapped[int] = mapped_column(ForeignKey("demand_suggestion.id"), primary_key=True)
    institution_id: Mapped[int] = mapped_column(ForeignKey("institution.id"), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
