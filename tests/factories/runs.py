"""Runs and cohorts for tests: open now, every field can be given."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.courses import consent_texts, invitations
from hanmadang.courses.domain import cohorts, membership, runs, seats
from hanmadang.courses.domain.cohorts import CohortFields
from hanmadang.courses.domain.runs import RunFields
from hanmadang.courses.models import Cohort, CohortKind, CourseRun, RunSeat
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.permissions import Role, Viewer
from tests.factories.courses import text
from tests.factories.events import make_institution
from tests.factories.people import make_account

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
ADMIN = Viewer(account_id=1, roles=frozenset({Role.ADMINISTRATOR}))


def in_weeks(weeks: float) -> Moment:
    """That many weeks from now, in Seoul."""
    return Moment.from_instant(NOW + timedelta(weeks=weeks), "Asia/Seoul")


def run_fields(**fields: Any) -> RunFields:
    """A run that takes people now."""
    title = text("봄 기수", "Spring")
    usual = RunFields(title, in_weeks(-2), in_weeks(4), in_weeks(-1), in_weeks(10))
    return replace(usual, **fields)


def make_run(
    session: Session, course_id: int, *, institution_id: int | None = None, **fields: Any
) -> CourseRun:
    """A published run."""
    institution = institution_id or make_institution(session).id
    run = runs.create_run(session, ADMIN, course_id, institution, run_fields(**fields), now=NOW)
    return runs.publish_run(session, ADMIN, run.id)


def cohort_fields(**fields: Any) -> CohortFields:
    """A school class at its own pace."""
    usual = CohortFields(CohortKind.SCHOOL, text("3학년 2반", "Class 3-2"), "ko", Bilingual())
    return replace(usual, **fields)


def make_cohort(
    session: Session, course_id: int, *, institution_id: int | None = None, **fields: Any
) -> Cohort:
    """An open cohort."""
    institution = institution_id or make_institution(session).id
    made = cohort_fields(**fields)
    return cohorts.create_cohort(session, ADMIN, course_id, institution, made, now=NOW)


def make_citizen(session: Session, **fields: Any) -> Viewer:
    """Somebody who can take courses."""
    account = make_account(session, **fields)
    return Viewer(account.id, account.name, account.locale, frozenset({Role.CITIZEN}))


def take(session: Session, run: CourseRun, who: Viewer, now: datetime = NOW) -> RunSeat:
    """A seat, with consent."""
    version = consent_texts.VERSION
    return seats.take_seat(session, who, run.id, consent=version, locale="ko", now=now)


def code_of(cohort: Cohort) -> str:
    """The cohort's invitation code."""
    return invitations.code_of(cohort.seed)


def join(session: Session, cohort: Cohort, who: Viewer, now: datetime = NOW) -> membership.Joined:
    """Into the cohort, with consent."""
    return membership.join_cohort(
        session, who, code_of(cohort), agrees=True, locale=who.locale or "ko", now=now
    )
