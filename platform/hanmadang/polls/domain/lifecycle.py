"""Opening, pausing and closing. Closing destroys the secret and unties the ballots for good."""

from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls import closings
from hanmadang.polls.domain import hooked
from hanmadang.polls.domain.announcing import announce_after_commit
from hanmadang.polls.domain.audience_closing import untie_audience
from hanmadang.polls.domain.codes import forget as forget_codes
from hanmadang.polls.domain.pace import keep_times, room_is_asked
from hanmadang.polls.domain.profiles import asks_anything, cells_by_voter, forget_all
from hanmadang.polls.domain.quiz import begin_quiz, keep_scores
from hanmadang.polls.domain.sealing import receipts_of, seal
from hanmadang.polls.domain.secret_casting import prepare_box
from hanmadang.polls.domain.secret_closing import empty_box
from hanmadang.polls.domain.stage import begin
from hanmadang.polls.domain.statements import untie_statements
from hanmadang.polls.models import STEPS, Ballot, Mode, Poll, PollState, Question

_ASKS_ABOUT = lazy(
    "A secret poll cannot ask people about themselves: what they told could never be put beside "
    "their answers. Please take these questions out, or choose answers that can be changed."
)
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
        _finish(session, poll)
    poll.state = step.value
    poll.version += 1
    if to is PollState.OPEN and poll.opened_at is None:
        _begin(session, poll, now)
    room_is_asked(session, poll, now)
    if to is PollState.CLOSED:
        poll.closed_at, poll.secret = now, None
        untie_audience(session, poll_id)
        untie_statements(session, poll_id)
        forget_codes(session, poll_id)
    session.flush()
    audit.record(session, actor, _ACTS[to], kind="poll", id=poll_id)
    hooked.announce_state(session, poll, now=now)
    if to is PollState.CLOSED:
        closings.tell(session, poll_id, now)
    announce_after_commit([poll_id])
    return poll


def _begin(session: Session, poll: Poll, now: datetime) -> None:
    """What only the first opening does."""
    if poll.mode == Mode.SECRET:
        if asks_anything(session, poll.id):
            raise NotAllowedNowError(text=_ASKS_ABOUT)
        prepare_box(session, poll)
    poll.opened_at = now
    begin(session, poll)
    begin_quiz(poll)


def _finish(session: Session, poll: Poll) -> None:
    """Leave ballots that belong to nobody, and a seal over the receipts."""
    if poll.mode == Mode.SECRET:
        seal(session, poll.id, empty_box(session, poll))
        return
    seal(session, poll.id, receipts_of(session, poll))
    keep_scores(session, poll)
    keep_times(session, poll)
    _untie(session, poll.id)


def _untie(session: Session, poll_id: int) -> None:
    """Write every ballot anew under a random name of its own, in the order of those names.

    What remains can be recounted; it no longer says which answers came from one device, how
    often somebody changed their mind, or who came first. Each ballot takes along the coarse
    cell that its device told, so that tables by attributes can be recounted, too.
    """
    questions = select(Question.id).where(Question.poll_id == poll_id)
    mine = _BALLOT.c.question_id.in_(questions)
    columns = _BALLOT.c.question_id, _BALLOT.c.voter_key, _BALLOT.c.choices
    kept = session.execute(select(*columns).where(mine)).all()
    cells = cells_by_voter(session, poll_id)
    session.execute(delete(_BALLOT).where(mine))
    forget_all(session, poll_id)
    rows = [
        {
            "question_id": question_id,
            "voter_key": new_key(),
            "choices": choices,
            "rev": 1,
            "idem": "",
            "cell": cells.get(voter, ""),
        }
        for question_id, voter, choices in kept
        if choices
    ]
    if rows:
        rows.sort(key=lambda row: str(row["voter_key"]))
        session.connection().execute(insert(_BALLOT), rows)
