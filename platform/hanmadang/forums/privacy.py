"""What the forums hold about a person: how to show all of it, how to end it."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hanmadang.forums.models import (
    Availability,
    AvailabilityBlock,
    ExpertProfile,
    Proposal,
    ProposalState,
    Review,
    Talk,
)
from hanmadang.forums.steps import PROPOSALS, move_proposal


def export(session: Session, account_id: int) -> dict[str, Any]:
    """The person's profile, availability, proposals and reviews, as JSON-ready data.

    A decision that was not released stays hidden here as well.
    """
    profile = session.scalars(
        select(ExpertProfile).where(ExpertProfile.account_id == account_id)
    ).first()
    return {
        "profile": _profile(profile) if profile else None,
        "availability": _availability(session, profile.id) if profile else [],
        "proposals": [_proposal(found) for found in _proposals(session, account_id)],
        "reviews": _reviews(session, account_id),
    }


def _profile(profile: ExpertProfile) -> dict[str, Any]:
    names = (
        "name", "affiliation", "country", "zone", "languages", "bio", "bio_language", "attendance",
    )  # fmt: skip
    return {name: getattr(profile, name) for name in names}


def _availability(session: Session, profile_id: int) -> list[dict[str, str]]:
    rows = session.execute(
        select(AvailabilityBlock.day, AvailabilityBlock.block, Availability.zone)
        .join(Availability, Availability.id == AvailabilityBlock.availability_id)
        .where(Availability.profile_id == profile_id)
        .order_by(AvailabilityBlock.starts_at)
    )
    return [{"day": row.day.isoformat(), "block": row.block, "zone": row.zone} for row in rows]


def _proposals(session: Session, account_id: int) -> list[Proposal]:
    mine = select(Proposal).where(Proposal.account_id == account_id).order_by(Proposal.id)
    return list(session.scalars(mine))


def _proposal(proposal: Proposal) -> dict[str, Any]:
    names = ("language", "title", "abstract", "format", "minutes", "notes", "state", "request")
    return {name: getattr(proposal, name) for name in names}


def _reviews(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Review.score, Review.comment, Review.conflict)
        .where(Review.reviewer_id == account_id)
        .order_by(Review.id)
    )
    return [{"score": r.score, "comment": r.comment, "conflict": r.conflict} for r in rows]


def erase(session: Session, account_id: int, now: datetime) -> None:
    """Remove the profile, empty the proposals and take their talks off the programme.

    Scores given to others stay, without the words beside them: means must not move.
    """
    for proposal in _proposals(session, account_id):
        _erase_proposal(session, proposal, now)
    profiles = select(ExpertProfile.id).where(ExpertProfile.account_id == account_id)
    painted = select(Availability.id).where(Availability.profile_id.in_(profiles))
    keep = {"synchronize_session": False}
    session.execute(
        delete(AvailabilityBlock).where(AvailabilityBlock.availability_id.in_(painted)),
        execution_options=keep,
    )
    session.execute(
        delete(Availability).where(Availability.profile_id.in_(profiles)), execution_options=keep
    )
    session.execute(
        delete(ExpertProfile).where(ExpertProfile.account_id == account_id), execution_options=keep
    )
    session.execute(
        update(Review).where(Review.reviewer_id == account_id).values(comment=""),
        execution_options=keep,
    )
    session.flush()


def _erase_proposal(session: Session, proposal: Proposal, now: datetime) -> None:
    session.execute(delete(Talk).where(Talk.proposal_id == proposal.id))
    session.execute(update(Review).where(Review.proposal_id == proposal.id).values(comment=""))
    if PROPOSALS.allows(ProposalState(proposal.state), ProposalState.WITHDRAWN):
        move_proposal(session, proposal, ProposalState.WITHDRAWN, None)
    proposal.title = proposal.abstract = proposal.notes = proposal.request = ""
    proposal.updated_at = now
