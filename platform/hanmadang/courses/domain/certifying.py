"""The minute a certificate comes to be: in the transaction in which its last condition was met.

Callers hold the person's enrolment row, so that two requests of one person take turns.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from hanmadang.courses import conditions, numbers
from hanmadang.courses.models import (
    Answer,
    Certificate,
    CertificateState,
    Course,
    CourseVersion,
    Enrolment,
    Item,
    Question,
    SignatureState,
    Unit,
    UnitProgress,
    VersionSignature,
)
from hanmadang.courses.queries.runs import cohort_words
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel import audit, clock
from hanmadang.kernel.configuration import settings
from hanmadang.people.models import Account, Institution
from hanmadang.reminders.domain import outbox
from hanmadang.reminders.domain.outbox import Mail, Recipient

EARNED = "course.certificate"
_LASTS = timedelta(days=30)
"""How long the letter is still worth reading."""
_AT_ONCE = 200
"""Certificates of one transaction of the job, so that nobody waits long behind it."""


def certify(session: Session, enrolment: Enrolment, now: datetime) -> Certificate | None:
    """Issue the course's certificate if its conditions hold and there is none yet.

    Returns it only when it is new.
    """
    session.flush()
    account_id, version_id = enrolment.account_id, enrolment.course_version_id
    held = select(Certificate.id).where(
        Certificate.account_id == account_id, Certificate.course_id == enrolment.course_id
    )
    if session.scalar(held.limit(1)) is not None:
        return None
    if not conditions.are_met(session, account_id, version_id):
        return None
    certificate = _issue(session, enrolment, now)
    if certificate is None:
        return None
    audit.record(
        session, None, "certificate.issued", kind="certificate", id=certificate.id,
        subject_id=account_id, detail=certificate.number,
    )  # fmt: skip
    tell(session, certificate, EARNED, now)
    return certificate


def after_unit(
    session: Session, enrolment: Enrolment, unit: Unit, reached: UnitProgress, now: datetime
) -> bool:
    """Look for the last condition where a unit is wholly done; most answers end no unit.

    Returns whether this earned the certificate.
    """
    session.flush()
    if not conditions.is_known(unit, reached):
        return False
    return certify(session, enrolment, now) is not None


def certify_the_rest(session: Session, now: datetime, after: int = 0) -> int | None:
    """Issue what is owed to people who met every condition before there were certificates.

    Looks at some enrolments beyond the id `after`; returns the last of them, or None at the end.
    """
    complete = conditions.complete_versions().subquery()
    held = select(Certificate.id).where(
        Certificate.account_id == Enrolment.account_id,
        Certificate.course_id == Enrolment.course_id,
    )
    owed = (
        select(Enrolment)
        .join(
            complete,
            (complete.c.account_id == Enrolment.account_id)
            & (complete.c.version_id == Enrolment.course_version_id),
        )
        .where(~held.exists(), Enrolment.id > after)
        .with_for_update(of=Enrolment)
    )
    found = session.scalars(owed.order_by(Enrolment.id).limit(_AT_ONCE)).all()
    for enrolment in found:
        certify(session, enrolment, now)
    return found[-1].id if found else None


def tell(session: Session, certificate: Certificate, kind: str, now: datetime) -> None:
    """Write the holder a letter about the certificate; one of each kind for each number."""
    account = session.get_one(Account, certificate.account_id)
    mail = Mail(
        kind=kind,
        subject=f"certificate:{certificate.id}",
        key=kind,
        due_at=now,
        not_after=now + _LASTS,
        payload={"certificate_id": certificate.id},
    )
    to = Recipient(account.email, certificate.locale, account.id)
    outbox.enqueue(session, mail, to, now=now)


def _issue(session: Session, enrolment: Enrolment, now: datetime) -> Certificate | None:
    """The new row; None where another transaction was quicker, or drew the same number: once in
    a million years, and then the job issues it.
    """
    version = session.get_one(CourseVersion, enrolment.course_version_id)
    course = session.get_one(Course, enrolment.course_id)
    institution = session.get(Institution, course.institution_id or 0)
    words = cohort_words(session, enrolment.account_id, course.id)
    year = now.astimezone(clock.zone(settings().zone)).year
    new_id = insert_once(
        session,
        Certificate,
        number=numbers.new_number(year),
        account_id=enrolment.account_id,
        course_id=course.id,
        course_version_id=version.id,
        state=CertificateState.ISSUED.value,
        completed_at=now,
        issued_at=now,
        locale=enrolment.locale,
        title=course.title,
        version_number=version.number,
        content_hash=version.content_hash,
        minutes_ko=version.minutes_ko,
        minutes_en=version.minutes_en,
        institution=institution.name if institution else None,
        cohort=words.label if words else None,
        partners=_signers(session, version.id),
        question_count=version.question_count,
        right_first=_right_first(session, enrolment),
        shown=[Item.COHORT.value] if words and not words.is_school else [],
    )
    return None if new_id is None else session.get_one(Certificate, new_id)


def _signers(session: Session, version_id: int) -> list[dict[str, Any]]:
    """The names of the partners who signed the version, as they are now."""
    names = session.scalars(
        select(Institution.name)
        .join(VersionSignature, VersionSignature.institution_id == Institution.id)
        .where(
            VersionSignature.version_id == version_id,
            VersionSignature.state == SignatureState.SIGNED.value,
        )
        .order_by(Institution.id)
    )
    return [name.to_json() for name in names]


def _right_first(session: Session, enrolment: Enrolment) -> int:
    """How many questions of the version the person answered right at the first try."""
    earlier = aliased(Answer)
    was_first = ~(
        select(earlier.event_id)
        .where(
            earlier.account_id == Answer.account_id,
            earlier.question_id == Answer.question_id,
            earlier.event_id < Answer.event_id,
        )
        .exists()
    )
    return session.scalars(
        select(func.count())
        .select_from(Answer)
        .join(Question, Question.id == Answer.question_id)
        .join(Unit, Unit.id == Question.unit_id)
        .where(
            Answer.account_id == enrolment.account_id,
            Unit.version_id == enrolment.course_version_id,
            Answer.correct,
            was_first,
        )
    ).one()
