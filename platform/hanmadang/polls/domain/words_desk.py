"""What moderators do with typed answers: conditional on what they saw, and audited.

Ballots are never touched: what is hidden still counts as an answer, and can be shown again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain.announcing import announce_after_commit
from hanmadang.polls.domain.audience_desk import FasterError
from hanmadang.polls.domain.audience_sitting import lock_poll
from hanmadang.polls.models import TYPED, Poll, PollState, Question
from hanmadang.polls.models_words import WORD_STEPS, PollWord, WordState
from hanmadang.polls.rules_words import FEWEST_ALIKE, KEPT

_UNSYNCED = {"synchronize_session": False}
_ACTS = {
    WordState.PENDING: "word.returned",
    WordState.SHOWN: "word.shown",
    WordState.HIDDEN: "word.hidden",
}


def move_word(  # noqa: PLR0913  (who, where, what, from, to)
    session: Session,
    actor: Viewer | None,
    question_id: int,
    word_id: int,
    *,
    seen: WordState,
    to: WordState,
) -> None:
    """Show or hide an answer, or undo it. Raises NotFoundError, NotAllowedNowError, FasterError."""
    poll_id = _locked(session, question_id)
    WORD_STEPS.check(seen, to)
    found = session.get(PollWord, word_id, populate_existing=True)
    if found is None or found.question_id != question_id or found.folded is None:
        raise NotFoundError
    if found.state != seen:
        raise FasterError
    found.state = to.value
    session.flush()
    audit.record(
        session, actor, _ACTS[to], kind="poll_word", id=word_id, detail=f"from {seen.value}"
    )
    _changed(session, poll_id)


def show_frequent(
    session: Session, actor: Viewer | None, question_id: int, seen: Sequence[int]
) -> int:
    """Show those of the answers on the moderator's page that wait and that several people gave.

    Returns how many. Raises NotFoundError.
    """
    poll_id = _locked(session, question_id)
    shown = session.execute(
        update(PollWord)
        .where(
            PollWord.question_id == question_id,
            PollWord.id.in_(seen),
            PollWord.state == WordState.PENDING.value,
            PollWord.count >= FEWEST_ALIKE,
            PollWord.folded.is_not(None),
        )
        .values(state=WordState.SHOWN.value),
        execution_options=_UNSYNCED,
    )
    number = cast("CursorResult[object]", shown).rowcount
    if number:
        detail = f"{number} answers of at least {FEWEST_ALIKE} people"
        audit.record(
            session, actor, "words.shown", kind="poll_question", id=question_id, detail=detail
        )
        _changed(session, poll_id)
    return number


def forget_words(session: Session, now: datetime) -> int:
    """Delete texts of polls that closed long ago: rare ones nobody was shown, and withdrawn ones.

    Ballots and counts stay. Returns how many texts went.
    """
    over = select(Question.id).join(Poll, Poll.id == Question.poll_id)
    over = over.where(Poll.state == PollState.CLOSED.value, Poll.closed_at <= now - KEPT)
    unshown = PollWord.state != WordState.SHOWN.value
    gone = session.execute(
        update(PollWord)
        .where(
            PollWord.question_id.in_(over),
            PollWord.folded.is_not(None),
            or_(PollWord.count == 0, (PollWord.count < FEWEST_ALIKE) & unshown),
        )
        .values(folded=None, label=""),
        execution_options=_UNSYNCED,
    )
    return cast("CursorResult[object]", gone).rowcount


def require_question(session: Session, poll_id: int, question_id: int) -> None:
    """Raises NotFoundError unless the question is one of this poll's."""
    if session.scalar(select(Question.poll_id).where(Question.id == question_id)) != poll_id:
        raise NotFoundError


def _locked(session: Session, question_id: int) -> int:
    """The poll of a question of typed answers, locked as casting locks it."""
    types = [type_.value for type_ in TYPED]
    poll_id = session.scalar(
        select(Question.poll_id).where(Question.id == question_id, Question.type.in_(types))
    )
    if poll_id is None:
        raise NotFoundError
    lock_poll(session, poll_id)
    return poll_id


def _changed(session: Session, poll_id: int) -> None:
    session.execute(
        update(Poll).where(Poll.id == poll_id).values(version=Poll.version + 1),
        execution_options=_UNSYNCED,
    )
    announce_after_commit([poll_id])
