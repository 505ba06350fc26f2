"""A person who walks: each step is done in the product and in the model, and both must agree."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.domain import Report, allowances, membership, publishing, quiz, reviews
from hanmadang.courses.models import (
    Certificate,
    Cohort,
    CourseVersion,
    Enrolment,
    EventKind,
    Question,
    QuizAttempt,
    Unit,
    VersionState,
)
from hanmadang.courses.queries.reviews import review_day
from hanmadang.courses.told import Told
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.permissions import Viewer
from tests.courses.walk.editions import FILM_BLOCK, VERSIONS, Response, Stage
from tests.courses.walk.model import Fact, Model
from tests.courses.walk.steps import Step
from tests.factories import courses as make
from tests.factories import runs

START = make.PUBLISHED_AT
COURSE, MODULE = "division", "start"
_HINTS = 2
_ALL_RIGHT = 4**6 - 1
"""A number that `_given` reads as: answer everything, and right."""


@dataclass
class Walker:
    """One walk of one person."""

    session: Session
    who: Viewer
    stage: Stage
    now: datetime = START
    told: list[Told] = field(default_factory=list)
    waiting: list[Told] = field(default_factory=list)
    """Happened on the device and not told yet."""
    faults: list[str] = field(default_factory=list)
    steps: int = 0
    joined: bool = False

    def __post_init__(self) -> None:
        self.model = Model()
        self._place = 0
        self._units: dict[int, dict[str, int]] = {}

    def do(self, step: Step) -> None:
        """Do one thing; a refused one leaves no trace. What the model expected must come of it."""
        self.now += timedelta(minutes=step.minutes)
        self.steps += 1
        verb: Callable[[Step], None] = getattr(self, f"_{step.verb}")
        verb(step)
        self.session.flush()

    def _agree(self, expected: bool, action: Callable[[], Any]) -> bool:
        """Do it; whether it was done. The model said whether it would be."""
        mark = self.session.begin_nested()
        try:
            action()
            self.session.flush()
        except DomainError as error:
            mark.rollback()
            if expected:
                self.faults.append(f"step {self.steps} was refused: {type(error).__name__}")
            return False
        mark.commit()
        if not expected:
            self.faults.append(f"step {self.steps} was not refused")
        return True

    def begin(self) -> Enrolment:
        """The person's place in the course, begun at the first need."""
        self.model.begin()
        if not self._place:
            self._place = domain.enrol(
                self.session, self.who, self.stage.course_id, locale="ko", now=self.now
            ).id
        return self.session.get_one(Enrolment, self._place)

    def _unit(self, slug: str) -> int:
        """The unit of that name in the version the person takes."""
        version = self.begin().course_version_id
        if version not in self._units:
            rows = self.session.execute(
                select(Unit.slug, Unit.id).where(Unit.version_id == version)
            )
            self._units[version] = {slug: id_ for slug, id_ in rows}  # noqa: C416  (rows to mypy)
        return self._units[version][slug]

    def _any(self, number: int) -> str:
        self.begin()
        slugs = list(self.model.edition)
        return slugs[number % len(slugs)]

    def _given(self, slugs: Sequence[str], unit: str, number: int) -> dict[str, Response]:
        """Answers to some of these questions: two of three are right."""
        right, given = self.model.edition[unit].right, {}
        for place, slug in enumerate(sorted(slugs)):
            wanted = number // 4**place % 4
            if wanted:
                given[slug] = right[slug] if wanted > 1 else (0,)
        return given

    def _study(self, step: Step) -> None:
        """Learn what is missing, as somebody does who wants the certificate."""
        self.begin()
        unit = self.model.missing()
        lesson = self.model.edition.get(unit)
        if lesson is None:
            return
        if lesson.counts:
            verb = self._hand_in if self.model.open_try(unit) else self._start
            verb(replace(step, two=_ALL_RIGHT))
        elif lesson.right:
            self._press(unit, dict(lesson.right))
        else:
            self._be_done(unit)

    def _open(self, step: Step) -> None:
        unit = self._unit(self._any(step.one))
        domain.open_unit(self.session, self.who, unit, now=self.now, locale="en")

    def _reach(self, step: Step) -> None:
        unit = self._unit(self._any(step.one))
        domain.reach_block(self.session, self.who, unit, 1 + step.two % 2, now=self.now)

    def _answer(self, step: Step) -> None:
        unit = self._any(step.one)
        given = self._given(list(self.model.edition[unit].right), unit, step.two)
        if not given:
            return
        self._press(unit, given, "the same press" if step.one % 5 == 0 else "")

    def _press(self, unit: str, given: Mapping[str, Response], key: str = "") -> None:
        here, press = self._unit(unit), key or f"press {self.steps}"
        self._agree(
            self.model.answer(unit, given),
            lambda: domain.answer(self.session, self.who, here, given, key=press, now=self.now),
        )

    def _complete(self, step: Step) -> None:
        self._be_done(self._any(step.one))

    def _be_done(self, unit: str) -> None:
        here = self._unit(unit)
        self._agree(
            self.model.complete(unit),
            lambda: domain.complete(self.session, self.who, here, now=self.now),
        )

    def _exam(self) -> tuple[str, int, int]:
        """The unit with the quiz that may count, and the number of its latest attempt."""
        self.begin()
        return "exam", self._unit("exam"), len(self.model.tries.get("exam", []))

    def _start(self, _step: Step) -> None:
        unit, here, latest = self._exam()
        begun: list[QuizAttempt] = []

        def start() -> None:
            begun.append(quiz.start_attempt(self.session, self.who, here, latest + 1, now=self.now))

        if self._agree(self.model.may_start(unit, self.now), start):
            self.model.start(unit, self._drawn(unit, begun[0]), self.now)

    def _drawn(self, unit: str, attempt: QuizAttempt) -> list[str]:
        slugs = select(Question.slug).where(Question.id.in_(attempt.drawn))
        drawn = list(self.session.scalars(slugs))
        if len(drawn) != self.model.edition[unit].quiz.draw:
            self.faults.append(f"step {self.steps} drew {drawn}")
        return drawn

    def _save(self, step: Step) -> None:
        unit, here, latest = self._exam()
        attempt = self.model.open_try(unit)
        given = self._given(sorted(attempt.drawn) if attempt else ["red"], unit, step.two)
        self._agree(
            self.model.save(unit, given, self.now),
            lambda: quiz.save(self.session, self.who, here, latest, given, now=self.now),
        )

    def _hand_in(self, step: Step) -> None:
        unit, here, latest = self._exam()
        attempt = self.model.open_try(unit)
        given = self._given(sorted(attempt.drawn) if attempt else [], unit, step.two)
        self.model.save(unit, given, self.now)
        self.model.close(unit, self.now)
        self._agree(
            latest > 0,
            lambda: quiz.hand_in(self.session, self.who, here, latest, given, now=self.now),
        )

    def _look(self, _step: Step) -> None:
        """The course page: what is overdue is handed in."""
        version = self.begin().course_version_id
        self.model.settle(self.now)
        quiz.settle_all(self.session, self.who, version, now=self.now)

    def _allow(self, step: Step) -> None:
        self.begin()
        factor, extra = 1 + step.one % 3, step.two % 3
        self.model.allow(factor, extra, self.now)
        allowances.allow(
            self.session, make.EDITOR, self.who.id, self.stage.course_id,
            allowances.More(factor, extra), now=self.now,
        )  # fmt: skip

    def _watch(self, step: Step) -> None:
        """Seconds played; a report told again under its key adds nothing, whatever it says."""
        self.begin()
        if "film" not in self.model.edition:
            return
        first = step.one % 24 - 2
        spans, key = ((first, first + step.two % 9),), f"report {step.two % 40}"
        report = Report(FILM_BLOCK, spans, first)
        self.model.watch(spans, key)
        film = self._unit("film")
        domain.watch(self.session, self.who, film, report, key=key, now=self.now)

    def _reflect(self, step: Step) -> None:
        self.begin()
        if "film" not in self.model.edition:
            return
        self.model.thought = f"생각 {step.one}" if step.two % 4 else ""
        film, words = self._unit("film"), self.model.thought
        domain.reflect(self.session, self.who, film, "think", words, now=self.now)

    def _hint(self, _step: Step) -> None:
        two = self._unit("two")
        expected = self.model.hint(_HINTS)
        told = domain.tell_hint(self.session, self.who, two, "first", now=self.now)
        if told != expected:
            self.faults.append(f"step {self.steps} told {told} hints")

    def _happen(self, step: Step) -> None:
        chance = step.chance
        read = self.model.taken or self.model.published[-1]
        versions = (read, read, read, *self.model.published, chance.choice(list(VERSIONS)))
        for number in range(chance.randint(1, 6)):
            key = f"device-{self.steps}-{number}"
            self.waiting.append(happened(chance, key, self.now, chance.choice(versions)))

    def _tell(self, step: Step) -> None:
        parcel, self.waiting = self.waiting, []
        step.chance.shuffle(parcel)
        self.told += parcel
        self.take(parcel)

    def _tell_again(self, step: Step) -> None:
        if self.told:
            self.take(step.chance.choices(self.told, k=1 + step.one % 5))

    def take(self, parcel: Sequence[Told]) -> None:
        """Let a parcel of a device arrive; without an enrolment, this is the taking over."""
        if parcel:
            self.model.tell(_fact(each) for each in parcel)
        domain.take_in(self.session, self.who, parcel, locale="ko", now=self.now)

    def _review(self, step: Step) -> None:
        """A question that is due is asked again."""
        for item in review_day(self.who.id, self.now, self.session).due[:1]:
            response = (step.one % 3,)
            self.model.review(item.unit_slug, item.question_slug, response)
            reviews.answer_review(
                self.session, self.who, item.question_id, response,
                key=f"review {self.steps}", now=self.now,
            )  # fmt: skip

    def _join(self, _step: Step) -> None:
        cohort = self.session.get_one(Cohort, self.stage.cohort_id)
        self.model.begin()
        self.joined = True
        runs.join(self.session, cohort, self.who, self.now)

    def _leave(self, _step: Step) -> None:
        expected, self.joined = self.joined, False
        cohort = self.stage.cohort_id
        self._agree(expected, lambda: membership.leave_cohort(self.session, self.who, cohort))

    def _publish(self, step: Step) -> None:
        published = self.model.published
        newest = VERSIONS[published[-1]]
        drafts = [
            number for number, each in VERSIONS.items()
            if number not in published and each is not newest
        ]  # fmt: skip
        if drafts and step.one % 2:
            number = drafts[step.two % len(drafts)]
            self._move(published[-1], VersionState.SUPERSEDED)
            self._move(number, VersionState.PUBLISHED)
            published.append(number)

    def _move(self, number: int, state: VersionState) -> None:
        version = self.session.get_one(CourseVersion, self.stage.versions[number])
        publishing.move(self.session, make.EDITOR, version, state, self.now)

    def _switch(self, _step: Step) -> None:
        self.begin()
        self.model.switch(self.now)
        domain.switch(self.session, self.who, self.stage.course_id, now=self.now)

    def _standing(self) -> str:
        """The number of the certificate that was not replaced."""
        held = select(Certificate.number).where(
            Certificate.account_id == self.who.id, Certificate.state != "replaced"
        )
        return self.session.scalar(held) or ""

    def _revoke(self, step: Step) -> None:
        number = self._standing()
        if number and step.one % 2:
            expected = self.model.standing == "issued"
            self.model.standing = "revoked"
            because = make.text("잘못 발급했습니다.", "Issued in error.")
            self._agree(
                expected,
                lambda: domain.revoke(self.session, make.EDITOR, number, because, now=self.now),
            )

    def _issue_again(self, step: Step) -> None:
        number = self._standing()
        if number and step.one % 2:
            self.model.numbers, self.model.standing = self.model.numbers + 1, "issued"
            domain.issue_again(self.session, make.EDITOR, number, "김한별", now=self.now)

    def _job(self, _step: Step) -> None:
        """The hourly job finds nothing that is owed."""
        domain.certify_the_rest(self.session, self.now)


