"""What is stored of a person's learning: it never falls, and it is what the model says."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    Answer,
    Certificate,
    CourseVersion,
    Enrolment,
    LearningEvent,
    Module,
    Question,
    QuestionProgress,
    QuizAttempt,
    Reflection,
    Unit,
    UnitProgress,
    Watched,
)
from hanmadang.courses.queries.standing import progress_in
from hanmadang.kernel.db import Base, read
from hanmadang.kernel.permissions import Viewer
from tests.courses.walk.model import Model
from tests.courses.walk.walker import Walker

RANKS = {"started": 1, "done": 2}
Place = tuple[int, str]
"""(number of the version, unit)."""
_MINE: BindParameter[int] = bindparam("mine")
_unit, _version, _question = (
    Base.metadata.tables[table.__tablename__].c for table in (Unit, CourseVersion, Question)
)
_reached, _known, _held, _played = (
    Base.metadata.tables[table.__tablename__].c
    for table in (UnitProgress, QuestionProgress, Certificate, Watched)
)
_UNITS = select(
    _version.number, _unit.slug, _reached.state, _reached.last_block, _reached.completed_at,
    _reached.right,
).where(
    _reached.account_id == _MINE, _unit.id == _reached.unit_id, _version.id == _unit.version_id
)  # fmt: skip
_QUESTIONS = select(_version.number, _unit.slug, _question.slug, _known.right_at).where(
    _known.account_id == _MINE,
    _question.id == _known.question_id,
    _unit.id == _question.unit_id,
    _version.id == _unit.version_id,
)
_PLAYED = select(_played.spans).where(_played.account_id == _MINE)
_HELD = select(_held.state).where(_held.account_id == _MINE).order_by(_held.id)


@dataclass
class Seen:
    """What is stored now, of every version."""

    units: dict[Place, tuple[int, int, datetime | None, int]] = field(default_factory=dict)
    questions: dict[tuple[int, str, str], datetime | None] = field(default_factory=dict)
    watched: set[int] = field(default_factory=set)
    certificates: list[str] = field(default_factory=list)
    numbers: tuple[int, int, int, int] = (0, 0, 0, 0)
    """(version, done, known, towards the certificate), as the course page says."""

    @classmethod
    def of(cls, session: Session, account: int) -> "Seen":
        """Look."""
        asked = (_UNITS, _QUESTIONS, _PLAYED, _HELD)
        units, questions, played, held = (read(session, each, mine=account) for each in asked)
        return cls(
            {(n, unit): (RANKS[state], block, at, right)
             for n, unit, state, block, at, right in units},
            {(n, unit, slug): at for n, unit, slug, at in questions},
            {second for (spans,) in played for a, b in spans for second in range(a, b)},
            [state for (state,) in held],
        )  # fmt: skip


@dataclass
class Watch:
    """Looks after each step of a walk, and remembers."""

    walker: Walker
    before: Seen = field(default_factory=Seen)
    every: int = 5
    """After how many steps the course page is asked, too."""

    def look(self) -> None:
        """Compare with what was seen before, and with the model."""
        walker = self.walker
        now = Seen.of(walker.session, walker.who.id)
        now.numbers = self.before.numbers
        if walker.model.taken and walker.steps % self.every == 0:
            now.numbers = self._page()
        found = [*fallen(self.before, now), *differing(walker.model, now)]
        walker.faults += [f"after step {walker.steps}: {fault}" for fault in found]
        self.before = now

    def _page(self) -> tuple[int, int, int, int]:
        walker = self.walker
        version = walker.begin().course_version_id
        page = progress_in(walker.who.id, version)
        if page.met == page.conditions and not walker.model.numbers:
            walker.faults.append("the page says that nothing is missing, and no certificate is due")
        return walker.model.taken, page.units_done, page.questions_right, page.met


def fallen(before: Seen, now: Seen) -> list[str]:
    """What was there and is less."""
    faults = []
    for place, old in before.units.items():
        new = now.units.get(place, (0, 0, None, 0))
        is_less = new[0] < old[0] or new[1] < old[1] or new[3] < old[3]
        if is_less or (old[2] is not None and new[2] != old[2]):
            faults.append(f"unit {place} fell from {old} to {new}")
    for question, at in before.questions.items():
        later = now.questions.get(question)
        if question not in now.questions or (at is not None and (later is None or later > at)):
            faults.append(f"question {question} fell from {at} to {later}")
    if not before.watched <= now.watched:
        faults.append("seconds watched were forgotten")
    if len(now.certificates) < len(before.certificates):
        faults.append("a certificate is gone")
    same = before.numbers[0] == now.numbers[0]
    if same and any(a > b for a, b in zip(before.numbers, now.numbers, strict=True)):
        faults.append(f"the page fell from {before.numbers} to {now.numbers}")
    return faults


def differing(model: Model, now: Seen) -> list[str]:
    """Where the rows are not what the model says, in the version that is taken."""
    here = model.taken
    done = {unit for (n, unit), row in now.units.items() if n == here and row[0] == RANKS["done"]}
    answered = {(unit, slug) for n, unit, slug in now.questions if n == here}
    right = {(unit, slug) for (n, unit, slug), at in now.questions.items() if n == here and at}
    owed = ["replaced"] * (model.numbers - 1) + [model.standing] if model.numbers else []
    pairs = {
        "done": (done, model.done),
        "answered": (answered, model.answered),
        "right": (right, model.right),
        "watched": (now.watched, model.watched),
        "certificates": (now.certificates, owed),
    }
    return [
        f"{name}: {found} where {wanted} was due"
        for name, (found, wanted) in pairs.items()
        if found != wanted
    ]


def at_the_end(walker: Walker) -> list[str]:
    """What is asked once: attempts and reflections are as the model says."""
    session, account, model = walker.session, walker.who.id, walker.model
    scored = session.execute(
        select(QuizAttempt.number, QuizAttempt.deadline, QuizAttempt.submitted_at)
        .join(Unit, Unit.id == QuizAttempt.unit_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .where(QuizAttempt.account_id == account, CourseVersion.number == model.taken)
        .order_by(QuizAttempt.number)
    )
    found = [tuple(row)[1:] for row in scored]
    wanted = [(each.deadline, each.ended_at) for each in model.tries.get("exam", [])]
    faults = [] if found == wanted else [f"attempts: {found} where {wanted} was due"]
    words = session.scalar(select(Reflection.body).where(Reflection.account_id == account)) or ""
    return faults if words == model.thought else [*faults, f"reflection: {words!r}"]


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
        .order_by(Unit.version_id, Unit.position)
    )  # fmt: skip
    questions = (
        select(
            Question.unit_id, Question.slug, QuestionProgress.tries, QuestionProgress.response,
            QuestionProgress.score, QuestionProgress.right_at,
        )
        .join(Question, Question.id == QuestionProgress.question_id)
        .where(QuestionProgress.account_id == account)
        .order_by(Question.id)
    )  # fmt: skip
    place = select(Enrolment.resume_unit_id, Enrolment.resume_anchor, Enrolment.touched_at).where(
        Enrolment.account_id == account
    )
    return [
        [tuple(row) for row in session.execute(each)] for each in (events, units, questions, place)
    ]
