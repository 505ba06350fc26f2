"""Calls for speakers, experts and their proposals, reviews, decisions and the programme.

A decision is *pending* (`Proposal.pending_decision`) until it is released: its proposal stays in
the state the expert knows, so that nothing the expert may read can betray it.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, composite, mapped_column

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.db import Base, state_check


class Format(StrEnum):
    """How somebody contributes."""

    TALK = "talk"
    PANEL = "panel"
    WORKSHOP = "workshop"


class Attendance(StrEnum):
    """Whether an expert comes."""

    IN_PERSON = "in_person"
    REMOTE = "remote"
    EITHER = "either"


class Block(StrEnum):
    """A half day of six hours on the expert's own wall clock, named by when it starts."""

    NIGHT = "night"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class ProposalState(StrEnum):
    """Where a proposal stands, as its expert knows it."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    RESERVE = "reserve"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"


class Outcome(StrEnum):
    """What organizers may decide; each is the state it leads to."""

    ACCEPTED = "accepted"
    RESERVE = "reserve"
    REJECTED = "rejected"


class TalkState(StrEnum):
    """Whether the public sees a talk."""

    PLANNED = "planned"
    PUBLIC = "public"


DECIDABLE = (ProposalState.SUBMITTED, ProposalState.CHANGES_REQUESTED, ProposalState.RESERVE)
"""States in which a decision may wait for its release."""
HOLDS_A_PLACE = (ProposalState.ACCEPTED, ProposalState.CONFIRMED)
"""States whose talk may stand on the public programme, the second alone."""
_decidable = ", ".join(f"'{state.value}'" for state in DECIDABLE)
_PENDING = text("released_at IS NULL")


class Call(Base):
    """A call for speakers: one for each forum, open between two agreed moments."""

    __tablename__ = "forum_call"
    __table_args__ = (CheckConstraint("opens_at < closes_at", name="closes_after_opening"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    text: Mapped[Bilingual]
    """Markdown."""
    formats: Mapped[list[Any]]
    minutes: Mapped[list[Any]]
    """Lengths to choose from."""
    languages: Mapped[list[Any]]
    """Codes of the languages in which one may propose."""
    zone: Mapped[str]
    """IANA zone in which the window is agreed."""
    opens_at: Mapped[datetime]
    opens_local: Mapped[datetime] = mapped_column(DateTime())
    closes_at: Mapped[datetime]
    closes_local: Mapped[datetime] = mapped_column(DateTime())
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    opens: Mapped[Moment] = composite("opens_at", "opens_local", "zone")
    closes: Mapped[Moment] = composite("closes_at", "closes_local", "zone")


class ExpertProfile(Base):
    """What is printed about a speaker; reused over forums."""

    __tablename__ = "expert_profile"
    __table_args__ = (state_check("attendance", Attendance),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    name: Mapped[str]
    """As to be printed."""
    affiliation: Mapped[str]
    country: Mapped[str]
    """ISO 3166 code."""
    zone: Mapped[str]
    """IANA zone in which availability is painted and deadlines are told."""
    languages: Mapped[list[Any]]
    """Codes of the languages the expert speaks."""
    bio: Mapped[str]
    bio_language: Mapped[str]
    attendance: Mapped[str]
    updated_at: Mapped[datetime]


class Availability(Base):
    """That an expert said when they could speak at a forum; no rows of blocks means never."""

    __tablename__ = "availability"
    __table_args__ = (UniqueConstraint("profile_id", "call_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    profile_id: Mapped[int] = mapped_column(ForeignKey("expert_profile.id"))
    call_id: Mapped[int] = mapped_column(ForeignKey("forum_call.id"))
    zone: Mapped[str]
    """The zone it was painted in."""
    painted_at: Mapped[datetime]


class AvailabilityBlock(Base):
    """One half day: as painted (local day and block) and as it follows (instants)."""

    __tablename__ = "availability_block"
    __table_args__ = (
        state_check("block", Block),
        CheckConstraint("starts_at < ends_at", name="ends_after_start"),
    )

    availability_id: Mapped[int] = mapped_column(ForeignKey("availability.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    block: Mapped[str] = mapped_column(primary_key=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class Proposal(Base):
    """What an expert offers to a forum, in one language."""

    __tablename__ = "proposal"
    __table_args__ = (
        state_check("state", ProposalState),
        CheckConstraint(
            f"pending_decision IS NULL OR (pending_decision IN ('accepted', 'reserve', 'rejected')"
            f" AND state IN ({_decidable}))",
            name="pending_known",
        ),
        Index(None, "call_id", "state"),
        Index(None, "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    """Random; what addresses show."""
    call_id: Mapped[int] = mapped_column(ForeignKey("forum_call.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    language: Mapped[str]
    title: Mapped[str]
    abstract: Mapped[str]
    format: Mapped[str]
    """Empty while a draft leaves it open."""
    minutes: Mapped[int]
    """0 while a draft leaves it open."""
    notes: Mapped[str]
    """To the organizers; reviewers and the public never see it."""
    locale: Mapped[str]
    """Language of the mails about it."""
    state: Mapped[str] = mapped_column(default=ProposalState.DRAFT.value)
    request: Mapped[str] = mapped_column(default="")
    """What the organizers asked to change."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by each edit of the text; an edit of an older version is refused."""
    pending_decision: Mapped[str | None]
    desk_version: Mapped[int] = mapped_column(default=1)
    """Raised by each act of the desk. Apart from `version`, which the expert's form carries and
    which would betray a hidden decision."""
    submitted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    @property
    def mail_subject(self) -> str:
        """How the outbox names this proposal."""
        return f"proposal:{self.id}"


