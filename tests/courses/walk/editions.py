"""Three versions of one course, each as its authors write it and as the model sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.courses.domain import publishing
from hanmadang.courses.models import Course, QuestionKind
from hanmadang.courses.specs import (
    PRACTICE,
    BlockSpec,
    ChoiceBody,
    CourseSpec,
    QuestionSpec,
    QuizSpec,
    ReflectionBlock,
    VideoBlock,
)
from tests.factories import courses as make
from tests.factories import runs

FILM, SECONDS = "0123456789abcdef0123456789abcdef.mp4", 20
FILM_BLOCK = 2
Response = tuple[int, ...]


@dataclass(frozen=True)
class Lesson:
    """What a unit asks: ``{question: its right answer}``, and how."""

    right: Mapping[str, Response] = field(default_factory=dict)
    quiz: QuizSpec = PRACTICE

    @property
    def counts(self) -> bool:
        """Whether its quiz is taken in attempts."""
        return self.quiz != PRACTICE

    @property
    def wanted(self) -> int:
        """How many of its questions must have been right."""
        if self.quiz.pass_share is not None:
            return 0
        return self.quiz.draw or len(self.right)


Edition = Mapping[str, Lesson]
"""{unit: what it asks}."""
_POOL: Mapping[str, Response] = {"red": (1,), "green": (1,), "blue": (1,)}
_TWO: Mapping[str, Response] = {"first": (1,), "second": (0, 2)}
_LIMITED = QuizSpec(attempts=3, cooldown_minutes=30, time_limit_minutes=20, draw=2, pass_share=0.6)
EDITIONS: tuple[Edition, ...] = (
    {
        "one": Lesson(),
        "two": Lesson(_TWO),
        "film": Lesson(),
        "exam": Lesson(_POOL, _LIMITED),
        "three": Lesson({"third": (1,)}),
    },
    {
        "film": Lesson(),
        "two": Lesson({"first": (1,), "second": (1,)}),
        "exam": Lesson(_POOL, QuizSpec(draw=2)),
        "one": Lesson(),
    },
    {
        "new": Lesson(),
        "two": Lesson({"first": (2,)}),
        "exam": Lesson(_POOL),
        "three": Lesson({"third": (1,), "red": (1,)}),
    },
)


VERSIONS: Mapping[int, Edition] = {
    1: EDITIONS[0], 2: EDITIONS[1], 3: EDITIONS[2], 4: EDITIONS[0], 5: EDITIONS[1]
}  # fmt: skip
"""By their numbers: the first is published, the others are drafts that a walk may publish."""


@dataclass(frozen=True)
class Stage:
    """Where walks take place."""

    course_id: int
    cohort_id: int
    versions: Mapping[int, int]
    """{number: id}."""


def built(session: Session) -> Stage:
    """The course, its drafts, and a cohort of people who take it at their own pace."""
    first = make.publish(session, written(VERSIONS[1]))
    course = session.get_one(Course, first.course_id)
    drafts = {
        number: publishing.write_version(session, course, written(edition)).id
        for number, edition in VERSIONS.items()
        if number > 1
    }
    cohort = runs.make_cohort(session, course.id)
    return Stage(course.id, cohort.id, {1: first.id, **drafts})


def same_question(one: Lesson, other: Lesson, slug: str) -> bool:
    """Whether a question reads the same in both."""
    return one.right.get(slug) is not None and one.right[slug] == other.right.get(slug)


def written(edition: Edition) -> CourseSpec:
    """The version as a course file would hold it."""
    return make.course(*(_unit(slug, lesson) for slug, lesson in edition.items()))


def _unit(slug: str, lesson: Lesson) -> Any:
    questions = [_question(each, right) for each, right in lesson.right.items()]
    shown: list[BlockSpec] = [make.paragraph(), _film(), _thought()]
    blocks = shown if slug == "film" else None
    return make.unit(slug, questions, blocks, quiz=lesson.quiz)


def _question(slug: str, right: Response) -> QuestionSpec:
    """Three options; several of them are right where more than one is."""
    body = ChoiceBody(tuple(make.option(f"{n}", correct=n in right) for n in range(3)))
    kind = QuestionKind.SEVERAL if len(right) > 1 else QuestionKind.ONE
    hints = (make.text("힌트 하나", "Hint one"), make.text("힌트 둘", "Hint two"))
    return make.question(slug, kind=kind, body=body, hints=hints)


def _film() -> VideoBlock:
    return VideoBlock(
        title=make.text("영상", "A film"),
        media=FILM,
        seconds=SECONDS,
        transcript=make.text("말한 내용", "What is said"),
    )


def _thought() -> ReflectionBlock:
    return ReflectionBlock("think", make.text("어떻게 생각하나요?", "What do you think?"))
