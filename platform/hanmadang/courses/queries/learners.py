"""Who is where in a run or a cohort: a page of learners, and one of them by name.

Only people who agreed to be seen stand here: a seat or a membership is that agreement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, not_, select
from sqlalchemy.orm import Session, aliased

from hanmadang.courses.models import (
    CourseVersion,
    Enrolment,
    Question,
    QuestionProgress,
    Unit,
    UnitProgress,
    UnitState,
)
from hanmadang.courses.queries.rows import AnyRow
from hanmadang.courses.queries.teaching import Held
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.people.models import Account, AccountState

PAGE = 50
QUIET = timedelta(days=7)
"""After so long without a visit, in the middle of the course, somebody may be stuck."""
WRONG = 3
"""Tries without being right once, after which somebody may be stuck with a question."""


class Where(StrEnum):
    """Which learners to list."""

    ALL = "all"
    WRONG = "wrong"
    """A question was tried three times and never right."""
    QUIET = "quiet"
    NOT_STARTED = "not_started"
    FINISHED = "finished"


class Sort(StrEnum):
    """In which order."""

    QUIET = "quiet"
    """Away longest first."""
    NAME = "name"
    PROGRESS = "progress"
    """Least done first."""


@dataclass(frozen=True, slots=True)
class StuckAt:
    """A question that somebody tried three times and never got right."""

    unit_title: Bilingual
    text: Bilingual
    tries: int


@dataclass(frozen=True, slots=True)
class Learner:
    """One line of the desk."""

    account_id: int
    name: str
    locale: str
    units_done: int
    unit_count: int
    questions_right: int
    question_count: int
    unit_title: Bilingual | None
    """Where "continue" leads them; None before they began."""
    unit_position: int
    touched_at: datetime | None
    days: int
    """Whole days since they last did something."""
    stuck: tuple[StuckAt, ...]

    @property
    def finished(self) -> bool:
        """Whether every unit is done."""
        return 0 < self.unit_count <= self.units_done

    @property
    def quiet(self) -> bool:
        """Whether they stopped in the middle, a week ago or longer."""
        return not self.finished and self.days >= QUIET.days


@dataclass(frozen=True, slots=True)
class LearnerPage:
    """A page of learners."""

    learners: tuple[Learner, ...]
    total: int
    """Of those asked for."""
    number: int
    pages: int


def learners(  # noqa: PLR0913  (whom, which of them, in which order, which page)
    session: Session,
    within: Held,
    where: Where = Where.ALL,
    sort: Sort = Sort.QUIET,
    *,
    now: datetime,
    number: int = 1,
    most: int = PAGE,
) -> LearnerPage:
    """A page of the learners asked for; three statements however many there are."""
    chosen = _chosen(within, where, now)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    pages = max(1, -(-total // most))
    number = max(1, min(number, pages))
    rows = session.execute(
        chosen.order_by(*_order(sort)).limit(most).offset((number - 1) * most)
    ).all()
    stuck = _stuck(session, within, [row.id for row in rows])
    found = tuple(_learner(row, stuck.get(row.id, ()), now) for row in rows)
    return LearnerPage(found, total, number, pages)


def learner(session: Session, within: Held, account_id: int, *, now: datetime) -> Learner | None:
    """One of them; None for somebody who is not in it. Two statements."""
    chosen = _chosen(within, Where.ALL, now).where(Account.id == account_id)
    row = session.execute(chosen).first()
    if row is None:
        return None
    stuck = _stuck(session, within, [account_id])
    return _learner(row, stuck.get(account_id, ()), now)


def recipients(
    session: Session, within: Held, where: Where, only: Sequence[int] = (), *, now: datetime
) -> list[tuple[int, str, str]]:
    """(account, address, language) of those to write to; `only` picks some of them."""
    chosen = _chosen(within, where, now).with_only_columns(
        Account.id, Account.email, Account.locale, maintain_column_froms=True
    )
    if only:
        chosen = chosen.where(Account.id.in_(only))
    rows = session.execute(chosen.order_by(Account.id))
    return [(row.id, row.email, row.locale) for row in rows]


def units_of(session: Session, within: Held, account_id: int) -> Sequence[AnyRow]:
    """(position, title, state, right, questions, done at) of each unit for one person."""
    mine = and_(UnitProgress.unit_id == Unit.id, UnitProgress.account_id == account_id)
    return session.execute(
        select(
            Unit.position,
            Unit.title,
            UnitProgress.state,
            UnitProgress.right,
            Unit.question_count,
            UnitProgress.completed_at,
        )
        .join(Enrolment, Enrolment.course_version_id == Unit.version_id)
        .outerjoin(UnitProgress, mine)
        .where(Enrolment.account_id == account_id, Enrolment.course_id == within.course_id)
        .order_by(Unit.position)
    ).all()


def _chosen(within: Held, where: Where, now: datetime) -> Select[Any]:
    here = aliased(Unit)
    tally = _tally(within)
    done = func.coalesce(tally.c.done, 0)
    statement = (
        select(
            Account.id, Account.name, Account.locale,
            done.label("done"),
            func.coalesce(tally.c.right, 0).label("right"),
            func.coalesce(CourseVersion.unit_count, 0).label("unit_count"),
            func.coalesce(CourseVersion.question_count, 0).label("question_count"),
            here.title.label("unit_title"), here.position, Enrolment.touched_at,
            func.coalesce(tally.c.started, 0).label("started"),
        )
        .select_from(Account)
        .outerjoin(
            Enrolment,
            and_(Enrolment.account_id == Account.id, Enrolment.course_id == within.course_id),
        )
        .outerjoin(CourseVersion, CourseVersion.id == Enrolment.course_version_id)
        .outerjoin(here, here.id == Enrolment.resume_unit_id)
        .outerjoin(
            tally,
            and_(
                tally.c.account_id == Account.id,
                tally.c.version_id == Enrolment.course_version_id,
            ),
        )
        .where(Account.id.in_(within.people()), Account.state == AccountState.ACTIVE.value)
    )  # fmt: skip
    finished = and_(CourseVersion.unit_count > 0, done >= CourseVersion.unit_count)
    return statement.where(*_condition(where, finished, tally, now))


def _condition(
    where: Where, finished: ColumnElement[bool], tally: Any, now: datetime
) -> tuple[ColumnElement[bool], ...]:
    match where:
        case Where.FINISHED:
            return (finished,)
        case Where.QUIET:
            return (Enrolment.touched_at <= now - QUIET, not_(finished))
        case Where.NOT_STARTED:
            return (func.coalesce(tally.c.started, 0) == 0,)
        case Where.WRONG:
            return (_has_wrong(),)
        case _:
            return ()


def _has_wrong() -> ColumnElement[bool]:
    return exists(
        select(QuestionProgress.question_id)
        .join(Question, Question.id == QuestionProgress.question_id)
        .join(Unit, Unit.id == Question.unit_id)
        .where(
            QuestionProgress.account_id == Account.id,
            Unit.version_id == Enrolment.course_version_id,
            QuestionProgress.tries >= WRONG,
            QuestionProgress.right_at.is_(None),
        )
        .correlate(Account, Enrolment)
    )


def _tally(within: Held) -> Any:
    """Units started and done, questions right, by person and version."""
    done = case((UnitProgress.state == UnitState.DONE.value, 1), else_=0)
    return (
        select(
            UnitProgress.account_id,
            Unit.version_id,
            func.count().label("started"),
            func.sum(done).label("done"),
            func.sum(UnitProgress.right).label("right"),
        )
        .join(Unit, Unit.id == UnitProgress.unit_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .where(
            CourseVersion.course_id == within.course_id,
            UnitProgress.account_id.in_(within.people()),
        )
        .group_by(UnitProgress.account_id, Unit.version_id)
        .subquery()
    )


def _order(sort: Sort) -> tuple[Any, ...]:
    if sort is Sort.NAME:
        return (Account.name, Account.id)
    if sort is Sort.PROGRESS:
        return ("done", "right", Account.id)
    return (Enrolment.touched_at.asc().nulls_first(), Account.id)


def _stuck(
    session: Session, within: Held, people: Sequence[int]
) -> Mapping[int, tuple[StuckAt, ...]]:
    rows = session.execute(
        select(QuestionProgress.account_id, Unit.title, Question.text, QuestionProgress.tries)
        .join(Question, Question.id == QuestionProgress.question_id)
        .join(Unit, Unit.id == Question.unit_id)
        .join(Enrolment, Enrolment.course_version_id == Unit.version_id)
        .where(
            Enrolment.account_id == QuestionProgress.account_id,
            Enrolment.course_id == within.course_id,
            QuestionProgress.account_id.in_(people),
            QuestionProgress.tries >= WRONG,
            QuestionProgress.right_at.is_(None),
        )
        .order_by(Unit.position, Question.position)
    )
    found: dict[int, tuple[StuckAt, ...]] = {}
    for account_id, title, text, tries in rows:
        found[account_id] = (*found.get(account_id, ()), StuckAt(title, text, tries))
    return found


def _learner(row: AnyRow, stuck: tuple[StuckAt, ...], now: datetime) -> Learner:
    return Learner(
        row.id, row.name, row.locale, int(row.done), row.unit_count, int(row.right),
        row.question_count, row.unit_title if row.started else None, row.position or 0,
        row.touched_at, (now - row.touched_at).days if row.touched_at else 0, stuck,
    )  # fmt: skip
