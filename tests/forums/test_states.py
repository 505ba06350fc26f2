"""The whole table of a proposal's states: what is listed happens, what is not is refused."""

from itertools import product
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from hanmadang.forums.models import Decision, Proposal, Talk, TalkState
from hanmadang.forums.models import ProposalState as S
from hanmadang.forums.steps import move_proposal, move_talk
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.errors import NotAllowedNowError
from tests.factories.forums import NOW, admin, make_call, make_forum, make_proposal, make_talk

ALLOWED = {
    (S.DRAFT, S.SUBMITTED),
    (S.DRAFT, S.WITHDRAWN),
    (S.SUBMITTED, S.CHANGES_REQUESTED),
    (S.SUBMITTED, S.ACCEPTED),
    (S.SUBMITTED, S.RESERVE),
    (S.SUBMITTED, S.REJECTED),
    (S.SUBMITTED, S.WITHDRAWN),
    (S.CHANGES_REQUESTED, S.SUBMITTED),
    (S.CHANGES_REQUESTED, S.ACCEPTED),
    (S.CHANGES_REQUESTED, S.RESERVE),
    (S.CHANGES_REQUESTED, S.REJECTED),
    (S.CHANGES_REQUESTED, S.WITHDRAWN),
    (S.RESERVE, S.ACCEPTED),
    (S.RESERVE, S.REJECTED),
    (S.RESERVE, S.WITHDRAWN),
    (S.ACCEPTED, S.CONFIRMED),
    (S.ACCEPTED, S.WITHDRAWN),
    (S.ACCEPTED, S.CANCELLED),
    (S.CONFIRMED, S.WITHDRAWN),
    (S.CONFIRMED, S.CANCELLED),
    (S.WITHDRAWN, S.DRAFT),
}


def in_state(session: Session, state: S) -> Proposal:
    """A proposal put into `state` behind the table's back, with the decision it would have."""
    proposal = make_proposal(session, make_call(session))
    session.execute(update(Proposal).values(state=state.value))
    session.add(
        Decision(
            proposal_id=proposal.id, outcome="accepted", decided_by=admin(session).id,
            text_version=1, decided_at=NOW, released_at=NOW,
        )
    )  # fmt: skip
    session.flush()
    session.refresh(proposal)
    return proposal


@pytest.mark.parametrize(("before", "after"), sorted(ALLOWED))
def test_a_listed_step_is_taken_and_written_down(write: Any, before: S, after: S) -> None:
    with write() as session:
        proposal = in_state(session, before)
        move_proposal(session, proposal, after, admin(session))
        assert proposal.state == after
        session.flush()
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert last is not None
        assert (last.action, last.object_id, last.subject_id) == (
            f"proposal.{after}", str(proposal.id), proposal.account_id,
        )  # fmt: skip


@pytest.mark.parametrize(("before", "after"), sorted(set(product(S, S)) - ALLOWED))
def test_any_other_step_is_refused_and_changes_nothing(write: Any, before: S, after: S) -> None:
    with write() as session:
        proposal = in_state(session, before)
        with pytest.raises(NotAllowedNowError):
            move_proposal(session, proposal, after, admin(session))
        assert session.scalar(select(Proposal.state)) == before


def test_a_step_from_a_state_that_somebody_else_left_is_refused(write: Any) -> None:
    with write() as session:
        proposal = in_state(session, S.SUBMITTED)
        with session.no_autoflush:
            session.execute(
                text("UPDATE proposal SET state = 'withdrawn'"),
            )
            with pytest.raises(NotAllowedNowError):
                move_proposal(session, proposal, S.CHANGES_REQUESTED, None)


def test_the_database_knows_the_states_too(write: Any) -> None:
    with write() as session:
        in_state(session, S.SUBMITTED)
        with pytest.raises(IntegrityError, match="state_known"), session.begin_nested():
            session.execute(text("UPDATE proposal SET state = 'scheduled'"))


@pytest.mark.parametrize("state", ["draft", "accepted", "confirmed", "withdrawn", "rejected"])
def test_no_decision_can_wait_in_a_state_where_none_may(write: Any, state: str) -> None:
    with write() as session:
        in_state(session, S.SUBMITTED)
        with pytest.raises(IntegrityError, match="pending_known"), session.begin_nested():
            session.execute(
                update(Proposal).values(state=state, pending_decision="accepted"),
                execution_options={"synchronize_session": False},
            )


def test_a_talk_goes_public_and_back_but_not_twice(write: Any) -> None:
    with write() as session:
        talk = make_talk(session, make_forum(session))
        move_talk(session, talk, TalkState.PUBLIC, None)
        with pytest.raises(NotAllowedNowError):
            move_talk(session, talk, TalkState.PUBLIC, None)
        move_talk(session, talk, TalkState.PLANNED, None)
        assert talk.state == TalkState.PLANNED
        session.execute(delete(Talk))
