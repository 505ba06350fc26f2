"""The desk's lists: which runs and cohorts somebody looks after, and one of them by its address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    Cohort,
    CohortInstructor,
    CohortMember,
    Course,
    CoursePace,
    CourseRun,
    CourseVersion,
    MemberState,
    RunSeat,
    RunState,
    VersionState,
)
from hanmadang.courses.queries.rows import AnyRow
from hanmadang.courses.rules.runs import can_hold, can_manage, can_teach, managed_by, taught_by
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Permission, Role, Viewer
from hanmadang.people.models import Account, Institution

_MOST = 200
RUNS, COHORTS = "runs", "cohorts"


@dataclass(frozen=True, slots=True)
class Held:
    """A run or a cohort whose learners somebody sees."""

    kind: str
    """`RUNS` or `COHORTS`."""
    id: int
    course_id: int
    course_slug: str
    course_title: Bilingual
    title: Bilingual
    language: str
    """First language; empty for both."""
    managed: bool
    """Whether the viewer may change it, too."""
    mail_subject: str

    @property
    def audited(self) -> str:
        """What the audit log calls it."""
        return f"course_{self.kind.removesuffix('s')}"

    def people(self) -> Select[Any]:
        """The accounts in it."""
        if self.kind == RUNS:
            return select(RunSeat.account_id).where(RunSeat.run_id == self.id)
        return select(CohortMember.account_id).where(
            CohortMember.cohort_id == self.id, CohortMember.state == MemberState.JOINED.value
        )


@dataclass(frozen=True, slots=True)
class CourseChoice:
    """A course of which runs and cohorts can be held."""

    id: int
    slug: str
    title: Bilingual
    version_id: int
    owned: bool
    """Whether the viewer's institution answers for it."""
    self_paced: bool


def managed_runs(viewer: Viewer) -> Sequence[AnyRow]:
    """(run, course title, institution): the runs this viewer manages, latest first."""
    if not viewer.may(Permission.RUNS_MANAGE):
        return []
    return db.session.execute(
        select(CourseRun, Course.title.label("course"), Institution.name.label("host"))
        .join(Course, Course.id == CourseRun.course_id)
        .join(Institution, Institution.id == CourseRun.institution_id)
        .where(managed_by(viewer, CourseRun))
        .order_by(CourseRun.ends_at.desc(), CourseRun.id)
        .limit(_MOST)
    ).all()


def taught_cohorts(viewer: Viewer) -> Sequence[AnyRow]:
    """(cohort, course, host, run, members): the cohorts whose learners this viewer sees."""
    members = (
        select(func.count())
        .select_from(CohortMember)
        .where(CohortMember.cohort_id == Cohort.id, CohortMember.state == MemberState.JOINED.value)
        .correlate(Cohort)
        .scalar_subquery()
    )
    return db.session.execute(
        select(
            Cohort, Course.title.label("course"), Institution.name.label("host"),
            CourseRun.title.label("run"), members.label("members"),
        )
        .join(Course, Course.id == Cohort.course_id)
        .join(Institution, Institution.id == Cohort.institution_id)
        .outerjoin(CourseRun, CourseRun.id == Cohort.run_id)
        .where(taught_by(viewer))
        .order_by(Cohort.created_at.desc(), Cohort.id.desc())
        .limit(_MOST)
    ).all()  # fmt: skip


def held(session: Session, viewer: Viewer, kind: str, held_id: int) -> Held:
    """A run or cohort whose learners this viewer sees; raises NotFoundError for any other."""
    if kind == COHORTS:
        return _cohort(session, viewer, held_id)
    if kind == RUNS:
        return _run(session, viewer, held_id)
    raise NotFoundError


def _cohort(session: Session, viewer: Viewer, cohort_id: int) -> Held:
    row = session.execute(
        select(Cohort, Course)
        .join(Course, Course.id == Cohort.course_id)
        .where(Cohort.id == cohort_id)
    ).first()
    if row is None:
        raise NotFoundError
    cohort, course = row
    if not can_teach(viewer, cohort, course, set(_instructor_ids(session, cohort_id))):
        raise NotFoundError
    return Held(
        COHORTS, cohort.id, course.id, course.slug, course.title, cohort.name, cohort.language,
        can_manage(viewer, cohort, course), cohort.mail_subject,
    )  # fmt: skip


def _run(session: Session, viewer: Viewer, run_id: int) -> Held:
    row = session.execute(
        select(CourseRun, Course)
        .join(Course, Course.id == CourseRun.course_id)
        .where(CourseRun.id == run_id)
    ).first()
    if row is None or not can_manage(viewer, row[0], row[1]):
        raise NotFoundError
    run, course = row
    return Held(
        RUNS, run.id, course.id, course.slug, course.title, run.title, run.language,
        managed=True, mail_subject=run.mail_subject,
    )  # fmt: skip


def _instructor_ids(session: Session, cohort_id: int) -> Sequence[int]:
    return session.scalars(
        select(CohortInstructor.account_id).where(CohortInstructor.cohort_id == cohort_id)
    ).all()


def instructors(session: Session, cohort_id: int) -> Sequence[AnyRow]:
    """(account id, name) of who teaches the cohort."""
    return session.execute(
        select(Account.id, Account.name)
        .join(CohortInstructor, CohortInstructor.account_id == Account.id)
        .where(CohortInstructor.cohort_id == cohort_id)
        .order_by(Account.name, Account.id)
    ).all()


def courses_to_hold(viewer: Viewer) -> list[CourseChoice]:
    """The published courses, of each of which somebody who may hold runs can hold one."""
    if not viewer.may(Permission.RUNS_MANAGE):
        return []
    rows = db.session.execute(
        select(
            Course.id,
            Course.slug,
            Course.title,
            CourseVersion.id,
            Course.institution_id,
            CoursePace.self_paced,
        )
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .outerjoin(CoursePace, CoursePace.course_id == Course.id)
        .where(CourseVersion.state == VersionState.PUBLISHED.value)
        .order_by(Course.position, Course.id)
    )
    return [
        CourseChoice(id_, slug, title, version, can_hold(viewer, owner), pace is not False)
        for id_, slug, title, version, owner, pace in rows
    ]


def runs_taking_cohorts(viewer: Viewer, now: datetime) -> Sequence[AnyRow]:
    """(run, course title) of published runs that are not over, for whoever may make cohorts."""
    if not viewer.may(Permission.RUNS_MANAGE):
        return []
    return db.session.execute(
        select(CourseRun, Course.title.label("course"))
        .join(Course, Course.id == CourseRun.course_id)
        .where(CourseRun.state == RunState.PUBLISHED.value, CourseRun.ends_at > now)
        .order_by(Course.position, CourseRun.starts_at, CourseRun.id)
        .limit(_MOST)
    ).all()


def institutions_of(viewer: Viewer) -> list[tuple[int, Bilingual]]:
    """In whose name this viewer may hold runs and cohorts."""
    return [(row.id, row.name) for row in db.session.execute(_institutions(viewer))]


def _institutions(viewer: Viewer) -> Any:
    statement = select(Institution.id, Institution.name).order_by(Institution.id)
    if Role.ADMINISTRATOR in viewer.roles:
        return statement
    own: ColumnElement[bool] = Institution.id == (viewer.institution_id or 0)
    return statement.where(own)
