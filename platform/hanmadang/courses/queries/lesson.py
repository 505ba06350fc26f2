"""The lesson page: the hottest of the room, four small statements of ready-made parts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.courses import grading
from hanmadang.courses.models import BlockKind, UnitState, VersionState
from hanmadang.courses.queries import lesson_statements as statements
from hanmadang.courses.queries.parts import BlockView, block_view
from hanmadang.courses.queries.rows import AnyRow
from hanmadang.courses.specs import Body, ChoiceBody
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db, read
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The unit before or after this one."""

    module_slug: str
    unit_slug: str
    title: Bilingual


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source named below the lesson."""

    title: Bilingual
    publisher: Bilingual
    year: int
    url: str


@dataclass(frozen=True, slots=True)
class OptionView:
    """A possible answer."""

    index: int
    label: Bilingual
    correct: bool
    feedback: Bilingual | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question, with what the reader answered last."""

    slug: str
    kind: str
    text: Bilingual
    explanation: Bilingual | None
    body: Body
    response: Sequence[Any]
    kept_right: bool
    """Whether it was answered right once, perhaps in an earlier version."""

    @property
    def answered(self) -> bool:
        """Whether there is something to judge."""
        return bool(self.response)

    @property
    def right(self) -> bool:
        """Whether the response shown is right."""
        return grading.is_right(self.body, self.response)

    def shown_options(self) -> list[OptionView]:
        """The options as the page shows them."""
        assert isinstance(self.body, ChoiceBody)  # noqa: S101
        return [
            OptionView(index, option.label, option.correct, option.feedback, index in self.response)
            for index, option in enumerate(self.body.options)
        ]


@dataclass(frozen=True, slots=True)
class Lesson:
    """A unit as one viewer reads it."""

    course_id: int
    course_slug: str
    course_title: Bilingual
    superseded: bool
    """Whether the viewer reads an earlier version than the published one."""
    unit_count: int
    module_slug: str
    module_title: Bilingual
    unit_id: int
    slug: str
    title: Bilingual
    minutes: Mapping[str, int]
    perspective: Bilingual | None
    position: int
    question_count: int
    previous: Neighbour | None
    next: Neighbour | None
    enrolled: bool
    resumes_here: bool
    resume_locale: str
    """The language in which the viewer read the course last; empty without an enrolment."""
    state: UnitState
    last_block: int
    answered_count: int
    blocks: tuple[BlockView, ...]
    sources: tuple[SourceView, ...]
    questions: tuple[QuestionView, ...]

    @property
    def done(self) -> bool:
        """Whether this viewer is done with the unit."""
        return self.state is UnitState.DONE

    @property
    def started(self) -> bool:
        """Whether this viewer has opened the unit before."""
        return self.state is not UnitState.NOT_STARTED

    @property
    def checked(self) -> bool:
        """Whether the page shows any judgement."""
        return any(question.answered for question in self.questions)

    @property
    def shown_right(self) -> int:
        """How many questions are answered right on this page."""
        return sum(question.right for question in self.questions)

    @property
    def asked_in_place(self) -> Mapping[str, QuestionView]:
        """The questions that stand between the paragraphs, by their slugs."""
        placed = {block.name for block in self.blocks if block.kind == BlockKind.QUESTION.value}
        return {each.slug: each for each in self.questions if each.slug in placed}

    @property
    def asked_at_end(self) -> tuple[QuestionView, ...]:
        """The other questions, in their order."""
        placed = self.asked_in_place
        return tuple(each for each in self.questions if each.slug not in placed)

    @property
    def plays(self) -> bool:
        """Whether something is played on this page."""
        return any(block.seconds for block in self.blocks)

    @property
    def reflects(self) -> bool:
        """Whether the page asks for the reader's own words."""
        return any(block.kind == BlockKind.REFLECTION.value for block in self.blocks)

    def answering(self, given: Mapping[str, Sequence[Any]]) -> "Lesson":
        """The same page with these responses, for a reader whose answers are not kept."""
        questions = tuple(
            replace(question, response=given.get(question.slug, ())) for question in self.questions
        )
        return replace(self, questions=questions)


def lesson(viewer: Viewer, course: str, module: str, unit: str, language: str) -> Lesson:
    """The unit at that address in the version this viewer reads; four statements.

    Raises NotFoundError.
    """
    session, account = db.session(), viewer.account_id or 0
    asked = {"course": course, "module": module, "unit": unit, "account": account}
    rows = read(session, statements.PLACES, **asked).all()
    here = next((row for row in rows if row.unit_id == row.here_id), None)
    if here is None:
        raise NotFoundError(course, module, unit)
    beside = {row.position: Neighbour(row.module_slug, row.slug, row.title) for row in rows}
    return Lesson(
        course_id=here.course_id,
        course_slug=course,
        course_title=here.course_title,
        superseded=here.version_state == VersionState.SUPERSEDED.value,
        unit_count=here.unit_count,
        module_slug=module,
        module_title=here.module_title,
        unit_id=here.unit_id,
        slug=unit,
        title=here.title,
        minutes={"ko": here.minutes_ko, "en": here.minutes_en},
        perspective=here.perspective,
        position=here.position,
        question_count=here.question_count,
        previous=beside.get(here.position - 1),
        next=beside.get(here.position + 1),
        enrolled=here.resume_unit_id is not None,
        resumes_here=here.resume_unit_id == here.unit_id,
        resume_locale=here.resume_locale or "",
        state=UnitState(here.state or UnitState.NOT_STARTED),
        last_block=here.last_block or 1,
        answered_count=here.answered or 0,
        blocks=_blocks(
            session,
            language,
            account=account,
            unit_id=here.unit_id,
            course_id=here.course_id,
            place=f"{module}/{unit}",
        ),
        sources=_sources(session, here.unit_id),
        questions=_questions(session, here.unit_id, account),
    )


def _blocks(session: Session, language: str, **asked: Any) -> tuple[BlockView, ...]:
    return tuple(block_view(*row) for row in read(session, statements.BLOCKS[language], **asked))


def _sources(session: Session, unit_id: int) -> tuple[SourceView, ...]:
    return tuple(SourceView(*row) for row in read(session, statements.SOURCES, unit_id=unit_id))


def _questions(session: Session, unit_id: int, account: int) -> tuple[QuestionView, ...]:
    rows = read(session, statements.QUESTIONS, unit_id=unit_id, account=account)
    return tuple(_question(row) for row in rows)


def _question(row: AnyRow) -> QuestionView:
    slug, kind, text, explanation, body, response, right_at = row
    return QuestionView(
        slug, kind, text, explanation, grading.body_of(kind, body), response or (),
        right_at is not None,
    )  # fmt: skip
