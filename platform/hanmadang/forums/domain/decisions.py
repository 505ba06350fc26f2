"""What organizers do with proposals: ask for changes, decide, release in bulk, cancel."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hanmadang.events.models import Event
from hanmadang.forums import rules
from hanmadang.forums.domain import notices
from hanmadang.forums.domain.proposals import drop_talk
from hanmadang.forums.models import (
    DECIDABLE,
    Call,
    Decision,
    Outcome,
    Proposal,
    ProposalState,
)
from hanmadang.forums.queries.proposals import DeskProposal
from hanmadang.forums.steps import PROPOSALS, move_proposal
from hanmadang.kernel import audit
from hanmadang.kernel.errors import ConflictError, NotAllowedNowError, NotFoundError, RefusedError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer

_TWO_AT_ONCE = lazy("Somebody else decided about this proposal in the meantime. Please look again.")
_OWN = lazy("This is your own proposal; somebody else has to decide about it.")
_RELEASED_OTHER = lazy("The decisions changed since this preview. Please look at the mails again.")


def decide(  # noqa: PLR0913  (who, when and in which version are named at each call)
    session: Session,
    key: str,
    outcome: Outcome | None,
    *,
    desk_version: int,
    actor: Viewer,
    now: datetime,
) -> Proposal:
    """Put down a decision, or take it back with None; the expert learns nothing before `release`.

    Raises ConflictError when the desk acted since `desk_version`, NotAllowedNowError, RefusedError
    for one's own proposal, NotFoundError for what one does not manage.
    """
    proposal = _managed(session, key, actor, desk_version)
    if proposal.state not in DECIDABLE:
        raise NotAllowedNowError
    if outcome is not None:
        PROPOSALS.check(ProposalState(proposal.state), ProposalState(outcome.value))
    _forget_pending(session, proposal)
    proposal.pending_decision = outcome.value if outcome else None
    if outcome:
        session.add(
            Decision(
                proposal_id=proposal.id, outcome=outcome.value, decided_by=actor.id,
                text_version=proposal.version, decided_at=now,
            )
        )  # fmt: skip
    session.flush()
    detail = outcome.value if outcome else "none"
    audit.record(
        session, actor, "proposal.decided", kind="proposal", id=proposal.id,
        subject_id=proposal.account_id, detail=detail,
    )  # fmt: skip
    return proposal


def ask_for_changes(  # noqa: PLR0913  (who, when and in which version are named at each call)
    session: Session, key: str, request: str, *, desk_version: int, actor: Viewer, now: datetime
) -> Proposal:
    """Send a submission back with a request. Raises as `decide` does."""
    proposal = _managed(session, key, actor, desk_version)
    if proposal.pending_decision:
        raise NotAllowedNowError(
            text=lazy("A decision waits for its release. Take it back before asking for changes.")
        )
    proposal.request = request
    move_proposal(session, proposal, ProposalState.CHANGES_REQUESTED, actor)
    notices.tell(session, proposal, notices.CHANGES, f"d{proposal.desk_version}", now=now)
    return proposal


def cancel(
    session: Session, key: str, *, desk_version: int, actor: Viewer, now: datetime
) -> Proposal:
    """Call an accepted contribution off. Raises as `decide` does."""
    proposal = _managed(session, key, actor, desk_version)
    move_proposal(session, proposal, ProposalState.CANCELLED, actor)
    notices.take_back(session, proposal)
    drop_talk(session, proposal, actor)
    notices.tell(session, proposal, notices.CANCELLED, "cancelled", now=now)
    return proposal


def fingerprint(waiting: Sequence[DeskProposal]) -> str:
    """What a preview showed: which decisions, in which version."""
    shown = sorted((proposal.id, proposal.desk_version, proposal.pending) for proposal in waiting)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def release(
    session: Session, waiting: Sequence[DeskProposal], seen: str, *, actor: Viewer, now: datetime
) -> int:
    """Tell the experts of one call what was decided; returns how many.

    `waiting` is what now waits, `seen` the fingerprint of the preview. Raises ConflictError when
    the two differ: nobody gets a mail that no organizer has looked at.
    """
    if fingerprint(waiting) != seen:
        raise ConflictError(text=_RELEASED_OTHER)
    for shown in sorted(waiting, key=lambda proposal: proposal.id):
        proposal = _managed(session, shown.key, actor, shown.desk_version, own=True)
        _release_one(session, proposal, actor, now)
    return len(waiting)


def _release_one(session: Session, proposal: Proposal, actor: Viewer, now: datetime) -> None:
    outcome = Outcome(proposal.pending_decision or "")
    decision_id = session.execute(
        update(Decision)
        .where(Decision.proposal_id == proposal.id, Decision.released_at.is_(None))
        .values(released_at=now)
        .returning(Decision.id),
        execution_options={"synchronize_session": False},
    ).scalar_one()
    move_proposal(session, proposal, ProposalState(outcome.value), actor)
    notices.tell(session, proposal, notices.OUTCOMES[outcome], f"decision-{decision_id}", now=now)
    if outcome is not Outcome.ACCEPTED:
        drop_talk(session, proposal, actor)


def _managed(
    session: Session, key: str, actor: Viewer, desk_version: int, *, own: bool = False
) -> Proposal:
    """The proposal with its desk version raised, if it still was `desk_version`."""
    proposal = session.scalars(
        select(Proposal)
        .join(Call, Call.id == Proposal.call_id)
        .join(Event, Event.id == Call.event_id)
        .where(
            Proposal.key == key,
            Proposal.state != ProposalState.DRAFT.value,
            rules.managed_by(actor),
        )
        .execution_options(populate_existing=True)
    ).first()
    if proposal is None:
        raise NotFoundError
    if not own and not rules.can_decide(actor, proposal):
        raise RefusedError(text=_OWN)
    _take_turn(session, proposal, desk_version)
    return proposal


def _take_turn(session: Session, proposal: Proposal, seen: int) -> None:
    """One of two organizers wins. Raises ConflictError for the other."""
    turn = session.execute(
        update(Proposal)
        .where(Proposal.id == proposal.id, Proposal.desk_version == seen)
        .values(desk_version=Proposal.desk_version + 1)
        .returning(Proposal.id),
        execution_options={"synchronize_session": False},
    ).first()
    if turn is None:
        raise ConflictError(text=_TWO_AT_ONCE)
    session.refresh(proposal)


def _forget_pending(session: Session, proposal: Proposal) -> None:
    session.execute(
        delete(Decision).where(Decision.proposal_id == proposal.id, Decision.released_at.is_(None))
    )
