"""Showing a question's results by the moderator's hand, and hiding them again."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.errors import NotAllowedNowError
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain.announcing import announce_after_commit
from hanmadang.polls.domain.quiz import tell
from hanmadang.polls.models import Poll, PollState, Question, ResultsShown


def _lock(poll_id: int) -> Select[Poll]:
    """The poll as it stands now, whatever this session read of it before."""
    locked = select(Poll).where(Poll.id == poll_id).with_for_update()
    return locked.execution_options(populate_existing=True)


_RUNNING = frozenset({PollState.OPEN.value, PollState.PAUSED.value})


def reveal(
    session: Session, actor: Viewer | None, poll_id: int, question_id: int, *, revealed: bool
) -> None:
    """Show or hide the results of a question of a running poll. Doing it twice changes nothing.

    Raises NotAllowedNowError before opening, after closing (then all results are public), and
    for a question whose author chose another moment.
    """
    poll = session.scalars(_lock(poll_id)).first()
    question = session.get(Question, question_id, populate_existing=True)
    if (
        poll is None
        or question is None
        or question.poll_id != poll_id
        or poll.state not in _RUNNING
        or question.results_shown != ResultsShown.MODERATOR
    ):
        raise NotAllowedNowError
    if question.revealed == revealed:
        return
    question.revealed = revealed
    if revealed:
        tell(session, poll, question)
    poll.version += 1
    session.flush()
    action = "poll.revealed" if revealed else "poll.hidden"
    audit.record(session, actor, action, kind="poll", id=poll_id, detail=f"question {question_id}")
    announce_after_commit([poll_id])
