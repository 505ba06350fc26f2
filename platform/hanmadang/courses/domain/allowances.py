"""More time, or more attempts, for one person in one course: given, given anew, taken back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import attempts
from hanmadang.courses.models import (
    AttemptState,
    Course,
    CourseVersion,
    Enrolment,
    QuizAllowance,
    QuizAttempt,
    Unit,
)
from hanmadang.courses.queries.teaching import Held
from hanmadang.courses.rules import can_publish
from hanmadang.kernel import audit
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError, RefusedError
from hanmadang.kernel.permissions import Viewer

LONGEST, MOST_ATTEMPTS = 10, 100
"""As the table checks."""


@dataclass(frozen=True, slots=True)
class More:
    """What one person gets beyond the policy of a course's quizzes."""

    factor: float = 1.0
    """Time limits are multiplied with it: from 1 to 10."""
    extra_attempts: int = 0
    reason: str = ""


def allow(  # noqa: PLR0913  (who allows whom what, where)
    session: Session,
    actor: Viewer,
    account_id: int,
    course_id: int,
    more: More,
    *,
    within: Held | None = None,
    now: datetime,
) -> QuizAllowance:
    """Give one person more time and more attempts in a course.

    What is under way is extended at once; nothing given is taken from an attempt. Said again, the
    new numbers replace the old ones. Whoever teaches a class allows it to those in it (`within`,
    as this actor was shown it), before they begin, too; whoever may publish the course, to all
    who take it. Raises RefusedError, NotFoundError, NotAllowedNowError.
    """
    _check(session, actor, account_id, course_id, within)
    if not (1 <= more.factor <= LONGEST and 0 <= more.extra_attempts <= MOST_ATTEMPTS):
        raise NotAllowedNowError
    found = session.get(QuizAllowance, (account_id, course_id))
    if found is None:
        found = QuizAllowance(account_id=account_id, course_id=course_id)
        session.add(found)
    found.factor, found.extra_attempts, found.reason = (
        more.factor, more.extra_attempts, more.reason
    )  # fmt: skip
    _extend(session, found, now)
    audit.record(
        session, actor, "quiz.allowed", kind="course", id=course_id, subject_id=account_id,
        detail=f"factor {more.factor:g}, extra attempts {more.extra_attempts}",
    )  # fmt: skip
    session.flush()
    return found


def take_back(
    session: Session,
    actor: Viewer,
    account_id: int,
    course_id: int,
    *,
    within: Held | None = None,
) -> None:
    """From the next attempt on the policy holds for this person as for all.

    What is under way keeps its time. A second time changes nothing. Raises as `allow`.
    """
    _check(session, actor, account_id, course_id, within)
    found = session.get(QuizAllowance, (account_id, course_id))
    if found is None:
        return
    session.delete(found)
    audit.record(
        session, actor, "quiz.allowance-ended", kind="course", id=course_id, subject_id=account_id
    )
    session.flush()


def _check(
    session: Session, actor: Viewer, account_id: int, course_id: int, within: Held | None
) -> None:
    """Hold the person's enrolment, so that an attempt begun now is extended as well."""
    course = session.get(Course, course_id)
    if course is None:
        raise NotFoundError
    if within is None and not can_publish(actor, course.institution_id):
        raise RefusedError
    enrolment = session.scalar(
        select(Enrolment.id)
        .where(Enrolment.account_id == account_id, Enrolment.course_id == course_id)
        .with_for_update()
    )
    if within is None and enrolment is None:
        raise NotFoundError
    if within is not None and not _is_in(session, within, account_id, course_id):
        raise NotFoundError


def _is_in(session: Session, within: Held, account_id: int, course_id: int) -> bool:
    people = within.people().subquery()
    found = select(people.c.account_id).where(people.c.account_id == account_id).limit(1)
    return within.course_id == course_id and session.scalar(found) is not None


def _extend(session: Session, allowance: QuizAllowance, now: datetime) -> None:
    allowed = attempts.Allowed(allowance.factor, allowance.extra_attempts)
    rows = session.execute(
        select(QuizAttempt, Unit.quiz)
        .join(Unit, Unit.id == QuizAttempt.unit_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .where(
            QuizAttempt.account_id == allowance.account_id,
            QuizAttempt.state == AttemptState.OPEN.value,
            CourseVersion.course_id == allowance.course_id,
        )
    )
    for attempt, stored in rows:
        later = attempts.deadline(attempts.policy_of(stored), allowed, attempt.started_at)
        if attempt.deadline and later and not attempts.is_over(attempt.deadline, now):
            attempt.deadline = max(attempt.deadline, later)
