"""The only two functions that change a state here: of a proposal, of a talk."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hanmadang.forums.models import Decision, Proposal, ProposalState, Talk, TalkState
from hanmadang.kernel import audit
from hanmadang.kernel.errors import NotAllowedNowError
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.states import Machine

_S = ProposalState

PROPOSALS = Machine(
    {
        _S.DRAFT: frozenset({_S.SUBMITTED, _S.WITHDRAWN}),
        _S.SUBMITTED: frozenset(
            {_S.CHANGES_REQUESTED, _S.ACCEPTED, _S.RESERVE, _S.REJECTED, _S.WITHDRAWN}
        ),
        _S.CHANGES_REQUESTED: frozenset(
            {_S.SUBMITTED, _S.ACCEPTED, _S.RESERVE, _S.REJECTED, _S.WITHDRAWN}
        ),
        _S.RESERVE: frozenset({_S.ACCEPTED, _S.REJECTED, _S.WITHDRAWN}),
        _S.ACCEPTED: frozenset({_S.CONFIRMED, _S.WITHDRAWN, _S.CANCELLED}),
        _S.CONFIRMED: frozenset({_S.WITHDRAWN, _S.CANCELLED}),
        _S.WITHDRAWN: frozenset({_S.DRAFT}),
    }
)
"""Rejected and cancelled are ends; a withdrawn proposal may be taken up again as a draft."""
TALKS = Machine(
    {
        TalkState.PLANNED: frozenset({TalkState.PUBLIC}),
        TalkState.PUBLIC: frozenset({TalkState.PLANNED}),
    }
)


def move_proposal(
    session: Session, proposal: Proposal, to: ProposalState, actor: Viewer | None
) -> None:
    """Take a proposal to another state, and drop a decision that waits where none may wait.

    Raises NotAllowedNowError for a step not in the table, or when somebody else was faster.
    """
    before = ProposalState(proposal.state)
    PROPOSALS.check(before, to)
    keeps = proposal.pending_decision if to is _S.SUBMITTED else None
    moved = session.execute(
        update(Proposal)
        .where(Proposal.id == proposal.id, Proposal.state == before.value)
        .values(state=to.value, pending_decision=keeps)
        .returning(Proposal.id),
        execution_options={"synchronize_session": False},
    ).first()
    if moved is None:
        raise NotAllowedNowError(before.value, to.value)
    if keeps is None:
        _drop_pending(session, proposal.id)
    session.refresh(proposal)
    audit.record(
        session, actor, f"proposal.{to.value}", kind="proposal", id=proposal.id,
        subject_id=proposal.account_id,
    )  # fmt: skip


def _drop_pending(session: Session, proposal_id: int) -> None:
    session.execute(
        delete(Decision).where(Decision.proposal_id == proposal_id, Decision.released_at.is_(None)),
        execution_options={"synchronize_session": False},
    )


def move_talk(session: Session, talk: Talk, to: TalkState, actor: Viewer | None) -> None:
    """Show a talk to the public, or take it back. Raises NotAllowedNowError otherwise."""
    talk.state = TALKS.check(TalkState(talk.state), to).value
    audit.record(session, actor, f"talk.{to.value}", kind="talk", id=talk.id)