class Decision(Base):
    """One decision about a proposal; at most one waits for its release."""

    __tablename__ = "decision"
    __table_args__ = (
        state_check("outcome", Outcome),
        Index(
            "uq_decision_pending", "proposal_id", unique=True,
            sqlite_where=_PENDING, postgresql_where=_PENDING,
        ),
        Index(None, "proposal_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    outcome: Mapped[str]
    decided_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    text_version: Mapped[int]
    """The version of the proposal that was judged."""
    decided_at: Mapped[datetime]
    released_at: Mapped[datetime | None]


class Review(Base):
    """One reviewer's word on a proposal: a score, or that there is a conflict of interest."""

    __tablename__ = "review"
    __table_args__ = (
        UniqueConstraint("proposal_id", "reviewer_id"),
        CheckConstraint("(score IS NULL) = conflict", name="score_or_conflict"),
        CheckConstraint("score BETWEEN 1 AND 5", name="score_known"),
        Index(None, "reviewer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"))
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    score: Mapped[int | None]
    comment: Mapped[str]
    conflict: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]


class Talk(Base):
    """A place on a forum's programme: of a proposal, or of somebody invited."""

    __tablename__ = "talk"
    __table_args__ = (
        state_check("state", TalkState),
        CheckConstraint("minutes > 0", name="some_minutes"),
        Index(None, "event_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), unique=True)
    title: Mapped[Bilingual]
    speaker_label: Mapped[Bilingual]
    """Who speaks, where no proposal says so."""
    zone: Mapped[str]
    """The forum's zone."""
    starts_at: Mapped[datetime]
    starts_local: Mapped[datetime] = mapped_column(DateTime())
    minutes: Mapped[int]
    room: Mapped[str]
    """As the doors are labelled; empty where the forum has one room."""
    state: Mapped[str] = mapped_column(default=TalkState.PLANNED.value)
    sequence: Mapped[int] = mapped_column(default=0)
    """iCalendar's SEQUENCE: raised when the time or room moves."""
    updated_at: Mapped[datetime]

    starts: Mapped[Moment] = composite("starts_at", "starts_local", "zone")
