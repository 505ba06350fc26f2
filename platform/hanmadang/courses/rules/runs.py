"""Who holds runs and cohorts, who teaches them, and whether somebody can join now.

An institution's organizers and editors manage what their institution holds, and everything held
of a course that their institution answers for. Instructors reach their cohorts and nothing else.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, false, or_, true

from hanmadang.courses.models import (
    Cohort,
    CohortInstructor,
    CohortState,
    Course,
    CourseRun,
    RunState,
)
from hanmadang.kernel.permissions import Permission, Role, Viewer


class Joining(StrEnum):
    """What a run says to somebody who would like to join it now."""

    NOT_YET = "not_yet"
    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    CANCELLED = "cancelled"


def joining(run: CourseRun, now: datetime) -> Joining:
    """Whether seats can be had now; drafts count as not yet open."""
    if run.state == RunState.CANCELLED:
        return Joining.CANCELLED
    if run.state == RunState.DRAFT or now < run.opens_at:
        return Joining.NOT_YET
    if now >= run.closes_at:
        return Joining.CLOSED
    return Joining.FULL if run.seats is not None and run.taken >= run.seats else Joining.OPEN


def can_hold(viewer: Viewer, institution_id: int | None) -> bool:
    """Whether this viewer may hold runs and cohorts in that institution's name."""
    if not viewer.may(Permission.RUNS_MANAGE):
        return False
    if Role.ADMINISTRATOR in viewer.roles:
        return True
    return viewer.institution_id is not None and viewer.institution_id == institution_id


def can_manage(viewer: Viewer, held: CourseRun | Cohort, course: Course) -> bool:
    """Whether this viewer manages that run or cohort of that course."""
    return can_hold(viewer, held.institution_id) or can_hold(viewer, course.institution_id)


def managed_by(viewer: Viewer, held: type[CourseRun] | type[Cohort]) -> ColumnElement[bool]:
    """The SQL twin of `can_manage`, for statements that join the course."""
    if not viewer.may(Permission.RUNS_MANAGE):
        return false()
    if Role.ADMINISTRATOR in viewer.roles:
        return true()
    own = viewer.institution_id or 0
    return or_(held.institution_id == own, Course.institution_id == own)


def can_teach(viewer: Viewer, cohort: Cohort, course: Course, instructors: set[int]) -> bool:
    """Whether this viewer sees the learners of that cohort by name."""
    if not viewer.may(Permission.COHORTS_TEACH):
        return False
    return viewer.account_id in instructors or can_manage(viewer, cohort, course)


def taught_by(viewer: Viewer) -> ColumnElement[bool]:
    """The SQL twin of `can_teach`, for statements that join the course."""
    if not viewer.may(Permission.COHORTS_TEACH):
        return false()
    teaches = exists().where(
        CohortInstructor.cohort_id == Cohort.id,
        CohortInstructor.account_id == (viewer.account_id or 0),
    )
    return or_(teaches, managed_by(viewer, Cohort))


def can_come_in(cohort: Cohort, run: CourseRun | None, now: datetime) -> bool:
    """Whether the cohort takes people now: it is open, and so is its run."""
    if cohort.state != CohortState.OPEN:
        return False
    return run is None or joining(run, now) is Joining.OPEN


def held_openly() -> ColumnElement[bool]:
    """Runs that everybody sees."""
    return CourseRun.state != RunState.DRAFT.value
