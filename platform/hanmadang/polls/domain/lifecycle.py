"""Opening, pausing and closing. Closing destroys the secret and unties the ballots for good."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain import hooked
from hanmadang.polls.domain.announcing import announce_after_commit
from hanmadang.polls.domain.audience_closing import untie_audience
from hanmadang.polls.domain.sealing import seal
from hanmadang.polls.models import STEPS, Ballot, Poll, PollState, Question

_BALLOT = cast("Table", Ballot.__table__)
_ACTS = {
    PollState.OPEN: "poll.opened",
    PollState.PAUSED: "poll.paused",
    PollState.CLOSED: "poll.closed",
}


def change_state(
    session: Session, actor: Viewer | None, poll_id: int, to: PollState, *, now: datetime
) -> Poll:
    """Take one step of `STEPS`. Raises NotFoundError and NotAllowedNowError.

    The poll's row is locked, so that every ballot either counts before the step or is judged
    by the state after it.
    """
    poll = session.scalars(
        select(Poll)
        .where(Poll.id == poll_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()
    if poll is None:
        raise NotFoundError
    step = STEPS.check(PollState(poll.state), to)
    if to is PollState.CLOSED:
        seal(session, poll)
    poll.state = step.value
    poll.version += 1
    if to is PollState.OPEN:
        poll.opened_at = poll.opened_at or now
    if to is PollState.CLOSED:
        poll.closed_at, poll.secret = now, None
        _untie(session, poll_id)
        untie_audience(session, poll_id)
    session.flush()
    audit.record(session, actor, _ACTS[to], kind="poll", id=poll_id)
    hooked.announce_state(session, poll, now=now)
    announce_after_commit([poll_id])
    return poll


def _untie(session: Session, poll_id: int) -> None:
    """Write every ballot anew under a random name of its own, in the order of those names.

    What remains can be recounted; it no longer says which answers came from one device, how
    often somebody changed their mind, or who came first.
    """
    questions = select(Question.id).where(Question.poll_id == poll_id)
    mine = _BALLOT.c.question_id.in_(questions)
    kept = session.execute(select(_BALLOT.c.question_id, _BALLOT.c.choices).where(mine)).all()
    session.execute(delete(_BALLOT).where(mine))
    rows = [
        {"question_id": q, "voter_key": new_key(), "choices": choices, "rev": 1, "idem": ""}
        for q, choices in kept
        if choices
    ]
    if rows:
        rows.sort(key=lambda row: str(row["voter_key"]))
        session.connection().execute(insert(_BALLOT), rows)
