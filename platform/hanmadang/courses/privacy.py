"""A person's own data of this room: handed over, or erased."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    Answer,
    Course,
    CourseImport,
    CourseVersion,
    Enrolment,
    LearningEvent,
    Module,
    Question,
    QuestionProgress,
    Unit,
    UnitProgress,
)


def export_of(session: Session, account_id: int) -> dict[str, Any]:
    """Everything the room holds about that person, readable without our ids."""
    return {
        "courses": _courses(session, account_id),
        "units": _units(session, account_id),
        "answers": _answers(session, account_id),
        "events": _events(session, account_id),
        "imports": _imports(session, account_id),
    }


def erase_of(session: Session, account_id: int, _now: datetime | None = None) -> None:
    """Remove it all, log included; the caller commits."""
    for table in (Answer, QuestionProgress, UnitProgress, LearningEvent, Enrolment, CourseImport):
        session.execute(
            delete(table).where(table.account_id == account_id),
            execution_options={"synchronize_session": False},
        )


def _imports(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(CourseImport.name, CourseImport.created_at)
        .where(CourseImport.account_id == account_id)
        .order_by(CourseImport.id)
    )
    return [{"file": name, "at": at.isoformat()} for name, at in rows]


def _courses(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Course.slug, CourseVersion.number, Enrolment.locale, Enrolment.enrolled_at)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .join(CourseVersion, CourseVersion.id == Enrolment.course_version_id)
        .where(Enrolment.account_id == account_id)
        .order_by(Enrolment.id)
    )
    return [
        {"course": slug, "version": number, "language": locale, "since": at.isoformat()}
        for slug, number, locale, at in rows
    ]


def _units(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Module.slug, Unit.slug, UnitProgress)
        .select_from(UnitProgress)
        .join(Unit, Unit.id == UnitProgress.unit_id)
        .join(Module, Module.id == Unit.module_id)
        .where(UnitProgress.account_id == account_id)
        .order_by(UnitProgress.unit_id)
    )
    return [
        {
            "unit": f"{module}/{unit}",
            "state": progress.state,
            "answered": progress.answered,
            "right": progress.right,
            "done_at": progress.completed_at.isoformat() if progress.completed_at else None,
        }
        for module, unit, progress in rows
    ]


def _answers(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Question.slug, Answer.response, Answer.correct, Answer.at)
        .join(Answer, Answer.question_id == Question.id)
        .where(Answer.account_id == account_id)
        .order_by(Answer.at, Answer.event_id)
    )
    return [
        {"question": slug, "response": response, "right": correct, "at": at.isoformat()}
        for slug, response, correct, at in rows
    ]


def _events(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Unit.slug, LearningEvent.kind, LearningEvent.block, LearningEvent.at)
        .join(LearningEvent, LearningEvent.unit_id == Unit.id)
        .where(LearningEvent.account_id == account_id)
        .order_by(LearningEvent.id)
    )
    return [
        {"unit": unit, "what": kind, "block": block, "at": at.isoformat()}
        for unit, kind, block, at in rows
    ]
