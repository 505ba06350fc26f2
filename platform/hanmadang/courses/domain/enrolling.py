"""Taking a course, and moving to its newer version without losing what was done."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from hanmadang.courses.domain import certifying, progress, quiz
from hanmadang.courses.domain.progress import Happening, NotEnrolledError
from hanmadang.courses.models import (
    CourseVersion,
    Enrolment,
    EventKind,
    Module,
    Question,
    QuestionProgress,
    Unit,
    UnitProgress,
    UnitState,
    VersionState,
)
from hanmadang.courses.queries.runs import may_begin
from hanmadang.courses.rules import can_take
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError, RefusedError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer


class RunNeededError(NotAllowedNowError):
    """The organizer closed taking this course at one's own pace."""

    text = lazy(
        "This course is held in runs: join one, then your progress can be kept. Reading and "
        "checking answers is open to everybody."
    )


def enrol(
    session: Session, actor: Viewer, course_id: int, *, locale: str, now: datetime
) -> Enrolment:
    """Take the course in its published version; a second time changes nothing.

    Raises RefusedError for a viewer whose progress is not kept, NotFoundError where nothing is
    published, RunNeededError for somebody outside of runs where the course is held in runs only.
    """
    if not can_take(actor):
        raise RefusedError
    version_id = _published_version(session, course_id)
    made = insert_once(
        session,
        Enrolment,
        account_id=actor.id,
        course_id=course_id,
        course_version_id=version_id,
        locale=locale,
        resume_locale=locale,
        enrolled_at=now,
        resume_unit_id=_first_unit(session, version_id),
        resume_anchor="block-1",
        touched_at=now,
    )
    if made is not None and not may_begin(session, actor.id, course_id):
        raise RunNeededError
    return _locked(session, actor, course_id)


def switch(session: Session, actor: Viewer, course_id: int, *, now: datetime) -> Enrolment:
    """Move to the published version and keep what was done, matched by module, unit, question.

    Attempts under way are handed in with what was saved; the new version's quizzes begin anew.
    Raises NotEnrolledError. On the published version already, it changes nothing.
    """
    enrolment = _locked(session, actor, course_id)
    version_id = _published_version(session, course_id)
    if version_id == enrolment.course_version_id:
        return enrolment
    quiz.hand_in_all(session, actor, enrolment.course_version_id, now=now)
    twins = _unit_twins(session, enrolment.course_version_id, version_id)
    enrolment.resume_unit_id = twins.get(enrolment.resume_unit_id) or _first_unit(
        session, version_id
    )
    enrolment.resume_anchor = "block-1"
    enrolment.course_version_id = version_id
    enrolment.touched_at = now
    _carry_answers(session, actor.id, twins)
    _carry_units(session, enrolment, twins, now)
    progress.leave_done_unit(session, enrolment)
    session.flush()
    certifying.certify(session, enrolment, now)
    return enrolment


def _locked(session: Session, actor: Viewer, course_id: int) -> Enrolment:
    enrolment = session.scalars(
        select(Enrolment)
        .where(Enrolment.account_id == actor.id, Enrolment.course_id == course_id)
        .with_for_update()
    ).first()
    if enrolment is None:
        raise NotEnrolledError
    return enrolment


def _published_version(session: Session, course_id: int) -> int:
    version_id = session.scalar(
        select(CourseVersion.id).where(
            CourseVersion.course_id == course_id,
            CourseVersion.state == VersionState.PUBLISHED.value,
        )
    )
    if version_id is None:
        raise NotFoundError
    return version_id


def _first_unit(session: Session, version_id: int) -> int:
    return session.scalars(
        select(Unit.id).where(Unit.version_id == version_id).order_by(Unit.position).limit(1)
    ).one()


def _unit_twins(session: Session, old: int, new: int) -> Mapping[int, int]:
    """{unit of the old version: unit of the same module and slug in the new one}."""
    old_unit, old_module = aliased(Unit), aliased(Module)
    rows = session.execute(
        select(old_unit.id, Unit.id)
        .join(old_module, old_module.id == old_unit.module_id)
        .join(Module, Module.slug == old_module.slug)
        .join(Unit, (Unit.module_id == Module.id) & (Unit.slug == old_unit.slug))
        .where(old_unit.version_id == old, Unit.version_id == new)
    )
    return {row[0]: row[1] for row in rows}


def _carry_answers(session: Session, account_id: int, twins: Mapping[int, int]) -> None:
    """Give each question of the new units what its twin of the same slug had reached."""
    reached = session.execute(
        select(Question.unit_id, Question.slug, QuestionProgress.right_at, QuestionProgress.score)
        .join(QuestionProgress, QuestionProgress.question_id == Question.id)
        .where(QuestionProgress.account_id == account_id, Question.unit_id.in_(twins))
    ).all()
    new = {(unit_id, slug): id_ for id_, unit_id, slug in _questions(session, twins.values())}
    for unit_id, slug, right_at, score in reached:
        question_id = new.get((twins[unit_id], slug))
        if question_id is not None:
            session.add(
                QuestionProgress(
                    account_id=account_id,
                    question_id=question_id,
                    tries=0,
                    response=[],
                    score=score,
                    right_at=right_at,
                )
            )
    session.flush()


def _questions(session: Session, units: Iterable[int]) -> Sequence[Row[int, int, str]]:
    return session.execute(
        select(Question.id, Question.unit_id, Question.slug).where(Question.unit_id.in_(units))
    ).all()


def _carry_units(
    session: Session, enrolment: Enrolment, twins: Mapping[int, int], now: datetime
) -> None:
    account_id = enrolment.account_id
    before = session.scalars(
        select(UnitProgress).where(
            UnitProgress.account_id == account_id, UnitProgress.unit_id.in_(twins)
        )
    ).all()
    for old in before:
        unit = session.get_one(Unit, twins[old.unit_id])
        carried = progress.start(session, account_id, unit.id)
        if old.completed_at is not None:
            progress.note(session, account_id, unit.id, Happening(EventKind.CARRIED, now))
            progress.finish(carried, old.completed_at)
        progress.recount(session, carried)
        if carried.state != UnitState.DONE.value and progress.all_answered(unit, carried):
            progress.note(session, account_id, unit.id, Happening(EventKind.COMPLETED, now))
            progress.finish(carried, now)
