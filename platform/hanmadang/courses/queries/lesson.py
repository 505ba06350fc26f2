"""The lesson page: the hottest of the room, four small statements of ready-made parts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.courses import attempts, grading
from hanmadang.courses.grading import AnswerError
from hanmadang.courses.models import BlockKind, UnitState, VersionState
from hanmadang.courses.queries import lesson_statements as statements
from hanmadang.courses.queries.attempts import AttemptRow, QuizStanding, quiz_standing
from hanmadang.courses.queries.hints import hints_told
from hanmadang.courses.queries.parts import BlockView, block_view
from hanmadang.courses.queries.questions import QuestionView, texts_of
from hanmadang.courses.queries.rows import AnyRow
from hanmadang.courses.specs import QuizSpec
from hanmadang.kernel import clock
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
class Lesson:
    """A unit as one viewer reads it."""

    course_id: int
    course_slug: str
    course_title: Bilingual
    superseded: bool
    """Whether the viewer reads an earlier version than the published one."""
    version_number: int
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
    certificate: str
    """The number of the viewer's certificate in this course; empty until it is earned."""
    blocks: tuple[BlockView, ...]
    sources: tuple[SourceView, ...]
    questions: tuple[QuestionView, ...]
    """Of a quiz that counts, those of the latest attempt."""
    quiz: QuizSpec
    standing: QuizStanding | None
    """How the reader stands with a quiz that counts; None for others, and for visitors."""

    @property
    def counted(self) -> bool:
        """Whether the quiz is taken in attempts."""
        return attempts.counts(self.quiz)

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
        """The questions that stand between the paragraphs, by their slugs.

        A quiz that counts is handed in as a whole: all its questions stand at the end.
        """
        if self.counted:
            return {}
        placed = {block.name for block in self.blocks if block.kind == BlockKind.QUESTION.value}
        return {each.slug: each for each in self.questions if each.slug in placed}

    @property
    def asked_at_end(self) -> tuple[QuestionView, ...]:
        """The other questions, in their order."""
        placed = self.asked_in_place
        return tuple(each for each in self.questions if each.slug not in placed)

    def asked_from(self, anchor: str) -> tuple[QuestionView, ...]:
        """The questions of the form that is sent from that place on the page."""
        if self.counted:
            return self.questions
        named = next((b.name for b in self.blocks if f"block-{b.position}" == anchor), "")
        here = self.asked_in_place.get(named)
        return (here,) if here else self.asked_at_end

    @property
    def plays(self) -> bool:
        """Whether something is played on this page."""
        return any(block.seconds for block in self.blocks)

    @property
    def reflects(self) -> bool:
        """Whether the page asks for the reader's own words."""
        return any(block.kind == BlockKind.REFLECTION.value for block in self.blocks)

    @property
    def errors(self) -> list[tuple[QuestionView, AnswerError]]:
        """What was refused, question by question."""
        return [(each, each.error) for each in self.questions if each.error is not None]

    def filled(self, sent: "Filled") -> "Lesson":
        """The same page with what a form held, for a reader whose answers are not kept."""
        return replace(self, questions=tuple(sent.into(each) for each in self.questions))


@dataclass(frozen=True, slots=True)
class Filled:
    """What a form held: responses to judge, texts to keep, hints told, and what was refused."""

    responses: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    typed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    told: Mapping[str, int] = field(default_factory=dict)
    errors: Mapping[str, AnswerError] = field(default_factory=dict)

    def into(self, question: QuestionView) -> QuestionView:
        """The question with its share of the form."""
        return replace(
            question,
            response=self.responses.get(question.slug, question.response),
            typed=self.typed.get(question.slug, question.typed),
            told=max(question.told, self.told.get(question.slug, 0)),
            error=self.errors.get(question.slug),
        )


def lesson(  # noqa: PLR0913, PLR0917  (an address, and who reads it in which language)
    viewer: Viewer, course: str, module: str, unit: str, language: str, reader: str = ""
) -> Lesson:
    """The unit at that address in the version this viewer reads; four statements, and for a
    quiz that counts three more.

    `reader` names the device of somebody without account, for whom things are shuffled.
    Raises NotFoundError.
    """
    session, account = db.session(), viewer.account_id or 0
    asked = {"course": course, "module": module, "unit": unit, "account": account}
    rows = read(session, statements.PLACES, **asked).all()
    here = next((row for row in rows if row.unit_id == row.here_id), None)
    if here is None:
        raise NotFoundError(course, module, unit)
    quiz = attempts.policy_of(json.loads(here.quiz))
    standing = _standing(session, viewer, here, quiz)
    beside = {row.position: Neighbour(row.module_slug, row.slug, row.title) for row in rows}
    return Lesson(
        course_id=here.course_id,
        course_slug=course,
        course_title=here.course_title,
        superseded=here.version_state == VersionState.SUPERSEDED.value,
        version_number=here.version_number,
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
        certificate=here.certificate or "",
        blocks=_blocks(
            session,
            language,
            account=account,
            unit_id=here.unit_id,
            course_id=here.course_id,
            place=f"{module}/{unit}",
        ),
        sources=_sources(session, here.unit_id),
        questions=_questions(session, here, account, reader, quiz, standing),
        quiz=quiz,
        standing=standing,
    )


def _blocks(session: Session, language: str, **asked: Any) -> tuple[BlockView, ...]:
    return tuple(block_view(*row) for row in read(session, statements.BLOCKS[language], **asked))


def _sources(session: Session, unit_id: int) -> tuple[SourceView, ...]:
    return tuple(SourceView(*row) for row in read(session, statements.SOURCES, unit_id=unit_id))


def _standing(
    session: Session, viewer: Viewer, here: AnyRow, quiz: QuizSpec
) -> QuizStanding | None:
    if viewer.account_id is None or not attempts.counts(quiz):
        return None
    return quiz_standing(
        session, viewer.account_id, here.course_id, here.unit_id, quiz, here.question_count,
        clock.now(),
    )  # fmt: skip


def _questions(  # noqa: PLR0913, PLR0917  (a unit, a reader, and how the reader stands)
    session: Session,
    here: AnyRow,
    account: int,
    reader: str,
    quiz: QuizSpec,
    standing: QuizStanding | None,
) -> tuple[QuestionView, ...]:
    shown = standing.shown if standing else None
    if attempts.counts(quiz) and shown is None:
        return ()
    rows = read(session, statements.QUESTIONS, unit_id=here.unit_id, account=account)
    questions = {row[0]: _question(row, f"{row[0]}:{account or reader}") for row in rows}
    if shown is not None:
        return tuple(_tried(questions[id_], shown) for id_ in shown.drawn)
    if account and any(question.hints for question in questions.values()):
        told = hints_told(session, account, here.unit_id)
        return tuple(replace(each, told=told.get(each.slug, 0)) for each in questions.values())
    return tuple(questions.values())


def _question(row: AnyRow, seed: str) -> QuestionView:
    id_, slug, kind, text, explanation, body, hints, response, right_at = row
    return QuestionView(
        id_, slug, kind, text, explanation, grading.body_of(kind, body), texts_of(hints),
        response or (), right_at is not None, seed,
    )  # fmt: skip


def _tried(question: QuestionView, attempt: AttemptRow) -> QuestionView:
    """The question as it stands in an attempt."""
    return replace(
        question,
        response=attempt.saved.get(str(question.id), ()),
        seed=f"{attempt.seed}:{question.id}",
        judged=not attempt.is_open,
        hints=(),
        mixed=True,
    )
