"""Runs of a course as learners see them, and the runs and cohorts somebody is in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    Cohort,
    CohortKind,
    CohortMember,
    CohortState,
    Course,
    CoursePace,
    CourseRun,
    MemberState,
    RunSeat,
    RunState,
)
from hanmadang.courses.rules.runs import Joining, held_openly, joining
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.db import db
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Institution

_MOST = 50
_ORDER = (Joining.OPEN, Joining.NOT_YET, Joining.FULL, Joining.CLOSED, Joining.CANCELLED)


@dataclass(frozen=True, slots=True)
class RunCard:
    """A run in a list."""

    id: int
    course_slug: str
    course_title: Bilingual
    title: Bilingual
    institution: Bilingual
    opens: Moment
    closes: Moment
    starts: Moment
    ends: Moment
    seats: int | None
    taken: int
    language: str
    joining: Joining
    mine: bool
    """Whether the viewer has a seat."""
    over: bool

    @property
    def left(self) -> int | None:
        """Seats that are free; None without a limit."""
        return None if self.seats is None else max(0, self.seats - self.taken)


@dataclass(frozen=True, slots=True)
class CohortCard:
    """A cohort that somebody is in, or was invited to."""

    id: int
    course_id: int
    course_slug: str
    course_title: Bilingual
    name: Bilingual
    kind: str
    label: Bilingual
    institution: Bilingual
    course_institution: Bilingual | None
    """Who answers for the course, and sees the cohort too."""
    run_title: Bilingual | None
    open: bool
    waits_for_guardian: bool = False


@dataclass(frozen=True, slots=True)
class Together:
    """What of a course is learned together: its runs, and the viewer's own cohorts."""

    runs: tuple[RunCard, ...]
    cohorts: tuple[CohortCard, ...]
    self_paced: bool

    @property
    def mine(self) -> tuple[RunCard, ...]:
        """The runs in which the viewer has a seat."""
        return tuple(run for run in self.runs if run.mine and not run.over)

    @property
    def to_join(self) -> tuple[RunCard, ...]:
        """The runs that take people now or soon."""
        wanted = (Joining.OPEN, Joining.FULL, Joining.NOT_YET)
        return tuple(run for run in self.runs if not run.mine and run.joining in wanted)


def together(viewer: Viewer, course_id: int, *, now: datetime) -> Together:
    """Runs and the viewer's cohorts of a course; three statements, two for nobody."""
    runs = sorted(_runs(viewer, CourseRun.course_id == course_id, now), key=_urgency)
    cohorts = my_cohorts(viewer, Cohort.course_id == course_id) if viewer.is_signed_in else ()
    return Together(tuple(runs), tuple(cohorts), is_self_paced(db.session(), course_id))


def _urgency(run: RunCard) -> int:
    """One's own run first, then what can be joined now; runs that are alike stay in their order."""
    return 0 if run.mine and not run.over else _ORDER.index(run.joining) + 1


def my_runs(viewer: Viewer, *, now: datetime) -> list[RunCard]:
    """The runs in which somebody has a seat; one statement."""
    return list(_runs(viewer, RunSeat.id.is_not(None), now))


def my_cohorts(viewer: Viewer, *where: Any, session: Session | None = None) -> list[CohortCard]:
    """The cohorts somebody is in, or waits to be in; one statement."""
    statement = (
        _cohorts(CohortMember.state)
        .join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(CohortMember.account_id == viewer.id, *where)
        .order_by(CohortMember.joined_at.desc())
    )
    return [_cohort_card(row) for row in (session or db.session()).execute(statement)]


def cohort_card(session: Session, cohort_id: int) -> CohortCard | None:
    """A cohort as somebody reads of it who is about to join; one statement."""
    row = session.execute(_cohorts().where(Cohort.id == cohort_id)).first()
    return None if row is None else _cohort_card(row)


@dataclass(frozen=True, slots=True)
class CohortWords:
    """What a certificate says besides the course."""

    label: Bilingual
    """Its source is the cohort's first language."""
    is_school: bool
    """Whether it names somebody's school, which nobody shows to everybody unasked."""


