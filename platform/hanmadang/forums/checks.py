"""The room's self-check: states and decisions agree, and only promises are public."""

from collections.abc import Iterator

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hanmadang.forums.models import Decision, Proposal, ProposalState, Talk, TalkState
from hanmadang.kernel.fsck import check

_DECIDED = [
    state.value
    for state in (
        ProposalState.ACCEPTED, ProposalState.REJECTED, ProposalState.RESERVE,
        ProposalState.CONFIRMED, ProposalState.CANCELLED,
    )
]  # fmt: skip


@check("proposals")
def proposals(session: Session) -> Iterator[str]:
    """Decided states have decisions, pending ones one that waits; public talks are confirmed."""
    released = exists().where(
        Decision.proposal_id == Proposal.id, Decision.released_at.is_not(None)
    )
    for number in session.scalars(
        select(Proposal.id).where(Proposal.state.in_(_DECIDED), ~released)
    ):
        yield f"proposal {number}: decided, but no decision was released"
    waits = exists().where(
        Decision.proposal_id == Proposal.id,
        Decision.released_at.is_(None),
        Decision.outcome == Proposal.pending_decision,
    )
    for number in session.scalars(
        select(Proposal.id).where(Proposal.pending_decision.is_not(None) != waits)
    ):
        yield f"proposal {number}: the decision that waits is not the one on record"
    for number in session.scalars(
        select(Talk.id)
        .join(Proposal, Proposal.id == Talk.proposal_id)
        .where(
            Talk.state == TalkState.PUBLIC.value, Proposal.state != ProposalState.CONFIRMED.value
        )
    ):
        yield f"talk {number}: public, but its speaker has not confirmed"
