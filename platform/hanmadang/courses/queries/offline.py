"""A whole version, to be carried away: every unit with its parts, in six statements."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from hanmadang.courses import grading
from hanmadang.courses.models import (
    Block,
    BlockKind,
    Course,
    CourseVersion,
    Enrolment,
    Module,
    Question,
    Source,
    Unit,
)
from hanmadang.courses.queries.lesson import SourceView
from hanmadang.courses.queries.questions import QuestionView, texts_of
from hanmadang.courses.rules import enrolled, is_counted, visible_to
from hanmadang.courses.specs import SpotsBody
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer

_LIVING = frozenset({BlockKind.REFLECTION, BlockKind.EVENT, BlockKind.POLL})


@dataclass(frozen=True, slots=True)
class PackBlock:
    """A part of a unit."""

    position: int
    kind: str
    html: Mapping[str, str]
    """By language."""

    @property
    def is_living(self) -> bool:
        """Whether the house adds something to it that no pack can hold."""
        return self.kind in _LIVING


@dataclass(frozen=True, slots=True)
class PackUnit:
    """A unit as a pack shows it."""

    module_slug: str
    module_title: Bilingual
    slug: str
    title: Bilingual
    position: int
    minutes: Mapping[str, int]
    perspective: Bilingual | None
    blocks: Sequence[PackBlock]
    sources: Sequence[SourceView]
    questions: Sequence[QuestionView]
    limited: bool
    """Whether its quiz has limits and is answered online."""

    @property
    def file(self) -> str:
        """The name of its page."""
        return f"{self.position:02d}-{self.slug}.html"

    @property
    def pictures(self) -> list[str]:
        """The pictures that its questions ask about."""
        bodies = (question.body for question in self.questions)
        return [body.picture for body in bodies if isinstance(body, SpotsBody)]


@dataclass(frozen=True, slots=True)
class PackContent:
    """Everything that a pack is made of."""

    version_id: int
    slug: str
    title: Bilingual
    summary: Bilingual
    number: int
    content_hash: str
    units: Sequence[PackUnit]


@dataclass(frozen=True, slots=True)
class PackHead:
    """Which version somebody would carry away."""

    version_id: int
    slug: str
    title: Bilingual
    summary: Bilingual
    number: int
    content_hash: str


def pack_head(viewer: Viewer, course: str) -> PackHead:
    """The version of the course that this viewer reads. Raises NotFoundError."""
    row = db.session.execute(
        select(
            CourseVersion.id, Course.slug, Course.title, Course.summary, CourseVersion.number,
            CourseVersion.content_hash,
        )
        .join(Course, Course.id == CourseVersion.course_id)
        .outerjoin(Enrolment, enrolled(viewer))
        .where(Course.slug == course, visible_to(viewer))
    ).first()  # fmt: skip
    if row is None:
        raise NotFoundError(course)
    return PackHead(*row)


def pack_content(head: PackHead) -> PackContent:
    """All of that version; four statements."""
    units = db.session.execute(
        select(Module.slug, Module.title, Unit)
        .join(Unit, Unit.module_id == Module.id)
        .where(Unit.version_id == head.version_id)
        .order_by(Unit.position)
    ).all()
    blocks = _grouped(Block, head.version_id)
    sources = _grouped(Source, head.version_id)
    questions = _grouped(Question, head.version_id)
    made = [
        PackUnit(
            module, title, unit.slug, unit.title, unit.position,
            {"ko": unit.minutes_ko, "en": unit.minutes_en}, unit.perspective,
            [PackBlock(each.position, each.kind, each.html) for each in blocks.get(unit.id, ())],
            [_source(each) for each in sources.get(unit.id, ())],
            [_question(each) for each in questions.get(unit.id, ())],
            is_counted(unit.quiz),
        )
        for module, title, unit in units
    ]  # fmt: skip
    return PackContent(
        head.version_id, head.slug, head.title, head.summary, head.number, head.content_hash, made
    )


def places(units: Iterable[int]) -> list[tuple[str, str, str, Bilingual]]:
    """(course, module, unit, title) of these units, in reading order."""
    rows = db.session.execute(
        select(Course.slug, Module.slug, Unit.slug, Unit.title)
        .select_from(Unit)
        .join(Module, Module.id == Unit.module_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(Unit.id.in_(set(units)))
        .order_by(Course.position, Course.id, Unit.position)
    )
    return [(course, module, unit, title) for course, module, unit, title in rows]


def _grouped(table: Any, version_id: int) -> Mapping[int, Iterable[Any]]:
    found: dict[int, list[Any]] = {}
    rows = db.session.scalars(
        select(table)
        .join(Unit, Unit.id == table.unit_id)
        .where(Unit.version_id == version_id)
        .order_by(table.unit_id, table.position)
    )
    for row in rows:
        found.setdefault(row.unit_id, []).append(row)
    return found


def _source(row: Source) -> SourceView:
    return SourceView(row.title, row.publisher, row.year, row.url)


def _question(row: Question) -> QuestionView:
    body = grading.body_stored(row.kind, row.body)
    return QuestionView(
        row.id, row.slug, row.kind, row.text, row.explanation, body, texts_of(row.hints), (),
        kept_right=False, seed=row.slug,
    )  # fmt: skip
