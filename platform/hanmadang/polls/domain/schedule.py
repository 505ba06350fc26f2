"""Opening and closing by the clock, exactly once in however many processes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.errors import ConflictError, DomainError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.polls.domain.announcing import announce_after_commit
from hanmadang.polls.domain.lifecycle import change_state
from hanmadang.polls.domain.stage import locked
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_stage import Schedule
from hanmadang.polls.staging import Gate


class UnusableScheduleError(DomainError):
    """The instants do not fit the poll or each other."""

    status = 422


@dataclass(frozen=True, slots=True)
class Hours:
    """When a poll opens and closes by itself; None for by hand."""

    opens: Moment | None = None
    closes: Moment | None = None

    @property
    def mark(self) -> str:
        """By which a second moderator's page is recognised as old."""
        return "/".join(each.instant.isoformat() if each else "" for each in _both(self))


def _both(hours: Hours) -> tuple[Moment | None, Moment | None]:
    return hours.opens, hours.closes


def plan(  # noqa: PLR0913  (who, where, what, seen, when)
    session: Session,
    actor: Viewer | None,
    poll_id: int,
    hours: Hours,
    *,
    seen: str,
    now: datetime,
) -> None:
    """Set when a poll opens and closes by itself; `seen` is the mark of what was shown.

    Raises NotFoundError, UnusableScheduleError, ConflictError.
    """
    poll = locked(session, poll_id)
    schedule = session.get(Schedule, poll_id, populate_existing=True)
    current = hours_of(schedule)
    if current.mark != seen:
        raise ConflictError(
            text=lazy(
                "Another moderator changed these times meanwhile. Yours are below; saving again "
                "replaces theirs."
            )
        )
    if PollState(poll.state) is not PollState.DRAFT:
        hours = replace(hours, opens=current.opens)
    _check(PollState(poll.state), hours, now)
    if schedule is None:
        schedule = Schedule(poll_id=poll_id)
        session.add(schedule)
    _write(schedule, hours)
    closes = hours.closes.instant if hours.closes else None
    poll.gate = replace(Gate.of(poll.gate), closes=closes).to_json()
    poll.version += 1
    session.flush()
    audit.record(session, actor, "poll.scheduled", kind="poll", id=poll_id, detail=hours.mark)
    announce_after_commit([poll_id])


def hours_of(schedule: Schedule | None) -> Hours:
    """A stored schedule as a value."""
    return Hours(schedule.opens, schedule.closes) if schedule else Hours()


def _write(schedule: Schedule, hours: Hours) -> None:
    opens, closes = hours.opens, hours.closes
    schedule.zone = next((each.zone for each in (opens, closes) if each), "Asia/Seoul")
    schedule.opens_at = opens.instant if opens else None
    schedule.opens_local = opens.local if opens else None
    schedule.closes_at = closes.instant if closes else None
    schedule.closes_local = closes.local if closes else None


def _check(state: PollState, hours: Hours, now: datetime) -> None:
    opens, closes = hours.opens, hours.closes
    if state is PollState.CLOSED:
        raise UnusableScheduleError(text=lazy("A closed poll stays closed."))
    if state is PollState.DRAFT and opens and opens.instant <= now:
        raise UnusableScheduleError(text=lazy("The opening lies in the past."))
    if closes and closes.instant <= now:
        raise UnusableScheduleError(text=lazy("The closing lies in the past."))
    if opens and closes and opens.instant >= closes.instant:
        raise UnusableScheduleError(text=lazy("The poll must open before it closes."))


def due(session: Session, now: datetime) -> Sequence[int]:
    """Polls whose opening or closing has come; what is done is not due any more."""
    opening = (Poll.state == PollState.DRAFT.value) & (Schedule.opens_at <= now)
    running = Poll.state.in_((PollState.OPEN.value, PollState.PAUSED.value))
    closing = running & (Schedule.closes_at <= now)
    joined = select(Poll.id).join(Schedule, Schedule.poll_id == Poll.id)
    return session.scalars(joined.where(opening | closing).order_by(Poll.id)).all()


def keep_hours(session: Session, poll_id: int, now: datetime) -> PollState | None:
    """Open or close one poll, if that is due now; looked at under the lock, so it happens once.

    A poll whose whole time passed while no scheduler ran opens and closes in two turns.
    """
    poll = locked(session, poll_id)
    schedule = session.get(Schedule, poll_id, populate_existing=True)
    to = _step(PollState(poll.state), hours_of(schedule), now)
    if to is not None:
        change_state(session, None, poll_id, to, now=now)
    return to


def _step(state: PollState, hours: Hours, now: datetime) -> PollState | None:
    opens, closes = hours.opens, hours.closes
    if state is PollState.DRAFT and opens and opens.instant <= now:
        return PollState.OPEN
    if state in (PollState.OPEN, PollState.PAUSED) and closes and closes.instant <= now:
        return PollState.CLOSED
    return None
