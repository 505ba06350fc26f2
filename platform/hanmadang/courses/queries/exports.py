"""A published course as it leaves the house: its file, its pictures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    Block,
    Course,
    CourseVersion,
    Module,
    Question,
    Source,
    Unit,
    UnitCompetency,
    UnitNeed,
    UnitTopic,
    VersionState,
)
from hanmadang.courses.rules import can_publish
from hanmadang.courses.writing import File, write_text
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.pictures import Picture


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A course to be exported."""

    title: Bilingual
    slug: str
    course: File
    pictures: Mapping[str, bytes]


def exportable(session: Session, viewer: Viewer) -> list[Course]:
    """The courses with a published version that this viewer may publish."""
    found = session.scalars(
        select(Course)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(CourseVersion.state == VersionState.PUBLISHED.value)
        .order_by(Course.position, Course.id)
    )
    return [course for course in found if can_publish(viewer, course.institution_id)]


def outgoing(session: Session, viewer: Viewer, slug: str) -> Outgoing:
    """The published version of a course. Raises NotFoundError."""
    course = session.scalars(select(Course).where(Course.slug == slug)).first()
    if course is None or not can_publish(viewer, course.institution_id):
        raise NotFoundError
    version = session.scalars(
        select(CourseVersion).where(
            CourseVersion.course_id == course.id,
            CourseVersion.state == VersionState.PUBLISHED.value,
        )
    ).first()
    if version is None:
        raise NotFoundError
    file = _course(session, course, version.id)
    return Outgoing(course.title, course.slug, file, _pictures(session, file))


def _course(session: Session, course: Course, version_id: int) -> File:
    units = defaultdict(list)
    for module_id, unit in _units(session, version_id):
        units[module_id].append(unit)
    modules = session.scalars(
        select(Module).where(Module.version_id == version_id).order_by(Module.position)
    )
    return {
        "slug": course.slug,
        "position": course.position,
        **_texts(course, "title", "summary", "audience"),
        "modules": [
            {"slug": each.slug, **_texts(each, "title", "summary"), "units": units[each.id]}
            for each in modules
        ],
    }


def _units(session: Session, version_id: int) -> Iterable[tuple[int, File]]:
    units = session.scalars(
        select(Unit).where(Unit.version_id == version_id).order_by(Unit.position)
    ).all()
    blocks = _below(session, version_id, Block, Block.position)
    questions = _below(session, version_id, Question, Question.position)
    sources = _below(session, version_id, Source, Source.position)
    topics = _below(session, version_id, UnitTopic, UnitTopic.topic_code)
    needs = _below(session, version_id, UnitNeed, UnitNeed.competency_code)
    teaches = _below(session, version_id, UnitCompetency, UnitCompetency.competency_code)
    for unit in units:
        lists: File = {
            "topics": [row.topic_code for row in topics[unit.id]],
            "teaches": [_teaching(row) for row in teaches[unit.id]],
            "needs": [row.competency_code for row in needs[unit.id]],
            "blocks": [row.content for row in blocks[unit.id]],
            "sources": [_source(row) for row in sources[unit.id]],
            "questions": [_question(row) for row in questions[unit.id]],
            "quiz": unit.quiz,
        }
        said = {name: value for name, value in lists.items() if value}
        minutes = {"ko": unit.minutes_ko, "en": unit.minutes_en}
        head = {"slug": unit.slug, **_texts(unit, "title", "perspective"), "minutes": minutes}
        yield unit.module_id, head | said


def _below(session: Session, version_id: int, table: Any, order: Any) -> Mapping[int, list[Any]]:
    """Rows of all units of a version, by unit."""
    found: dict[int, list[Any]] = defaultdict(list)
    of = select(Unit.id).where(Unit.version_id == version_id)
    for row in session.scalars(select(table).where(table.unit_id.in_(of)).order_by(order)):
        found[row.unit_id].append(row)
    return found


def _teaching(row: UnitCompetency) -> File:
    return {"competency": row.competency_code, "strength": row.strength}


def _source(row: Source) -> File:
    said = {**_texts(row, "title", "publisher"), "year": row.year}
    return said | ({"url": row.url} if row.url else {})


def _question(row: Question) -> File:
    said = {
        "slug": row.slug,
        "kind": row.kind,
        "competency": row.competency_code,
        **_texts(row, "text", "explanation"),
    }
    return said | row.body | ({"hints": row.hints} if row.hints else {})


def _texts(row: Any, *names: str) -> File:
    said: Mapping[str, Bilingual | None] = {name: getattr(row, name) for name in names}
    return {name: write_text(text) for name, text in said.items() if text}


def _pictures(session: Session, course: File) -> Mapping[str, bytes]:
    names = {
        part["picture"]
        for module in course["modules"]
        for unit in module["units"]
        for part in (*unit["blocks"], *unit.get("questions", ()))
        if "picture" in part
    }
    rows = session.scalars(select(Picture).where(Picture.name.in_(names))) if names else ()
    return {row.name: row.content for row in rows}
