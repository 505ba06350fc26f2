"""Seats in a run: taking one, giving it back.

A seat is taken by one conditional UPDATE; nothing is ever counted first. Every path touches the
run before its seats, so that two people never wait for each other in a circle.
"""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from hanmadang.courses.domain.enrolling import enrol
from hanmadang.courses.models import Cohort, CohortMember, CourseRun, RunSeat, RunState
from hanmadang.courses.rules import can_take
from hanmadang.courses.rules.runs import Joining, joining
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel import audit
from hanmadang.kernel.errors import DomainError, NotAllowedNowError, NotFoundError, RefusedError
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Account

_WITHOUT_SYNC = {"synchronize_session": False}
SAYS: dict[Joining, LazyText] = {
    Joining.NOT_YET: lazy("Enrolment for this run has not opened yet."),
    Joining.CLOSED: lazy("Enrolment for this run is closed."),
    Joining.CANCELLED: lazy("This run was called off."),
}


class RunFullError(DomainError):
    """Every seat of the run is taken."""

    text = lazy(
        "Every seat of this run is taken. You can take the course at your own pace, or choose "
        "another run."
    )


class MissingAgreementError(DomainError):
    """The person did not agree that the people in charge see them (422)."""

    status = 422
    text = lazy("Please tick that you agree; without it you can take the course on your own.")


class GuardianNeededError(DomainError):
    """Under 14, a seat in a run comes through a class (422)."""

    status = 422
    text = lazy(
        "Under 14 you join a run through your class: use the code your teacher gave you, and we "
        "ask your guardian. You can take the course at your own pace at any time."
    )


def take_seat(  # noqa: PLR0913  (who, where, on which terms, when)
    session: Session, actor: Viewer, run_id: int, *, consent: str, locale: str, now: datetime
) -> RunSeat:
    """Join a run, and the course with it; a second time changes nothing.

    Raises NotFoundError for a draft, RunFullError, NotAllowedNowError outside the enrolment
    period, MissingAgreementError, GuardianNeededError.
    """
    if not can_take(actor):
        raise RefusedError
    _seen(session, run_id)
    if not consent:
        raise MissingAgreementError
    if session.scalar(select(Account.guardian_email).where(Account.id == actor.id)):
        raise GuardianNeededError
    return seat(session, actor, run_id, consent=consent, locale=locale, now=now)


def seat(  # noqa: PLR0913  (as above)
    session: Session, actor: Viewer, run_id: int, *, consent: str, locale: str, now: datetime
) -> RunSeat:
    """The seat itself, once consents are clear. Raises as `take_seat`."""
    run = _seen(session, run_id)
    if found := _held(session, run_id, actor.id):
        return found
    _open(joining(run, now))
    if not _take(session, run_id, now):
        session.refresh(run)
        _open(joining(run, now))
        raise RunFullError
    made = insert_once(
        session, RunSeat, run_id=run_id, account_id=actor.id, locale=locale, consent=consent,
        created_at=now,
    )  # fmt: skip
    if made is None:  # a twin request of the same person came first
        _give(session, run_id)
    else:
        audit.record(session, actor, "course_run.joined", kind="course_run", id=run_id)
        enrol(session, actor, run.course_id, locale=locale, now=now)
    found = _held(session, run_id, actor.id)
    if found is None:
        raise NotAllowedNowError
    return found


def leave_seat(session: Session, actor: Viewer, run_id: int) -> bool:
    """Give a seat back; False when there was none. Progress in the course stays.

    Cohorts of that run are left with it: they are part of the run.
    """
    locked = session.get(CourseRun, run_id, with_for_update=True, populate_existing=True)
    if locked is None or locked.state == RunState.DRAFT:
        raise NotFoundError
    session.execute(
        delete(CohortMember).where(
            CohortMember.account_id == actor.id,
            CohortMember.cohort_id.in_(select(Cohort.id).where(Cohort.run_id == run_id)),
        ),
        execution_options=_WITHOUT_SYNC,
    )
    if not free(session, run_id, actor.id):
        return False
    audit.record(session, actor, "course_run.left", kind="course_run", id=run_id)
    return True


def free(session: Session, run_id: int, account_id: int) -> bool:
    """Delete a seat and count it free; False when there was none."""
    gone = session.execute(
        delete(RunSeat)
        .where(RunSeat.run_id == run_id, RunSeat.account_id == account_id)
        .returning(RunSeat.id),
        execution_options=_WITHOUT_SYNC,
    ).first()
    if gone is None:
        return False
    _give(session, run_id)
    return True


def free_all(session: Session, account_id: int) -> None:
    """Give back every seat of somebody whose account ends, runs in one order."""
    held = select(RunSeat.run_id).where(RunSeat.account_id == account_id).order_by(RunSeat.run_id)
    for run_id in session.scalars(held).all():
        session.get_one(CourseRun, run_id, with_for_update=True)
        free(session, run_id, account_id)


def _seen(session: Session, run_id: int) -> CourseRun:
    """A run that everybody sees; raises NotFoundError for a draft."""
    run = session.get(CourseRun, run_id)
    if run is None or run.state == RunState.DRAFT:
        raise NotFoundError
    return run


def _open(says: Joining) -> None:
    if says is Joining.FULL:
        raise RunFullError
    if says is not Joining.OPEN:
        raise NotAllowedNowError(text=SAYS[says])


def _held(session: Session, run_id: int, account_id: int) -> RunSeat | None:
    return session.scalars(
        select(RunSeat).where(RunSeat.run_id == run_id, RunSeat.account_id == account_id)
    ).first()


def _take(session: Session, run_id: int, now: datetime) -> bool:
    """The guard against overselling: one statement, which re-checks after waiting for its lock."""
    done = session.execute(
        update(CourseRun)
        .where(
            CourseRun.id == run_id,
            CourseRun.state == RunState.PUBLISHED.value,
            CourseRun.opens_at <= now,
            CourseRun.closes_at > now,
            or_(CourseRun.seats.is_(None), CourseRun.taken < CourseRun.seats),
        )
        .values(taken=CourseRun.taken + 1)
        .returning(CourseRun.id),
        execution_options=_WITHOUT_SYNC,
    )
    return done.first() is not None


def _give(session: Session, run_id: int) -> None:
    session.execute(
        update(CourseRun).where(CourseRun.id == run_id).values(taken=CourseRun.taken - 1),
        execution_options=_WITHOUT_SYNC,
    )