def cohort_words(session: Session, account_id: int, course_id: int) -> CohortWords | None:
    """Of that person in that course, from the cohort joined last.

    None for nobody's cohort and for cohorts without a label.
    """
    rows = session.execute(
        select(Cohort.label, Cohort.language, Cohort.kind)
        .join(CohortMember, CohortMember.cohort_id == Cohort.id)
        .where(
            Cohort.course_id == course_id,
            CohortMember.account_id == account_id,
            CohortMember.state == MemberState.JOINED.value,
        )
        .order_by(CohortMember.joined_at.desc(), CohortMember.id.desc())
    )
    found = next((row for row in rows if row[0]), None)
    if found is None:
        return None
    label, language, kind = found
    words = {each: label.get(each) for each in LANGUAGES}
    return CohortWords(Bilingual.of(source=language, **words), kind == CohortKind.SCHOOL)


def is_self_paced(session: Session, course_id: int) -> bool:
    """Whether progress can begin without a run or a cohort."""
    closed = session.scalar(
        select(CoursePace.course_id).where(
            CoursePace.course_id == course_id, CoursePace.self_paced.is_(False)
        )
    )
    return closed is None


def may_begin(session: Session, account_id: int, course_id: int) -> bool:
    """Whether that person may begin: at their own pace, or because they belong to a run.

    Who began once is never put out; this is asked of newcomers only. One or two statements.
    """
    if is_self_paced(session, course_id):
        return True
    seat = (
        select(RunSeat.id)
        .join(CourseRun, CourseRun.id == RunSeat.run_id)
        .where(
            RunSeat.account_id == account_id,
            CourseRun.course_id == course_id,
            CourseRun.state == RunState.PUBLISHED.value,
        )
    )
    member = (
        select(CohortMember.id)
        .join(Cohort, Cohort.id == CohortMember.cohort_id)
        .where(
            CohortMember.account_id == account_id,
            CohortMember.state == MemberState.JOINED.value,
            Cohort.course_id == course_id,
        )
    )
    return session.scalar(seat.union_all(member).limit(1)) is not None


def _runs(viewer: Viewer, where: Any, now: datetime) -> Sequence[RunCard]:
    mine = and_(RunSeat.run_id == CourseRun.id, RunSeat.account_id == (viewer.account_id or 0))
    rows = db.session.execute(
        select(CourseRun, Course.slug, Course.title, Institution.name, RunSeat.id)
        .join(Course, Course.id == CourseRun.course_id)
        .join(Institution, Institution.id == CourseRun.institution_id)
        .outerjoin(RunSeat, mine)
        .where(held_openly(), where)
        .order_by(CourseRun.ends_at.desc(), CourseRun.id)
        .limit(_MOST)
    )
    return [_run_card(*row, now) for row in rows]


def _run_card(  # noqa: PLR0913, PLR0917  (a row)
    run: CourseRun, slug: str, course: Bilingual, host: Bilingual, seat: int | None, now: datetime
) -> RunCard:
    return RunCard(
        run.id, slug, course, run.title, host, run.opens, run.closes, run.starts, run.ends,
        run.seats, run.taken, run.language, joining(run, now), mine=seat is not None,
        over=now >= run.ends_at or run.state == RunState.CANCELLED,
    )  # fmt: skip


def _cohorts(*more: Any) -> Any:
    owner = Institution.__table__.alias("owner")
    return (
        select(
            Cohort, Course.slug, Course.title, Institution.name, owner.c.name,
            CourseRun.title.label("run"), *more,
        )
        .select_from(Cohort)
        .join(Course, Course.id == Cohort.course_id)
        .join(Institution, Institution.id == Cohort.institution_id)
        .outerjoin(owner, owner.c.id == Course.institution_id)
        .outerjoin(CourseRun, CourseRun.id == Cohort.run_id)
    )  # fmt: skip


def _cohort_card(row: Any) -> CohortCard:
    cohort, slug, title, host, owner, run, *state = row
    return CohortCard(
        cohort.id, cohort.course_id, slug, title, cohort.name, cohort.kind, cohort.label, host,
        owner if owner != host else None, run, cohort.state == CohortState.OPEN,
        waits_for_guardian=state == [MemberState.ASKED.value],
    )  # fmt: skip
