"""Publishing opinion groups: in batches while a poll runs, the final result after its close."""

import hashlib
from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from sqlalchemy import CursorResult, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.polls.models import Poll, PollState, Question
from hanmadang.polls.models_statements import OpinionResult, OpinionVotes
from hanmadang.polls.opinion.batches import in_steps, is_due
from hanmadang.polls.queries.opinions import Due, vote_parts
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


def unclaim(session: Session, due: Due) -> None:
    """Take the claim back after a failure, so that the refresh is tried again."""
    session.execute(
        update(OpinionResult)
        .where(OpinionResult.question_id == due.question_id, OpinionResult.tried == due.answered)
        .values(tried=due.tried),
        execution_options={"synchronize_session": False},
    )


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


def publish_final(
    session: Session,
    question_id: int,
    worked_out: Mapping[str, Any],
    parts: Iterable[tuple[int, str]] = (),
) -> bool:
    """Publish the result of all votes, once. Too few people leave an empty one.

    `parts` are those of votes.csv, length and Base64; none where no rows are published.
    """
    stored, is_closed = _locked(session, question_id)
    if not is_closed or (stored.final and stored.votes is not None):
        return False
    stored.votes = _keep(session, question_id, parts)
    if not stored.final:  # a result from before files were stored stays as it was shown
        stored.final = True
        shown = worked_out["shown"]
        _show(session, stored, shown if shown["people"] >= FEWEST_ANSWERS else TOO_FEW)
    return True


def _keep(session: Session, question_id: int, parts: Iterable[tuple[int, str]]) -> str:
    """Store the parts, one in memory at a time; a digest of all, empty where there are none."""

    def kept() -> Iterator[bytes]:
        for number, (length, encoded) in enumerate(parts, 1):
            body = b64decode(encoded)
            row = {"question_id": question_id, "part": number, "length": length, "body": body}
            session.execute(insert(OpinionVotes), row)
            yield body

    return _digest(kept())


def stored_digest(session: Session, question_id: int) -> str:
    """The digest of what is stored; as `OpinionResult.votes`, if nobody touched it."""
    return _digest(vote_parts(session, question_id))


def _digest(parts: Iterable[bytes]) -> str:
    found, some = hashlib.blake2b(digest_size=12), False
    for part in parts:
        found.update(part)
        some = True
    return found.hexdigest() if some else ""


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
