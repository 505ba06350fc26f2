"""What a person showed to know and has done, for rooms that plan from it."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, aliased

from hanmadang.courses.models import (
    Answer,
    Course,
    CourseVersion,
    Module,
    Question,
    Unit,
    UnitProgress,
    VersionState,
)
from hanmadang.kernel.bilingual import Bilingual
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


def answer_counts(
    session: Session, account_ids: Collection[int]
) -> dict[int, list[tuple[str, int, int]]]:
    """{person: (competency, right, of) for each that was asked}, counted as `answer_history` does.

    One statement for many people; sorted by competency.
    """
    right = func.sum(case((Answer.correct, 1), else_=0))
    rows = session.execute(
        select(Answer.account_id, Question.competency_code, right, func.count())
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.account_id.in_(account_ids))
        .group_by(Answer.account_id, Question.competency_code)
        .order_by(Answer.account_id, Question.competency_code)
    )
    found: dict[int, list[tuple[str, int, int]]] = defaultdict(list)
    for account_id, code, good, of in rows:
        found[account_id].append((code, int(good), of))
    return found


class Answered(NamedTuple):
    """The tries of one person on one competency in one lesson."""

    competency_code: str
    right: int
    of: int
    last_at: datetime
    course_slug: str
    module_slug: str
    unit_slug: str
    title: Bilingual
    """Of the lesson, in the version the person took then."""


def answered_lessons(session: Session, account_id: int) -> list[Answered]:
    """Where a person's answers come from: competency by competency, lesson by lesson."""
    right = func.sum(case((Answer.correct, 1), else_=0))
    rows = session.execute(
        select(
            Question.competency_code, right, func.count(), func.max(Answer.at),
            Course.slug, Module.slug, Unit.slug, Unit.title,
        )
        .join(Question, Question.id == Answer.question_id)
        .join(Unit, Unit.id == Question.unit_id)
        .join(Module, Module.id == Unit.module_id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Answer.account_id == account_id)
        .group_by(
            Question.competency_code, Unit.id, Course.slug, Module.slug, Unit.slug, Unit.title
        )
        .order_by(Question.competency_code, Course.slug, func.min(Unit.position), Unit.id)
    )  # fmt: skip
    return [Answered(*row) for row in rows]


def answers_in_order(session: Session, every: int) -> Iterator[tuple[int, str, bool]]:
    """(person, competency, right) of every so many people, each person's together, oldest first.

    Read in parts, so that memory stays flat however many there are.
    """
    rows = session.execute(
        select(Answer.account_id, Question.competency_code, Answer.correct)
        .join(Question, Question.id == Answer.question_id)
        .where(Answer.account_id % every == 0)
        .order_by(Answer.account_id, Answer.at, Answer.event_id),
        execution_options={"yield_per": 2000},
    )
    for row in rows:
        yield row.account_id, row.competency_code, row.correct


def people_with_answers(session: Session) -> int:
    """How many people ever answered a question in a lesson."""
    return session.scalar(select(func.count(Answer.account_id.distinct()))) or 0


def done_units(account_id: int, session: Session | None = None) -> dict[int, datetime]:
    """{unit of the catalogue: when it was done}, of one person; see `done_by`."""
    return done_by(session or db.session(), [account_id]).get(account_id, {})


def done_by(session: Session, account_ids: Collection[int]) -> dict[int, dict[int, datetime]]:
    """{person: {unit of the catalogue: when it was done}}; one statement for many people.

    A unit done in an earlier version counts for its twin (course, module and unit of the same
    slug) in the published one; a unit that is no longer published is left out.
    """
    old_unit, old_module, old_version = aliased(Unit), aliased(Module), aliased(CourseVersion)
    rows = session.execute(
        select(UnitProgress.account_id, Unit.id, func.min(UnitProgress.completed_at))
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
            UnitProgress.account_id.in_(account_ids),
            UnitProgress.completed_at.is_not(None),
            CourseVersion.state == VersionState.PUBLISHED.value,
        )
        .group_by(UnitProgress.account_id, Unit.id)
    )
    found: dict[int, dict[int, datetime]] = defaultdict(dict)
    for account_id, unit_id, at in rows:
        if at is not None:
            found[account_id][unit_id] = at
    return found
