"""A run, two cohorts and invented learners who came to different places in their course."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import invitations
from hanmadang.courses.domain import cohorts, figures, membership, runs
from hanmadang.courses.domain.enrolling import enrol
from hanmadang.courses.models import (
    Cohort,
    CohortKind,
    Course,
    CourseRun,
    CourseVersion,
    Question,
    QuestionKind,
    Unit,
    VersionState,
)
from hanmadang.courses.queries.counting import published_versions
from hanmadang.demo import people, sample
from hanmadang.demo.history import History, Try
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people.models import Account, RoleGrant

_Unit = tuple[int, Sequence[Question]]
_Come = Callable[[Session, Viewer, int, datetime], None]
_CHOICE = {QuestionKind.ONE.value, QuestionKind.SEVERAL.value, QuestionKind.TRUE_FALSE.value}
_WHOLE = 100
_GIVE_UP = 12
"""Of a hundred who missed a question, how many stay stuck at it."""
_SITTING = timedelta(hours=1)


def load(session: Session, actor: Viewer) -> None:
    """Write down runs and cohorts, and let everybody learn for a while."""
    content = sample.read("classes.toml")
    chance = random.Random(content["seed"])  # noqa: S311 (sample people, not secrets)
    now = clock.now()
    run = _run(session, actor, content["run"])
    _run(session, actor, content["next_run"])
    for number, table in enumerate(content["cohorts"], 1):
        cohort = _cohort(session, actor, table, run)
        code = invitations.code_of(cohort.seed)
        _together(session, table, number, chance, partial(_join, code=code))
    _together(session, content["alone"], 0, chance, _begin)
    for version_id in published_versions(session):
        made = figures.counted(session, version_id, now=now)
        if made is not None:
            figures.store(session, made, now=now)


def _together(
    session: Session, table: Mapping[str, Any], number: int, chance: random.Random, come: _Come
) -> None:
    """Everybody of a group comes to the course and learns for a while."""
    history, course_id = History(), _course(session, table["course"])
    units = _units(session, course_id)
    for who in _learners(session, table, number):
        ago = table["days"] - chance.randrange(table["days"] // 2)
        began = clock.now() - timedelta(days=ago)
        come(session, who, course_id, began)
        _learn(history, who, units, began, chance)
    history.write(session, course_id)


def _join(session: Session, who: Viewer, _course_id: int, at: datetime, *, code: str) -> None:
    membership.join_cohort(session, who, code, agrees=True, locale=who.locale, now=at)


def _begin(session: Session, who: Viewer, course_id: int, at: datetime) -> None:
    enrol(session, who, course_id, locale=who.locale, now=at)


def _run(session: Session, actor: Viewer, table: Mapping[str, Any]) -> CourseRun:
    fields = runs.RunFields(
        title=sample.text(table["title"]),
        opens=sample.moment(table["opens"]),
        closes=sample.moment(table["closes"]),
        starts=sample.moment(table["starts"]),
        ends=sample.moment(table["ends"]),
        seats=table["seats"],
    )
    institution = people.institution_id(session, table["institution"])
    course = _course(session, table["course"])
    run = runs.create_run(session, actor, course, institution, fields, now=clock.now())
    return runs.publish_run(session, actor, run.id)


def _course(session: Session, slug: str) -> int:
    return session.scalars(select(Course.id).where(Course.slug == slug)).one()


def _cohort(session: Session, actor: Viewer, table: Mapping[str, Any], run: CourseRun) -> Cohort:
    fields = cohorts.CohortFields(
        kind=CohortKind(table["kind"]),
        name=sample.text(table["name"]),
        language=table["language"],
        label=sample.text(table.get("label")) or Bilingual(),
        run_id=run.id if table["in_run"] else None,
    )
    institution = people.institution_id(session, table["institution"])
    course = _course(session, table["course"])
    return cohorts.create_cohort(session, actor, course, institution, fields, now=clock.now())


def _learners(session: Session, table: Mapping[str, Any], number: int) -> list[Viewer]:
    """Accounts without persons behind them; nobody can sign in to one."""
    made = []
    for place in range(table["learners"]):
        locale = "en" if place < table["english"] else "ko"
        email = f"learner-{number}-{place + 1:02}@example.org"
        account = Account(
            email=email,
            login=email,
            password_hash="!",  # noqa: S106  (no password fits)
            name=f"{table['called'][locale]} {place + 1:02}",
            locale=locale,
            verified_at=clock.now(),
            created_at=clock.now(),
        )
        account.grants = [RoleGrant(role=Role.CITIZEN.value)]
        made.append(account)
    session.add_all(made)
    session.flush()
    citizen = frozenset({Role.CITIZEN})
    return [Viewer(each.id, each.name, each.locale, citizen) for each in made]


def _units(session: Session, course_id: int) -> Sequence[_Unit]:
    """(unit, its questions) of the published version, in reading order."""
    units = session.scalars(
        select(Unit.id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .where(
            CourseVersion.course_id == course_id,
            CourseVersion.state == VersionState.PUBLISHED.value,
        )
        .order_by(Unit.position)
    ).all()
    questions = session.scalars(
        select(Question).where(Question.unit_id.in_(units)).order_by(Question.position)
    ).all()
    return [(unit_id, [each for each in questions if each.unit_id == unit_id]) for unit_id in units]


def _learn(
    history: History, who: Viewer, units: Sequence[_Unit], began: datetime, chance: random.Random
) -> None:
    """Unit after unit, until this person stopped."""
    at, knows = began, chance.randrange(35, 96)
    for place, (unit_id, questions) in enumerate(units[: chance.randrange(len(units) + 2)]):
        at += timedelta(minutes=chance.randrange(600, 2400))
        if at + _SITTING >= clock.now():
            break
        opened, at = at, at + timedelta(minutes=chance.randrange(3, 26))
        tries = _tries(questions, knows, at, chance)
        following = units[min(place + 1, len(units) - 1)][0]
        whole = all(question.kind in _CHOICE for question in questions)
        done_at = at if whole else None
        history.unit(who.id, unit_id, opened, tries, done_at=done_at, next_unit=following)
        if not whole or (tries and not tries[-1].is_right):
            break


def _tries(
    questions: Sequence[Question], knows: int, at: datetime, chance: random.Random
) -> list[Try]:
    """Every question once, the missed ones again; who gives up misses one four times."""
    questions = [each for each in questions if each.kind in _CHOICE]
    first = [
        _try(each, at, chance, is_right=chance.randrange(_WHOLE) < knows) for each in questions
    ]
    missed = [each for each, tried in zip(questions, first, strict=True) if not tried.is_right]
    if missed and chance.randrange(_WHOLE) < _GIVE_UP:
        vain = [timedelta(minutes=step) for step in (1, 2, 3)]
        return [*first, *(_try(missed[0], at + step, chance, is_right=False) for step in vain)]
    return [
        *first,
        *(_try(each, at + timedelta(minutes=1), chance, is_right=True) for each in missed),
    ]


def _try(question: Question, at: datetime, chance: random.Random, *, is_right: bool) -> Try:
    right, wrong = _choices(question)
    return Try(question.id, right if is_right else chance.choice(wrong), is_right, at)


def _choices(question: Question) -> tuple[list[int], list[list[int]]]:
    """(the right choice, some wrong ones)."""
    options = question.body["options"]
    right = [place for place, option in enumerate(options) if option.get("correct")]
    wrong = [[place] for place in range(len(options)) if [place] != right]
    return right, wrong
