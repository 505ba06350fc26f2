"""What moderators do with questions: every act is conditional on what they saw, and audited."""

from collections.abc import Mapping

from sqlalchemy import CursorResult, exists, func, select, update
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.errors import ConflictError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain.audience import in_group
from hanmadang.polls.domain.audience_sitting import lock_poll, sitting_of, tell
from hanmadang.polls.models import PollState
from hanmadang.polls.models_audience import (
    ASK_STEPS,
    AskState,
    AudienceQuestion,
    Sitting,
    Upvote,
)

MERGE_TARGETS = (AskState.PENDING, AskState.SHOWN, AskState.NOW, AskState.ANSWERED)
_ACTS: Mapping[AskState, str] = {
    AskState.PENDING: "audience_question.returned",
    AskState.SHOWN: "audience_question.shown",
    AskState.NOW: "audience_question.called",
    AskState.ANSWERED: "audience_question.answered",
    AskState.HIDDEN: "audience_question.hidden",
    AskState.MERGED: "audience_question.merged",
}
_UNSYNCED = {"synchronize_session": False}


class FasterError(ConflictError):
    """Another moderator moved the question first; nothing was done."""

    text = lazy(
        "Another moderator was faster, so nothing was changed. The list below is up to date."
    )


def move(  # noqa: PLR0913  (who, where, what, from, to)
    session: Session,
    actor: Viewer | None,
    poll_id: int,
    question_id: int,
    *,
    seen: AskState,
    to: AskState,
) -> int:
    """Take a question from the state the moderator saw to another; returns its number.

    Calling one up answers the one before it. Raises NotFoundError, NotAllowedNowError,
    FasterError.
    """
    state, sitting = _locked(session, poll_id)
    question = _find(session, poll_id, question_id)
    ASK_STEPS.check(seen, to)
    if to is AskState.MERGED:
        raise NotAllowedNowError
    if seen is AskState.MERGED:
        _refuse_closed(state)
    if to is AskState.NOW and question.state == seen:
        _finish_current(session, actor, poll_id)
    before = question.merged_into
    _step(session, question_id, seen, to, None)
    if before is not None:
        _recount(session, before)
    _written(session, actor, question_id, to, f"from {seen.value}")
    tell(session, poll_id, sitting)
    return question.number


def merge(  # noqa: PLR0913  (who, where, what, from, into)
    session: Session,
    actor: Viewer | None,
    poll_id: int,
    question_id: int,
    *,
    seen: AskState,
    into: int,
) -> None:
    """Count a question with another that asks the same; a device's up-votes count once.

    Raises NotFoundError, NotAllowedNowError, FasterError.
    """
    state, sitting = _locked(session, poll_id)
    question, target = (_find(session, poll_id, each) for each in (question_id, into))
    _refuse_closed(state)
    ASK_STEPS.check(seen, AskState.MERGED)
    if question.id == target.id or AskState(target.state) not in MERGE_TARGETS:
        raise FasterError
    if session.scalar(select(exists().where(AudienceQuestion.merged_into == question_id))):
        raise NotAllowedNowError(
            text=lazy("Others were merged into this question. Please merge the other way round.")
        )
    _step(session, question_id, seen, AskState.MERGED, into)
    _recount(session, into)
    _written(session, actor, question_id, AskState.MERGED, f"from {seen.value} into {into}")
    tell(session, poll_id, sitting)


def _locked(session: Session, poll_id: int) -> tuple[PollState, Sitting]:
    state = lock_poll(session, poll_id)
    sitting = sitting_of(session, poll_id)
    if sitting is None:
        raise NotFoundError
    return state, sitting


def _find(session: Session, poll_id: int, question_id: int) -> AudienceQuestion:
    found = session.get(AudienceQuestion, question_id, populate_existing=True)
    if found is None or found.poll_id != poll_id:
        raise NotFoundError
    return found


def _refuse_closed(state: PollState) -> None:
    if state is PollState.CLOSED:
        raise NotAllowedNowError(
            text=lazy(
                "The poll is closed and its up-votes are anonymous for good, so nothing can be "
                "merged or separated."
            )
        )


def _finish_current(session: Session, actor: Viewer | None, poll_id: int) -> None:
    current = session.scalar(
        select(AudienceQuestion.id).where(
            AudienceQuestion.poll_id == poll_id, AudienceQuestion.state == AskState.NOW.value
        )
    )
    if current is not None:
        _step(session, current, AskState.NOW, AskState.ANSWERED, None)
        _written(session, actor, current, AskState.ANSWERED, "by the next")


def _step(
    session: Session, question_id: int, seen: AskState, to: AskState, into: int | None
) -> None:
    """Only from the state that was seen: of two moderators one acts, the other is told."""
    moved = session.execute(
        update(AudienceQuestion)
        .where(AudienceQuestion.id == question_id, AudienceQuestion.state == seen.value)
        .values(state=to.value, merged_into=into),
        execution_options=_UNSYNCED,
    )
    if not isinstance(moved, CursorResult) or moved.rowcount != 1:
        raise FasterError


def _recount(session: Session, question_id: int) -> None:
    """Count the devices behind a question and what is merged into it, each once."""
    devices = select(func.count(Upvote.device.distinct())).where(in_group(question_id))
    session.execute(
        update(AudienceQuestion)
        .where(AudienceQuestion.id == question_id)
        .values(upvotes=devices.scalar_subquery()),
        execution_options=_UNSYNCED,
    )


def _written(
    session: Session, actor: Viewer | None, question_id: int, to: AskState, detail: str
) -> None:
    audit.record(session, actor, _ACTS[to], kind="audience_question", id=question_id, detail=detail)
