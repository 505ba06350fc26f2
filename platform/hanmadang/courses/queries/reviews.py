"""What a person could be asked again: questions of units that are done, when their day has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from hanmadang.courses import grading
from hanmadang.courses.models import (
    Course,
    Enrolment,
    Module,
    Question,
    QuestionProgress,
    Review,
    Unit,
    UnitProgress,
)
from hanmadang.courses.queries.questions import QuestionView
from hanmadang.courses.queries.rows import AnyRow
from hanmadang.courses.rules import is_counted
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.clock import zone
from hanmadang.kernel.db import db
from hanmadang.people.models import Account

A_DAY = 3
"""Questions a day at most."""
GAPS = (1, 6, 14)
"""Days until the next asking: together 1, 7 and 21 days after the unit was done."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question of a unit that is done, and where its reviews stand."""

    question_id: int
    question_slug: str
    unit_id: int
    course_id: int
    course_slug: str
    course_title: Bilingual
    module_slug: str
    unit_slug: str
    unit_title: Bilingual
    step: int
    """Reviews passed."""
    due_on: date
    asked_on: date | None
    was_wrong: int
    """2 where it was never right, 1 where it took more than one try, else 0."""

    @property
    def rests(self) -> bool:
        """Whether every review was passed."""
        return self.step >= len(GAPS)


@dataclass(frozen=True, slots=True)
class ReviewDay:
    """One person's reviews on one day of their calendar."""

    today: date
    due: Sequence[Item]
    """To be asked today, hardest first; no more than the day allows."""
    asked: Sequence[Item]
    """Asked today already."""
    coming: date | None
    """The next day with something to ask, where today has nothing (more)."""
    resting: int
    """Questions that passed every review."""

    @property
    def number(self) -> int:
        """Which question of the day comes next, from 1."""
        return len(self.asked) + 1

    @property
    def total(self) -> int:
        """Questions of the day, asked and to be asked."""
        return len(self.asked) + len(self.due)


def review_day(account_id: int, now: datetime, session: Session | None = None) -> ReviewDay:
    """What is to be asked on the day it is for that person; two statements."""
    reading = session or db.session()
    calendar = reading.scalar(select(Account.zone).where(Account.id == account_id)) or "UTC"
    today = now.astimezone(zone(calendar)).date()
    rows = reading.execute(_items(account_id))
    items = [_item(row, calendar) for row in rows if not is_counted(row.quiz)]
    asked = [item for item in items if item.asked_on == today]
    open_items = [item for item in items if not item.rests and item.asked_on != today]
    due = sorted((item for item in open_items if item.due_on <= today), key=_hardest)
    later = [item.due_on for item in items if not item.rests and item.due_on > today]
    left = max(0, A_DAY - len(asked))
    waiting = [today + timedelta(days=1)] if len(due) > left else []
    coming = min([*later, *waiting], default=None)
    resting = sum(item.rests for item in items)
    return ReviewDay(today, due[:left], asked, coming, resting)


def review_question(question_id: int, account_id: int, *, answered: bool) -> QuestionView:
    """The question as the review shows it: with the answer of today, or without any."""
    row = db.session.execute(
        select(Question, QuestionProgress.response)
        .outerjoin(
            QuestionProgress,
            and_(
                QuestionProgress.question_id == Question.id,
                QuestionProgress.account_id == account_id,
            ),
        )
        .where(Question.id == question_id)
    ).one()
    question, response = row
    return QuestionView(
        question.id, question.slug, question.kind, question.text, question.explanation,
        grading.body_stored(question.kind, question.body), (), response if answered else (),
        kept_right=False, seed=f"review:{question.id}:{account_id}",
    )  # fmt: skip


def _items(account_id: int) -> Select[Any]:
    again = and_(
        Review.account_id == account_id,
        Review.course_id == Course.id,
        Review.module_slug == Module.slug,
        Review.unit_slug == Unit.slug,
        Review.question_slug == Question.slug,
    )
    of_mine = and_(
        QuestionProgress.question_id == Question.id, QuestionProgress.account_id == account_id
    )
    done = and_(
        UnitProgress.unit_id == Unit.id,
        UnitProgress.account_id == account_id,
        UnitProgress.completed_at.is_not(None),
    )
    return (
        select(
            Question.id, Question.slug, Unit.id.label("unit_id"), Course.id.label("course_id"),
            Course.slug.label("course"), Course.title.label("course_title"),
            Module.slug.label("module"), Unit.slug.label("unit"), Unit.title, Unit.quiz,
            UnitProgress.completed_at, QuestionProgress.right_at, QuestionProgress.tries,
            Review.step, Review.due_on, Review.asked_on,
        )
        .select_from(Enrolment)
        .join(Course, Course.id == Enrolment.course_id)
        .join(Module, Module.version_id == Enrolment.course_version_id)
        .join(Unit, Unit.module_id == Module.id)
        .join(UnitProgress, done)
        .join(Question, Question.unit_id == Unit.id)
        .join(QuestionProgress, of_mine)
        .outerjoin(Review, again)
        .where(Enrolment.account_id == account_id)
        .order_by(Course.position, Course.id, Unit.position, Question.position)
    )  # fmt: skip


def _item(row: AnyRow, calendar: str) -> Item:
    first = row.completed_at.astimezone(zone(calendar)).date() + timedelta(days=GAPS[0])
    was_wrong = 2 if row.right_at is None else int(row.tries > 1)
    return Item(
        row.id, row.slug, row.unit_id, row.course_id, row.course, row.course_title, row.module,
        row.unit, row.title, row.step or 0, row.due_on or first, row.asked_on, was_wrong,
    )  # fmt: skip


def _hardest(item: Item) -> tuple[int, date, int]:
    return -item.was_wrong, item.due_on, item.step
