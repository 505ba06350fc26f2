"""A school of many learners, written in a few statements; always the same ones."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.models import CourseVersion, Enrolment, Question, Unit
from hanmadang.demo.history import History, Try
from hanmadang.people.models import Account
from tests.factories.runs import NOW

RIGHT, WRONG = [1], [[0], [2]]
"""Of the factory's questions."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How the learners of a school go about it."""

    seed: int = 1
    stops: float = 0.02
    """The share that stops after each unit."""
    english: float = 0.4
    days: int = 90
    """How long ago the first of them enrolled."""


def make_learners(session: Session, number: int, locales: Sequence[str]) -> list[int]:
    """Accounts in one statement; their ids."""
    rows: list[dict[str, Any]] = [
        {
            "email": f"many{place}@example.org",
            "login": f"many{place}@example.org",
            "password_hash": "unusable",
            "name": f"Learner {place:05}",
            "locale": locales[place],
            "zone": "Asia/Seoul",
            "state": "active",
            "auth_epoch": 0,
            "created_at": NOW,
        }
        for place in range(number)
    ]
    made = insert(Account).returning(Account.id, sort_by_parameter_order=True)
    return list(session.scalars(made, rows))


USUAL = Habits()


def fill(
    session: Session, version: CourseVersion, number: int, habits: Habits = USUAL
) -> list[int]:
    """Enrol so many people, who learn until they stop; their account ids."""
    chance = random.Random(habits.seed)
    locales = ["en" if chance.random() < habits.english else "ko" for _ in range(number)]
    people = make_learners(session, number, locales)
    units = _units(session, version.id)
    began = [NOW - timedelta(days=habits.days * chance.random()) for _ in people]
    session.execute(
        insert(Enrolment),
        [
            {
                "account_id": who, "course_id": version.course_id,
                "course_version_id": version.id, "locale": locale, "enrolled_at": at,
                "resume_unit_id": units[0][0], "resume_locale": locale,
                "touched_at": at,
            }
            for who, locale, at in zip(people, locales, began, strict=True)
        ],
    )  # fmt: skip
    history = History()
    for who, at in zip(people, began, strict=True):
        _learn(history, who, at, units, chance, habits)
    history.write(session, version.course_id)
    last: int | None = 0
    while last is not None:
        last = domain.certify_the_rest(session, NOW, last)
    return people


def _units(session: Session, version_id: int) -> list[tuple[int, list[int]]]:
    rows = session.execute(
        select(Unit.id, Question.id)
        .outerjoin(Question, Question.unit_id == Unit.id)
        .where(Unit.version_id == version_id)
        .order_by(Unit.position, Question.position)
    )
    found: dict[int, list[int]] = {}
    for unit_id, question_id in rows:
        found.setdefault(unit_id, []).extend([question_id] if question_id else [])
    return list(found.items())


def _learn(  # noqa: PLR0917  (who, from when, what, by which chance)
    history: History,
    who: int,
    at: datetime,
    units: Sequence[tuple[int, list[int]]],
    chance: random.Random,
    habits: Habits,
) -> None:
    knows = 0.3 + 0.65 * chance.random()
    for place, (unit_id, questions) in enumerate(units):
        opened = at + timedelta(hours=1)
        at = opened + timedelta(minutes=4 + 20 * chance.random())
        tries = []
        for question_id in questions:
            is_right = chance.random() < knows
            response = RIGHT if is_right else chance.choice(WRONG)
            tries.append(Try(question_id, response, is_right, at))
        following = units[min(place + 1, len(units) - 1)][0]
        history.unit(who, unit_id, opened, tries, done_at=at, next_unit=following)
        if chance.random() < habits.stops:
            return
