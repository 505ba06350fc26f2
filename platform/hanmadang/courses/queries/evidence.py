"""What a person showed to know and has done, for rooms that plan from it."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from hanmadang.courses.models import (
    Answer,
    CourseVersion,
    Module,
    Question,
    Unit,
    UnitProgress,
    VersionState,
)
from hanmadang.kernel.db import db


class AnswerGiven(NamedTuple):
    """One try at one question."""

    competency_code: str
    correct: bool
    at: datetime
    unit_id: int
    """The unit it was asked in: of the version the person took then."""


def answer_history(account_id: int, session: Session | None = None) -> list[AnswerGiven]:
    """Every try of a person, oldest first; repeating the last answer is no try."""
    rows = (session or db.session()).execute(
        select(Question.competency_code, Answer.correct, Answer.at, Question.unit_id)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.account_id == account_id)
        .order_by(Answer.at, Answer.event_id)
    )
    return [AnswerGiven(*row) for row in rows]


def done_units(account_id: int, session: Session | None = None) -> dict[int, datetime]:
    """{unit of the catalogue: when it was done}.

    A unit done in an earlier version counts for its twin (course, module and unit of the same
    slug) in the published one; a unit that is no longer published is left out.
    """
    rows = (session or db.session()).execute(
        _done(func.min(UnitProgress.completed_at)).where(UnitProgress.account_id == account_id)
    )
    return {unit_id: at for unit_id, at in rows if at is not None}


def done_counts(session: Session, people: Select[Any]) -> dict[int, int]:
    """{unit of the catalogue: how many of these accounts did it}, as `done_units` counts."""
    counted = func.count(UnitProgress.account_id.distinct())
    rows = session.execute(_done(counted).where(UnitProgress.account_id.in_(people)))
    return {unit_id: int(count) for unit_id, count in rows}


def _done(figure: Any) -> Select[Any]:
    """`figure` of the finished units, by their twin in the published version."""
    old_unit, old_module, old_version = aliased(Unit), aliased(Module), aliased(CourseVersion)
    return (
        select(Unit.id, figure)
        .select_from(UnitProgress)
        .join(old_unit, old_unit.id == UnitProgress.unit_id)
        .join(old_module, old_module.id == old_unit.module_id)
        .join(old_version, old_version.id == old_unit.version_id)
        .join(CourseVersion, CourseVersion.course_id == old_version.course_id)
        .join(
            Module,
            (Module.version_id == CourseVersion.id) & (Module.slug == old_module.slug),
        )
        .join(Unit, (Unit.module_id == Module.id) & (Unit.slug == old_unit.slug))
        .where(
            UnitProgress.completed_at.is_not(None),
            CourseVersion.state == VersionState.PUBLISHED.value,
        )
        .group_by(Unit.id)
    )
