"""The frame of audience questions: locking a poll, telling its viewers, and its settings."""

from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.errors import ConflictError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain.announcing import announce_after_commit
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_audience import Naming, Review, Sitting, SittingState
from hanmadang.polls.rules_audience import settings_mark


@dataclass(frozen=True, slots=True)
class SittingSettings:
    """What a moderator chooses."""

    state: SittingState
    naming: Naming = Naming.FREE
    review: Review = Review.BEFORE
    event_slug: str | None = None


def lock_poll(session: Session, poll_id: int) -> PollState:
    """The poll's state, held until the end of the transaction. Raises NotFoundError.

    Asking, up-voting, moderating and closing all take this one lock, the one ballots take too,
    so what is read after it is true until the commit.
    """
    state = session.scalar(select(Poll.state).where(Poll.id == poll_id).with_for_update())
    if state is None:
        raise NotFoundError
    return PollState(state)


def sitting_of(session: Session, poll_id: int) -> Sitting | None:
    """The poll's sitting as it is now stored."""
    fresh = select(Sitting).where(Sitting.poll_id == poll_id)
    return session.scalars(fresh.execution_options(populate_existing=True)).first()


def tell(session: Session, poll_id: int, sitting: Sitting | None = None) -> None:
    """Wake the poll's viewers after the commit; with a sitting, say that its list changed."""
    if sitting is not None:
        sitting.version += 1
        session.flush()
    raised = update(Poll).where(Poll.id == poll_id).values(version=Poll.version + 1)
    session.execute(raised, execution_options={"synchronize_session": False})
    announce_after_commit([poll_id])


def configure(
    session: Session,
    actor: Viewer | None,
    poll_id: int,
    wanted: SittingSettings,
    *,
    seen: str | None = None,
) -> Sitting:
    """Set how the poll takes questions; `seen` is what the moderator was shown.

    It is empty where there were no settings yet, and None where no page was shown at all.

    Raises ConflictError when another moderator changed the settings since, NotAllowedNowError
    when a closed poll should take questions.
    """
    poll_state = lock_poll(session, poll_id)
    if poll_state is PollState.CLOSED and wanted.state is SittingState.OPEN:
        raise NotAllowedNowError(text=lazy("A closed poll takes no more questions."))
    sitting = sitting_of(session, poll_id)
    if sitting is None:
        sitting = Sitting(poll_id=poll_id, state=SittingState.OFF.value, asked=0, version=0)
        session.add(sitting)
    elif seen is not None and seen != mark_of(sitting):
        raise ConflictError(
            text=lazy(
                "Another moderator changed these settings meanwhile. Your choices are below; "
                "saving again replaces theirs."
            )
        )
    sitting.state, sitting.naming = wanted.state.value, wanted.naming.value
    sitting.review, sitting.event_slug = wanted.review.value, wanted.event_slug or None
    tell(session, poll_id, sitting)
    audit.record(
        session, actor, "audience.configured", kind="poll", id=poll_id, detail=mark_of(sitting)
    )
    return sitting


def mark_of(sitting: Sitting) -> str:
    """The settings in one word."""
    return settings_mark(sitting.state, sitting.naming, sitting.review, sitting.event_slug)