def _fact(told: Told) -> Fact:
    return Fact(told.key, told.kind.value, told.unit, told.version, told.question, told.response)


_KINDS = (
    EventKind.OPENED, EventKind.BLOCK_REACHED, EventKind.COMPLETED, *[EventKind.ANSWERED] * 5
)  # fmt: skip
_ASKED: Mapping[str, Sequence[str]] = {
    "two": ("first", "first", "second", "no-such"),
    "three": ("third", "red"),
    "exam": ("red", "blue"),
}
_UNITS = ("one", "two", "two", "two", "three", "three", "film", "exam", "new", "nowhere")
_RESPONSES: Sequence[Response] = ((0,), (1,), (1,), (2,), (0, 2))


def happened(chance: Any, key: str, now: datetime, version: int) -> Told:
    """Something that a device would tell, its clock right or wrong."""
    kind, unit = chance.choice(_KINDS), chance.choice(_UNITS)
    question, response = "", Response()
    if kind is EventKind.ANSWERED:
        question = chance.choice(_ASKED.get(unit, ("no-such",)))
        response = chance.choice(_RESPONSES)
    wrong = timedelta(days=chance.choice((0, 0, 0, -900, 900)), seconds=chance.randrange(86_400))
    block = chance.randint(1, 3) if kind is EventKind.BLOCK_REACHED else 0
    return Told(key, kind, COURSE, MODULE, unit, version, now - wrong, block, question, response)
