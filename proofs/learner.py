"""A learner who does anything in any order, and what must stay true of what they did."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.domain import QuestionsOpenError, reviews
from hanmadang.courses.models import (
    Answer,
    Enrolment,
    EventKind,
    LearningEvent,
    Module,
    Question,
    QuestionProgress,
    Unit,
    UnitProgress,
)
from hanmadang.courses.queries.reviews import review_day
from hanmadang.courses.queries.standing import progress_in
from hanmadang.courses.told import Told
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Role, Viewer
from tests.factories import courses as make
from tests.factories.people import make_account

START = make.PUBLISHED_AT
QUESTIONS = {"one": (), "two": ("first", "second"), "three": ("third",)}
UNITS = tuple(QUESTIONS)
Numbers = tuple[int, int, int]
_NOW_AND_THEN = 5
RANKS = {"started": 1, "done": 2}


def first_version() -> Any:
    """Three units, three questions."""
    return make.course(
        make.unit("one"),
        make.unit("two", [make.question("first"), make.several("second")], needs=("families",)),
        make.unit("three", [make.question("third", competency="families")]),
    )


def second_version() -> Any:
    """A unit more, a question that reads differently, a unit gone."""
    changed = make.question("second", text=make.text("달라진 문제?", "Another question?"))
    return make.course(
        make.unit("new"),
        make.unit("two", [make.question("first"), changed]),
        make.unit("one"),
    )


def newcomer(session: Session) -> Viewer:
    """A citizen who takes no course yet."""
    account = make_account(session)
    return Viewer(account_id=account.id, roles=frozenset({Role.CITIZEN}), locale="ko")


def happened(chance: random.Random, now: datetime, version: int = 1) -> Told:
    """Something that a device would tell, its clock right or wrong."""
    unit = chance.choice(UNITS)
    kind = chance.choice(
        (EventKind.OPENED, EventKind.BLOCK_REACHED, EventKind.COMPLETED, EventKind.ANSWERED)
    )
    question, response = "", tuple[int, ...]()
    if kind is EventKind.ANSWERED:
        slugs = QUESTIONS[unit] or ("no-such",)
        question, response = chance.choice(slugs), (chance.randrange(4),)
    wrong = timedelta(days=chance.choice((0, 0, 0, -900, 900)), seconds=chance.randrange(86_400))
    return Told(
        new_key(), kind, "division", "start", unit, version, now - wrong,
        chance.randint(1, 3) if kind is EventKind.BLOCK_REACHED else 0, question, response,
    )  # fmt: skip


@dataclass(slots=True)
class Seen:
    """What was seen last in one version: none of it may fall."""

    numbers: Numbers = (0, 0, 0)
    units: dict[int, tuple[int, int, datetime | None]] = field(default_factory=dict)
    right: dict[int, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class Learner:
    """One run: a person, a clock that moves on, and what their device holds."""

    session: Session
    chance: random.Random
    who: Viewer
    now: datetime = START
    told: list[Told] = field(default_factory=list)
    waiting: list[Told] = field(default_factory=list)
    """Happened on the device and not told yet."""
    seen: dict[int, Seen] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    published: bool = False
    looks: int = 0

    def step(self) -> None:
        """Do one thing; then look."""
        self.now += timedelta(minutes=self.chance.randrange(60 * 30))
        self.chance.choice(self._verbs())()
        self.session.flush()
        self.look()

    def _verbs(self) -> Sequence[Callable[[], None]]:
        return (
            self._open, self._reach, self._answer, self._answer, self._complete, self._offline,
            self._offline, self._tell, self._tell_again, self._review, self._switch,
        )  # fmt: skip

    @property
    def enrolment(self) -> Enrolment:
        """The person's place in the course, begun at the first look."""
        mine = select(Enrolment).where(Enrolment.account_id == self.who.id)
        found = self.session.scalars(mine).first()
        if found is None:
            course = make.course_of(self.session)
            found = domain.enrol(self.session, self.who, course.id, locale="ko", now=self.now)
        return found

    def _unit(self) -> Unit:
        units = self.session.scalars(
            select(Unit)
            .where(Unit.version_id == self.enrolment.course_version_id)
            .order_by(Unit.position)
        ).all()
        return self.chance.choice(units)

    def _open(self) -> None:
        domain.open_unit(self.session, self.who, self._unit().id, now=self.now)

    def _reach(self) -> None:
        unit, block = self._unit(), self.chance.randint(1, 2)
        domain.reach_block(self.session, self.who, unit.id, block, now=self.now)

    def _answer(self) -> None:
        unit = self._unit()
        slugs = self.session.scalars(select(Question.slug).where(Question.unit_id == unit.id)).all()
        given = {slug: [self.chance.randrange(3)] for slug in slugs if self.chance.random() < 0.7}
        key = self.chance.choice((new_key(), "the same press"))
        domain.answer(self.session, self.who, unit.id, given, key=key, now=self.now)

    def _complete(self) -> None:
        try:
            domain.complete(self.session, self.who, self._unit().id, now=self.now)
        except QuestionsOpenError:
            return

    def _offline(self) -> None:
        number = self.chance.randint(1, 4)
        self.waiting += [happened(self.chance, self.now) for _ in range(number)]

    def _tell(self) -> None:
        self.chance.shuffle(self.waiting)
        parcel, self.waiting = self.waiting, []
        self.take(parcel)
        self.told += parcel

    def _tell_again(self) -> None:
        if self.told:
            self.take(self.chance.choices(self.told, k=self.chance.randint(1, 5)))

    def take(self, parcel: Sequence[Told]) -> None:
        """Let a parcel of a device arrive."""
        domain.take_in(self.session, self.who, parcel, locale="ko", now=self.now)
        self.session.flush()

    def _review(self) -> None:
        for item in review_day(self.who.id, self.now, self.session).due[:1]:
            choice = [self.chance.randrange(3)]
            reviews.answer_review(
                self.session, self.who, item.question_id, choice, key=new_key(), now=self.now
            )

    def _switch(self) -> None:
        enrolment = self.enrolment
        if not self.published and self.chance.random() < 0.2:
            make.publish(self.session, second_version())
            self.published = True
        elif self.published:
            domain.switch(self.session, self.who, enrolment.course_id, now=self.now)

    def look(self) -> None:
        """Compare with what was seen before in this version."""
        version = self.enrolment.course_version_id
        self.looks += 1
        before, now = self.seen.get(version, Seen()), self._see(version)
        if any(new < old for new, old in zip(now.numbers, before.numbers, strict=True)):
            self.faults.append(f"numbers fell from {before.numbers} to {now.numbers}")
        for unit, (rank, block, done_at) in before.units.items():
            new = now.units.get(unit, (0, 0, None))
            if new[0] < rank or new[1] < block or (done_at and new[2] != done_at):
                self.faults.append(f"unit {unit} fell from {(rank, block, done_at)} to {new}")
        for question, right_at in before.right.items():
            if question not in now.right or now.right[question] > right_at:
                self.faults.append(f"question {question} was right and is not")
        self.seen[version] = now

    def _numbers(self, version: int) -> Numbers:
        """What the course page says, asked for now and then; the rows are looked at each time."""
        if self.looks % _NOW_AND_THEN:
            return self.seen.get(version, Seen()).numbers
        shown = progress_in(self.who.id, version)
        if (shown.met == shown.conditions) is not conditions_hold(
            self.session, self.who.id, version
        ):
            self.faults.append("the page and the rows disagree on the certificate's conditions")
        return shown.units_done, shown.questions_right, shown.met

    def _see(self, version: int) -> Seen:
        numbers = self._numbers(version)
        units = self.session.execute(
            select(UnitProgress).where(UnitProgress.account_id == self.who.id)
        ).scalars()
        right = self.session.execute(
            select(QuestionProgress.question_id, QuestionProgress.right_at).where(
                QuestionProgress.account_id == self.who.id, QuestionProgress.right_at.is_not(None)
            )
        )
        return Seen(
            numbers,
            {each.unit_id: (RANKS[each.state], each.last_block, each.completed_at)
             for each in units},
            {question: at for question, at in right if at is not None},
        )  # fmt: skip


