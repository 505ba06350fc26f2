"""A person's seats, cohorts, teaching and messages: handed over, or erased."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hanmadang.courses.domain import seats
from hanmadang.courses.models import (
    Cohort,
    CohortInstructor,
    CohortMember,
    Course,
    CourseMessage,
    CourseRun,
    RunSeat,
)

_WITHOUT_SYNC = {"synchronize_session": False}


def export_of(session: Session, account_id: int) -> dict[str, Any]:
    """Where the person takes part, what was agreed to, what they teach and wrote."""
    return {
        "runs": _seats(session, account_id),
        "cohorts": _memberships(session, account_id),
        "teaches": _teaches(session, account_id),
        "messages": _messages(session, account_id),
    }


def erase_of(session: Session, account_id: int, _now: datetime | None = None) -> None:
    """Give seats back and remove memberships; messages stay without their sender."""
    seats.free_all(session, account_id)
    for table in (CohortMember, CohortInstructor):
        session.execute(
            delete(table).where(table.account_id == account_id), execution_options=_WITHOUT_SYNC
        )
    session.execute(
        update(CourseMessage).where(CourseMessage.sender_id == account_id).values(sender_id=None),
        execution_options=_WITHOUT_SYNC,
    )


def _seats(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Course.slug, CourseRun.title, RunSeat)
        .select_from(RunSeat)
        .join(CourseRun, CourseRun.id == RunSeat.run_id)
        .join(Course, Course.id == CourseRun.course_id)
        .where(RunSeat.account_id == account_id)
        .order_by(RunSeat.id)
    )
    return [
        {
            "course": slug,
            "run": str(title.shown("ko")),
            "language": seat.locale,
            "consent": seat.consent,
            "since": seat.created_at.isoformat(),
        }
        for slug, title, seat in rows
    ]


def _memberships(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Course.slug, Cohort.name, CohortMember)
        .select_from(CohortMember)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .join(Course, Course.id == Cohort.course_id)
        .where(CohortMember.account_id == account_id)
        .order_by(CohortMember.id)
    )
    return [
        {
            "course": slug,
            "cohort": str(name.shown("ko")),
            "state": member.state,
            "language": member.locale,
            "consent": member.consent,
            "by_guardian": member.guardian,
            "since": member.joined_at.isoformat(),
        }
        for slug, name, member in rows
    ]


def _teaches(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Cohort.name, CohortInstructor.added_at)
        .join(CohortInstructor, CohortInstructor.cohort_id == Cohort.id)
        .where(CohortInstructor.account_id == account_id)
        .order_by(Cohort.id)
    )
    return [{"cohort": str(name.shown("ko")), "since": at.isoformat()} for name, at in rows]


def _messages(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(CourseMessage)
        .where(CourseMessage.sender_id == account_id)
        .order_by(CourseMessage.id)
    )
    return [
        {
            "sent_at": row.sent_at.isoformat(),
            "subject": row.subject.to_json(),
            "body": row.body.to_json(),
            "recipients": row.recipients,
        }
        for row in rows
    ]
