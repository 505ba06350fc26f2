"""Proposals, as their experts and as organizers read them.

What an expert reads is built without `pending_decision`: a hidden decision cannot be shown by
mistake from an object that does not hold it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from hanmadang.events.models import Event
from hanmadang.forums import rules
from hanmadang.forums.models import (
    HOLDS_A_PLACE,
    Call,
    Decision,
    ExpertProfile,
    Proposal,
    ProposalState,
    Review,
    Talk,
)
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Account


@dataclass(frozen=True, slots=True)
class OwnProposal:
    """A proposal, as far as its expert may know."""

    id: int
    key: str
    account_id: int
    call_id: int
    language: str
    title: str
    abstract: str
    format: str
    minutes: int
    notes: str
    state: str
    request: str
    version: int
    forum_title: Bilingual
    forum_slug: str
    forum_zone: str
    opens: Moment
    closes: Moment
    talk: Moment | None
    """When they speak; known from the acceptance on."""
    room: str

    def can_edit(self, viewer: Viewer, now: datetime) -> bool:
        """Whether its expert may still change the text."""
        return rules.can_edit(viewer, self, self, now)


def _own() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Proposal.id, Proposal.key, Proposal.account_id, Proposal.call_id, Proposal.language,
            Proposal.title, Proposal.abstract, Proposal.format, Proposal.minutes, Proposal.notes,
            Proposal.state, Proposal.request, Proposal.version, Event.title.label("forum_title"),
            Event.slug, Event.zone, Call.opens_at, Call.opens_local, Call.closes_at,
            Call.closes_local, Call.zone.label("call_zone"), Talk.starts_at, Talk.starts_local,
            Talk.room,
        )
        .join(Call, Call.id == Proposal.call_id)
        .join(Event, Event.id == Call.event_id)
        .outerjoin(Talk, Talk.proposal_id == Proposal.id)
    )  # fmt: skip


def _owned(row: Row[*tuple[Any, ...]]) -> OwnProposal:
    told = row.state in HOLDS_A_PLACE and row.starts_at is not None
    return OwnProposal(
        row.id, row.key, row.account_id, row.call_id, row.language, row.title, row.abstract,
        row.format, row.minutes, row.notes, row.state, row.request, row.version, row.forum_title,
        row.slug, row.zone, Moment(row.opens_at, row.opens_local, row.call_zone),
        Moment(row.closes_at, row.closes_local, row.call_zone),
        Moment(row.starts_at, row.starts_local, row.zone) if told else None,
        row.room if told else "",
    )  # fmt: skip


def own(session: Session, account_id: int) -> list[OwnProposal]:
    """The person's proposals, the latest first."""
    rows = session.execute(
        _own().where(Proposal.account_id == account_id).order_by(Proposal.id.desc())
    )
    return [_owned(row) for row in rows]


def own_one(session: Session, key: str, account_id: int) -> OwnProposal:
    """One of the person's proposals. Raises NotFoundError for any other."""
    row = session.execute(
        _own().where(Proposal.key == key, Proposal.account_id == account_id)
    ).first()
    if row is None:
        raise NotFoundError
    return _owned(row)


@dataclass(frozen=True, slots=True)
class DeskProposal:
    """A proposal on the organizers' desk."""

    id: int
    key: str
    account_id: int
    call_id: int
    event_id: int
    language: str
    title: str
    abstract: str
    format: str
    minutes: int
    notes: str
    state: str
    request: str
    version: int
    desk_version: int
    pending: str | None
    changed_since: bool
    """Whether the text changed after the decision that waits."""
    reviews: int
    mean: float | None
    """Of the scores, 1 to 5; None without any."""
    name: str
    affiliation: str
    country: str
    zone: str
    languages: tuple[str, ...]
    bio: str
    bio_language: str
    attendance: str
    submitted_at: datetime | None
    email: str
    locale: str


_SCORES = (
    select(
        Review.proposal_id,
        func.count(Review.score).label("reviews"),
        func.avg(Review.score).label("mean"),
    )
    .group_by(Review.proposal_id)
    .subquery()
)


def _on_desk(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Proposal.id, Proposal.key, Proposal.account_id, Proposal.call_id, Call.event_id,
            Proposal.language, Proposal.title, Proposal.abstract, Proposal.format,
            Proposal.minutes, Proposal.notes, Proposal.state, Proposal.request, Proposal.version,
            Proposal.desk_version, Proposal.pending_decision, Proposal.submitted_at,
            Proposal.locale, Decision.text_version, _SCORES.c.reviews, _SCORES.c.mean,
            ExpertProfile.name, ExpertProfile.affiliation, ExpertProfile.country,
            ExpertProfile.zone, ExpertProfile.languages, ExpertProfile.bio,
            ExpertProfile.bio_language, ExpertProfile.attendance, Account.email,
        )
        .join(Call, Call.id == Proposal.call_id)
        .join(Event, Event.id == Call.event_id)
        .join(Account, Account.id == Proposal.account_id)
        .outerjoin(ExpertProfile, ExpertProfile.account_id == Proposal.account_id)
        .outerjoin(_SCORES, _SCORES.c.proposal_id == Proposal.id)
        .outerjoin(
            Decision, (Decision.proposal_id == Proposal.id) & Decision.released_at.is_(None)
        )
        .where(rules.managed_by(viewer), Proposal.state != ProposalState.DRAFT.value)
    )  # fmt: skip


def _desked(row: Row[*tuple[Any, ...]]) -> DeskProposal:
    return DeskProposal(
        row.id, row.key, row.account_id, row.call_id, row.event_id, row.language, row.title,
        row.abstract, row.format, row.minutes, row.notes, row.state, row.request, row.version,
        row.desk_version, row.pending_decision,
        row.text_version is not None and row.text_version != row.version, row.reviews or 0,
        float(row.mean) if row.mean is not None else None, row.name or "", row.affiliation or "",
        row.country or "", row.zone or "", tuple(row.languages or ()), row.bio or "",
        row.bio_language or "", row.attendance or "", row.submitted_at, row.email, row.locale,
    )  # fmt: skip


def on_desk(session: Session, call_id: int, viewer: Viewer) -> list[DeskProposal]:
    """The submitted proposals of a call the viewer manages, the best mean first."""
    rows = session.execute(_on_desk(viewer).where(Proposal.call_id == call_id))
    found = [_desked(row) for row in rows]
    return sorted(found, key=lambda proposal: (-(proposal.mean or 0), proposal.id))


def desk_one(session: Session, key: str, viewer: Viewer) -> DeskProposal:
    """One proposal the viewer manages. Raises NotFoundError for any other, drafts included."""
    row = session.execute(_on_desk(viewer).where(Proposal.key == key)).first()
    if row is None:
        raise NotFoundError
    return _desked(row)


@dataclass(frozen=True, slots=True)
class GivenReview:
    """A review, for organizers."""

    reviewer: str
    score: int | None
    comment: str
    conflict: bool


def reviews_of(session: Session, proposal_id: int) -> list[GivenReview]:
    """What reviewers said about a proposal."""
    rows = session.execute(
        select(Account.name, Review.score, Review.comment, Review.conflict)
        .join(Account, Account.id == Review.reviewer_id)
        .where(Review.proposal_id == proposal_id)
        .order_by(Review.id)
    )
    return [GivenReview(row.name, row.score, row.comment, row.conflict) for row in rows]