def conditions_hold(session: Session, account_id: int, version_id: int) -> bool:
    """Whether every unit is done and every question was right once, counted from bare rows."""
    done = select(UnitProgress.unit_id).where(
        UnitProgress.account_id == account_id, UnitProgress.completed_at.is_not(None)
    )
    right = select(QuestionProgress.question_id).where(
        QuestionProgress.account_id == account_id, QuestionProgress.right_at.is_not(None)
    )
    open_units = select(Unit.id).where(Unit.version_id == version_id, Unit.id.not_in(done))
    open_questions = (
        select(Question.id)
        .join(Unit, Unit.id == Question.unit_id)
        .where(Unit.version_id == version_id, Question.id.not_in(right))
    )
    return not session.scalars(open_units).first() and not session.scalars(open_questions).first()


def stored(session: Session, who: Viewer) -> list[list[tuple[Any, ...]]]:
    """Everything kept of a person's learning, without the numbers that rows happen to have."""
    account = who.id
    events = (
        select(
            LearningEvent.key, LearningEvent.kind, LearningEvent.block,
            LearningEvent.at, Answer.response, Answer.score, Answer.at,
        )
        .outerjoin(Answer, Answer.event_id == LearningEvent.id)
        .where(LearningEvent.account_id == account)
        .order_by(LearningEvent.key)
    )  # fmt: skip
    units = (
        select(
            Module.slug, Unit.slug, UnitProgress.state, UnitProgress.last_block,
            UnitProgress.answered, UnitProgress.right, UnitProgress.completed_at,
        )
        .join(Unit, Unit.id == UnitProgress.unit_id)
        .join(Module, Module.id == Unit.module_id)
        .where(UnitProgress.account_id == account)
        .order_by(Unit.position)
    )  # fmt: skip
    questions = (
        select(
            Question.slug, QuestionProgress.tries, QuestionProgress.response,
            QuestionProgress.score, QuestionProgress.right_at,
        )
        .join(Question, Question.id == QuestionProgress.question_id)
        .where(QuestionProgress.account_id == account)
        .order_by(Question.slug)
    )  # fmt: skip
    place = select(Enrolment.resume_unit_id, Enrolment.resume_anchor, Enrolment.touched_at).where(
        Enrolment.account_id == account
    )
    return [
        [tuple(row) for row in session.execute(each)] for each in (events, units, questions, place)
    ]
