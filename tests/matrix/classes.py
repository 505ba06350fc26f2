"""Runs and cohorts of the two institutions: who learns in them, who teaches them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import invitations
from hanmadang.courses.domain import cohorts, membership, runs
from hanmadang.courses.domain.run_letters import GUARDIAN_LIFE
from hanmadang.courses.models import Cohort, CohortInstructor, CohortMember, Course
from hanmadang.demo.people import acting
from hanmadang.kernel import clock
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.permissions import Viewer
from tests.factories.runs import cohort_fields, run_fields
from tests.matrix.actors import Cast

Made = dict[str, Mapping[str, Any]]


def of(session: Session, cast: Cast) -> Made:
    """For each institution a draft, a run and a cohort in it; a child whose guardian was asked."""
    made, boss = Made(), acting(session, "administrator")
    course = session.scalars(select(Course.id).order_by(Course.position.desc())).first() or 0
    for number, place in enumerate(cast.institutions, 1):
        draft, run = (
            runs.create_run(session, boss, course, place, run_fields(**_times()), now=clock.now())
            for _ in range(2)
        )
        runs.publish_run(session, boss, run.id)
        made[f"draft run {number}"] = {"run_id": draft.id}
        learner = cast.viewers["citizen-a" if number == 1 else "citizen-b"]
        cohort_id = _cohort(session, boss, cast, course, place, run.id, number)
        _join(session, cohort_id, learner)
        held = {"held_kind": "cohorts", "held_id": cohort_id}
        teacher = cast.viewers[f"instructor-{number}"].id
        made[f"run {number}"] = {"run_id": run.id, "held_kind": "runs", "held_id": run.id}
        made[f"cohort {number}"] = {"cohort_id": cohort_id, **held}
        made[f"teacher of cohort {number}"] = {"cohort_id": cohort_id, "account_id": teacher}
        made[f"learner of cohort {number}"] = {"account_id": learner.id, **held}
    made["guardian of a learner"] = {"token": _asked(session, cast, cohort_id)}
    return made


def _times() -> dict[str, Moment]:
    weeks = {"opens": -2, "closes": 4, "starts": -1, "ends": 10}
    now = clock.now().replace(second=0, microsecond=0)
    return {
        name: Moment.from_instant(now + timedelta(weeks=number), "Asia/Seoul")
        for name, number in weeks.items()
    }


def _cohort(  # noqa: PLR0917  (whose, of what, in which run)
    session: Session,
    boss: Viewer,
    cast: Cast,
    course: int,
    place: int,
    run_id: int,
    number: int,
) -> int:
    fields = cohort_fields(run_id=run_id)
    cohort = cohorts.create_cohort(session, boss, course, place, fields, now=clock.now())
    teacher = cast.actors[f"instructor-{number}"]
    session.add(_teaches(cohort.id, teacher.account_id or 0))
    session.flush()
    return cohort.id


def _teaches(cohort_id: int, account_id: int) -> Any:
    return CohortInstructor(cohort_id=cohort_id, account_id=account_id, added_at=clock.now())


def _join(session: Session, cohort_id: int, who: Viewer) -> membership.Joined:
    code = invitations.code_of(session.get_one(Cohort, cohort_id).seed)
    return membership.join_cohort(session, who, code, agrees=True, locale="en", now=clock.now())


def _asked(session: Session, cast: Cast, cohort_id: int) -> str:
    """The link that the guardian of the child got."""
    member: CohortMember = _join(session, cohort_id, cast.viewers["child"]).member
    until = int((clock.now() + GUARDIAN_LIFE).timestamp())
    return invitations.guardian_token(member.id, until)
