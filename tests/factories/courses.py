"""Courses for tests: small, bilingual, every field can be given."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.blocks.files import media_of, pictures_of
from hanmadang.courses.models import Course, CourseVersion, QuestionKind, Unit
from hanmadang.courses.specs import (
    BlockSpec,
    ChoiceBody,
    CourseSpec,
    ModuleSpec,
    OptionSpec,
    QuestionSpec,
    SourceSpec,
    Teaching,
    TextBlock,
    UnitSpec,
)
from hanmadang.kernel import media
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.kernel.pictures import Picture
from hanmadang.kernel.vocabulary import Competency, Topic

PUBLISHED_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
EDITOR = Viewer(account_id=1, roles=frozenset({Role.ORGANIZER}))


def text(korean: str, english: str) -> Bilingual:
    """A reviewed text in both languages."""
    return Bilingual.of(ko=korean, en=english)


def make_words(session: Session, *codes: str) -> None:
    """One topic, ``history``, and the competencies named."""
    if session.get(Topic, "history") is None:
        session.add(Topic(code="history", position=1, name=text("역사", "History")))
        session.flush()
    for code in codes or ("armistice", "families"):
        if session.get(Competency, code) is None:
            name = text(f"{code}의 뜻", f"The meaning of {code}")
            session.add(Competency(code=code, topic_code="history", name=name))
    session.flush()


def option(name: str, *, correct: bool) -> OptionSpec:
    """An option that says in its feedback which one it is."""
    return OptionSpec(
        text(f"보기 {name}", f"Option {name}"), correct, text(f"피드백 {name}", f"Feedback {name}")
    )


def question(slug: str = "first", **fields: Any) -> QuestionSpec:
    """A question of three options: the second is right."""
    usual: dict[str, Any] = {
        "slug": slug,
        "kind": QuestionKind.ONE,
        "competency": "armistice",
        "text": text(f"문제 {slug}?", f"Question {slug}?"),
        "explanation": text(f"해설 {slug}", f"Explanation {slug}"),
        "body": ChoiceBody(
            (option("A", correct=False), option("B", correct=True), option("C", correct=False))
        ),
    }
    return QuestionSpec(**usual | fields)


def several(slug: str = "several") -> QuestionSpec:
    """A question whose first and third options are right."""
    options = (option("A", correct=True), option("B", correct=False), option("C", correct=True))
    return question(slug, kind=QuestionKind.SEVERAL, body=ChoiceBody(options))


def paragraph(name: str = "one") -> TextBlock:
    """A block of one paragraph."""
    return TextBlock(text(f"{name} 문단입니다.", f"This is paragraph {name}."))


def unit(
    slug: str = "one",
    questions: Sequence[QuestionSpec] = (),
    blocks: Sequence[BlockSpec] | None = None,
    **fields: Any,
) -> UnitSpec:
    """A unit of two paragraphs that teaches the armistice."""
    usual: dict[str, Any] = {
        "slug": slug,
        "title": text(f"{slug} 단원", f"Unit {slug}"),
        "minutes_ko": 5,
        "minutes_en": 7,
        "topics": ("history",),
        "teaches": (Teaching("armistice", 0.5),),
        "blocks": tuple(blocks or (paragraph("first"), paragraph("second"))),
        "sources": (SourceSpec(text("자료", "A source"), text("기관", "A body"), 2020),),
        "questions": tuple(questions),
    }
    return UnitSpec(**usual | fields)


def course(*units: UnitSpec, slug: str = "division", **fields: Any) -> CourseSpec:
    """A course of one module, ``start``, with the units given (one unit by default)."""
    title, summary = text("첫 모듈", "The first module"), text("모듈 요약", "About it")
    module = ModuleSpec("start", title, summary, units or (unit(),))
    return replace(
        CourseSpec(
            slug=slug,
            position=1,
            title=text("분단과 정전", "Division and armistice"),
            summary=text("요약입니다.", "A summary."),
            audience=text("누구나", "Anyone"),
            modules=(module,),
        ),
        **fields,
    )


def publish(session: Session, spec: CourseSpec | None = None, **fields: Any) -> CourseVersion:
    """Publish the course with the vocabulary it needs."""
    make_words(session)
    store_files(session, spec or course())
    return domain.publish_course(session, EDITOR, spec or course(), PUBLISHED_AT, **fields)


def store_files(session: Session, spec: CourseSpec) -> None:
    """Something under each name that the course's blocks show."""
    blocks = [block for each in spec.units() for block in each.blocks]
    for name in pictures_of(blocks):
        if session.get(Picture, name) is None:
            session.add(Picture(name=name, width=640, height=360, content=b"a picture"))
    for name in media_of(blocks):
        media.keep(session, media.Ready(name, media.KINDS["mp4"], b"a film of eighteen"))
    session.flush()


def unit_ids(session: Session, version: CourseVersion) -> list[int]:
    """The version's units in reading order."""
    of_version = select(Unit.id).where(Unit.version_id == version.id).order_by(Unit.position)
    return list(session.scalars(of_version))


def course_of(session: Session, slug: str = "division") -> Course:
    """The course with that slug."""
    return session.scalars(select(Course).where(Course.slug == slug)).one()
