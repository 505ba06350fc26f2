"""A person's own data of this room: handed over, or erased."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hanmadang.courses import privacy_companion
from hanmadang.courses.models import (
    Answer,
    Certificate,
    CertificateCopy,
    CertificateFile,
    Course,
    CourseImport,
    CourseVersion,
    Enrolment,
    LearningEvent,
    Module,
    Question,
    QuestionProgress,
    QuizAllowance,
    QuizAttempt,
    Reflection,
    Unit,
    UnitProgress,
    Watched,
)


def export_of(session: Session, account_id: int) -> dict[str, Any]:
    """Everything the room holds about that person, readable without our ids."""
    return {
        "courses": _courses(session, account_id),
        "units": _units(session, account_id),
        "answers": _answers(session, account_id),
        "events": _events(session, account_id),
        "attempts": _attempts(session, account_id),
        "allowances": _allowances(session, account_id),
        "certificates": _certificates(session, account_id),
        "reflections": _reflections(session, account_id),
        "watched": _watched(session, account_id),
        "imports": _imports(session, account_id),
        **privacy_companion.export_of(session, account_id),
    }


def erase_of(session: Session, account_id: int, now: datetime) -> None:
    """Remove it all, log included; the caller commits.

    Of a certificate stays what names nobody: its number keeps answering whoever holds the paper.
    """
    _unname(session, account_id, now)
    privacy_companion.erase_of(session, account_id)
    for table in (
        Reflection,
        Watched,
        CourseImport,
        QuizAttempt,
        QuizAllowance,
        Answer,
        QuestionProgress,
        UnitProgress,
        LearningEvent,
        Enrolment,
    ):
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


def _certificates(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Certificate).where(Certificate.account_id == account_id).order_by(Certificate.id)
    )
    return [
        {
            "number": row.number,
            "course": row.title.to_json(),
            "state": row.state,
            "name": row.name,
            "shown_to_all": row.shown,
            "cohort": row.cohort.to_json() if row.cohort else None,
            "completed_at": row.completed_at.isoformat(),
            "copies": _copies(session, row.id),
        }
        for row in rows
    ]


def _copies(session: Session, certificate_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(CertificateCopy)
        .where(CertificateCopy.certificate_id == certificate_id)
        .order_by(CertificateCopy.id)
    )
    return [
        {
            "language": row.language,
            "items": row.items,
            "birth_year": row.birth_year or None,
            "code": row.code,
            "at": row.made_at.isoformat(),
        }
        for row in rows
    ]


def _unname(session: Session, account_id: int, now: datetime) -> None:
    """Take the person out of their certificates; what was printed says it only on paper."""
    mine = select(Certificate.id).where(Certificate.account_id == account_id)
    copies = select(CertificateCopy.id).where(CertificateCopy.certificate_id.in_(mine))
    options = {"synchronize_session": False}
    session.execute(
        delete(CertificateFile).where(CertificateFile.copy_id.in_(copies)),
        execution_options=options,
    )
    session.execute(
        delete(CertificateCopy).where(CertificateCopy.certificate_id.in_(mine)),
        execution_options=options,
    )
    session.execute(
        update(Certificate)
        .where(Certificate.account_id == account_id)
        .values(account_id=None, name=None, shown=[], cohort=None, erased_at=now),
        execution_options=options,
    )


def _attempts(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Unit.slug, QuizAttempt)
        .join(QuizAttempt, QuizAttempt.unit_id == Unit.id)
        .where(QuizAttempt.account_id == account_id)
        .order_by(QuizAttempt.id)
    )
    return [
        {
            "unit": unit,
            "attempt": attempt.number,
            "started_at": attempt.started_at.isoformat(),
            "handed_in_at": attempt.submitted_at.isoformat() if attempt.submitted_at else None,
            "score": attempt.score,
            "answers": list(attempt.saved.values()),
        }
        for unit, attempt in rows
    ]


def _allowances(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(
            Course.slug, QuizAllowance.factor, QuizAllowance.extra_attempts, QuizAllowance.reason
        )
        .join(QuizAllowance, QuizAllowance.course_id == Course.id)
        .where(QuizAllowance.account_id == account_id)
        .order_by(Course.slug)
    )
    return [
        {"course": slug, "time_factor": factor, "extra_attempts": extra, "reason": reason}
        for slug, factor, extra, reason in rows
    ]


def _reflections(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Course.slug, Reflection)
        .join(Reflection, Reflection.course_id == Course.id)
        .where(Reflection.account_id == account_id)
        .order_by(Course.slug, Reflection.place, Reflection.slug)
    )
    return [
        {"course": course, "unit": own.place, "reflection": own.slug, "text": own.body,
         "at": own.at.isoformat()}
        for course, own in rows
    ]  # fmt: skip


def _watched(session: Session, account_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Course.slug, Watched)
        .join(Watched, Watched.course_id == Course.id)
        .where(Watched.account_id == account_id)
        .order_by(Course.slug, Watched.media)
    )
    return [
        {"course": course, "file": own.media, "seconds": own.spans, "of": own.seconds}
        for course, own in rows
    ]
