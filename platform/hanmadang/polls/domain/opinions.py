"""Publishing opinion groups: in batches while a poll runs, the final result after its close."""

from collections.abc import Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.polls.models import Poll, PollState, Question
from hanmadang.polls.models_statements import OpinionResult
from hanmadang.polls.opinion.batches import in_steps, is_due
from hanmadang.polls.queries.opinions import Due
from hanmadang.polls.queries.release import FEWEST_ANSWERS

TOO_FEW: Mapping[str, Any] = {}
"""What is published of a closed poll in which fewer than thirty took part."""


def claim(session: Session, due: Due) -> bool:
    """Note that a refresh is being worked out; False where another process was faster.

    A final one is not claimed: should a process die over it, another works it out.
    """
    _ensure(session, due.question_id)
    if due.final:
        return True
    claimed = session.execute(
        update(OpinionResult)
        .where(OpinionResult.question_id == due.question_id, OpinionResult.tried == due.tried)
        .values(tried=due.answered),
        execution_options={"synchronize_session": False},
    )
    return cast("CursorResult[object]", claimed).rowcount == 1


def _ensure(session: Session, question_id: int) -> None:
    dialect: Any = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    fields = {
        "question_id": question_id, "version": 0, "people": 0, "tried": 0, "final": False,
        "shown": {}, "ledger": {}, "memory": {},
    }  # fmt: skip
    session.execute(dialect.insert(OpinionResult).values(fields).on_conflict_do_nothing())


def publish(session: Session, question_id: int, worked_out: Mapping[str, Any]) -> bool:
    """Publish a running poll's result in steps from which no vote follows, if it is due."""
    stored, is_closed = _locked(session, question_id)
    if is_closed:  # meanwhile; the final result is worked out from all votes
        return False
    stored.memory = dict(worked_out["memory"])
    shown = worked_out["shown"]
    if shown["people"] < FEWEST_ANSWERS or not is_due(stored.people, shown):
        return False
    shown, stored.ledger = in_steps(shown, stored.ledger)
    _show(session, stored, shown)
    return True


def publish_final(session: Session, question_id: int, worked_out: Mapping[str, Any]) -> bool:
    """Publish the result of all votes, once. Too few people leave an empty one."""
    stored, is_closed = _locked(session, question_id)
    if stored.final or not is_closed:
        return False
    stored.final = True
    shown = worked_out["shown"]
    _show(session, stored, shown if shown["people"] >= FEWEST_ANSWERS else TOO_FEW)
    return True


def _locked(session: Session, question_id: int) -> tuple[OpinionResult, bool]:
    """The stored result, and whether the poll is closed; the poll's row is locked."""
    state = session.scalar(
        select(Poll.state)
        .join(Question, Question.poll_id == Poll.id)
        .where(Question.id == question_id)
        .with_for_update(of=Poll)
    )
    stored = session.get_one(OpinionResult, question_id, populate_existing=True)
    return stored, state == PollState.CLOSED


def _show(session: Session, stored: OpinionResult, shown: Mapping[str, Any]) -> None:
    stored.shown, stored.people = dict(shown), int(shown.get("people", 0))
    stored.version += 1
    session.flush()
    audit.record(
        session, None, "opinions.published", kind="poll_question", id=stored.question_id,
        detail=f"version {stored.version}",
    )  # fmt: skip
