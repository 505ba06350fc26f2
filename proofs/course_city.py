"""Courses for the proof of their pages: a small one, and one that a whole city takes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.models import (
    CourseVersion,
    Enrolment,
    Question,
    QuestionProgress,
    Unit,
    UnitProgress,
)
from hanmadang.kernel import clock
from hanmadang.kernel.db import transact, transaction
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people.models import Account
from proofs.house import House, Person
from tests.factories import courses as make

_BATCH = 2_000
_ANSWERED = 8
"""Questions that each of the many has answered."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large a course is."""

    slug: str
    units: int
    questions: int
    learners: int


SMALL = Size("small", 3, 3, 1)


def large(learners: int) -> Size:
    """60 units, 500 questions, and so many people who take the course."""
    return Size("large", 60, 500, learners)


@dataclass(frozen=True, slots=True)
class School:
    """A published course with its learners."""

    slug: str
    units: int
    course_id: int
    version_id: int
    first_unit: int
    now: datetime

    @property
    def course(self) -> str:
        """The course's page."""
        return f"/ko/courses/{self.slug}"

    def lesson(self, place: int) -> str:
        """A lesson's page, by its place from 0."""
        return f"{self.course}/start/u{place}"

    def question(self, place: int) -> str:
        """The first question of that lesson."""
        return f"q{place}-0"


@dataclass(frozen=True, slots=True)
class Learner:
    """Somebody who takes the course and is signed in."""

    person: Person


def open_school(house: House, size: Size) -> School:
    """Publish the course and let people take it."""
    with house.app.app_context():
        school = transact(lambda session: _published(session, size))
        with transaction() as session:
            _enrol_many(session, school, size.learners)
    return school


def learner(house: House, school: School) -> Learner:
    """A newcomer who has opened two lessons and answered in the first."""
    (person,) = house.people(1)
    who = Viewer(account_id=person.account_id, roles=frozenset({Role.CITIZEN}), locale="ko")
    with house.app.app_context(), transaction() as session:
        domain.enrol(session, who, school.course_id, locale="ko", now=school.now)
        units = session.scalars(_units(school).limit(2)).all()
        for unit_id in units:
            domain.open_unit(session, who, unit_id, now=school.now)
        given = {school.question(0): [1]}
        domain.answer(session, who, units[0], given, key="first", now=school.now)
    return Learner(person)


def _published(session: Session, size: Size) -> School:
    make.make_words(session)
    counts = [
        size.questions * (place + 1) // size.units - size.questions * place // size.units
        for place in range(size.units)
    ]
    units = [
        make.unit(f"u{place}", [make.question(f"q{place}-{n}") for n in range(count)])
        for place, count in enumerate(counts)
    ]
    spec = make.course(*units, slug=size.slug)
    version: CourseVersion = domain.publish_course(session, make.EDITOR, spec, clock.now())
    first = session.scalars(
        select(Unit.id).where(Unit.version_id == version.id).order_by(Unit.position)
    ).first()
    assert first
    return School(size.slug, size.units, version.course_id, version.id, first, clock.now())


def _units(school: School) -> Any:
    return select(Unit.id).where(Unit.version_id == school.version_id).order_by(Unit.position)


def _enrol_many(session: Session, school: School, number: int) -> None:
    """People who took the course and answered some of it, written as rows."""
    questions = session.execute(
        select(Question.id, Question.unit_id)
        .join(Unit, Unit.id == Question.unit_id)
        .where(Unit.version_id == school.version_id)
        .order_by(Unit.position, Question.position)
        .limit(_ANSWERED)
    ).all()
    start = (session.scalar(select(func.max(Account.id))) or 0) + 1_000
    people = range(start, start + number)
    _insert(session, Account, (_account(id_, school.now) for id_ in people))
    _insert(session, Enrolment, (_enrolment(id_, school) for id_ in people))
    units = sorted({unit_id for _id, unit_id in questions})
    _insert(
        session, UnitProgress, (_progress(id_, unit, questions) for id_ in people for unit in units)
    )
    _insert(
        session, QuestionProgress,
        (_answered(id_, question, school.now) for id_ in people for question, _unit in questions),
    )  # fmt: skip


def _insert(session: Session, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    while batch := list(islice(rows, _BATCH)):
        session.execute(insert(model), batch)


def _account(id_: int, now: datetime) -> dict[str, Any]:
    address = f"learner{id_}@example.org"
    return {
        "id": id_, "email": address, "login": address, "password_hash": "unusable",
        "name": f"Learner {id_}", "locale": "ko", "verified_at": now, "created_at": now,
    }  # fmt: skip


def _enrolment(id_: int, school: School) -> dict[str, Any]:
    return {
        "account_id": id_, "course_id": school.course_id, "course_version_id": school.version_id,
        "locale": "ko", "enrolled_at": school.now, "resume_unit_id": school.first_unit,
        "resume_anchor": "questions", "resume_locale": "ko", "touched_at": school.now,
    }  # fmt: skip


def _progress(id_: int, unit_id: int, questions: Sequence[Any]) -> dict[str, Any]:
    answered = sum(unit == unit_id for _question, unit in questions)
    return {
        "account_id": id_, "unit_id": unit_id, "state": "started", "last_block": 1,
        "answered": answered, "right": answered,
    }  # fmt: skip


def _answered(id_: int, question_id: int, now: datetime) -> dict[str, Any]:
    return {
        "account_id": id_, "question_id": question_id, "tries": 0, "response": [1], "score": 1.0,
        "right_at": now,
    }  # fmt: skip
