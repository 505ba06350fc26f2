"""The file of a version: what was hashed and signed, or, of older versions, what its rows say."""

from collections.abc import Iterable, Mapping
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
    VersionDocument,
)
from hanmadang.courses.writing import write_text
from hanmadang.kernel.bilingual import Bilingual

File = dict[str, Any]


def document_of(session: Session, version: CourseVersion) -> File:
    """The version as a course file."""
    stored = session.get(VersionDocument, version.id)
    return rows_file(session, version) if stored is None else stored.content


def rows_file(session: Session, version: CourseVersion) -> File:
    """What the version's rows say, topics and needs in the order of their codes."""
    course = session.get_one(Course, version.course_id)
    parts = _parts(session, version.id)
    units: dict[int, list[File]] = {}
    for unit in parts["units"]:
        units.setdefault(unit.module_id, []).append(_unit(unit, parts))
    modules = session.scalars(
        select(Module).where(Module.version_id == version.id).order_by(Module.position)
    )
    return {
        "slug": course.slug,
        "position": course.position,
        **_texts(course, "title", "summary", "audience"),
        "modules": [
            {"slug": each.slug, **_texts(each, "title", "summary"), "units": units.get(each.id, [])}
            for each in modules
        ],
    }


def _parts(session: Session, version_id: int) -> dict[str, Any]:
    """Everything below the units, by unit; one statement each."""
    of = select(Unit.id).where(Unit.version_id == version_id)
    tables: Mapping[str, tuple[Any, Any]] = {
        "blocks": (Block, Block.position),
        "questions": (Question, Question.position),
        "sources": (Source, Source.position),
        "topics": (UnitTopic, UnitTopic.topic_code),
        "teaches": (UnitCompetency, UnitCompetency.competency_code),
        "needs": (UnitNeed, UnitNeed.competency_code),
    }
    parts: dict[str, Any] = {
        "units": session.scalars(
            select(Unit).where(Unit.version_id == version_id).order_by(Unit.position)
        ).all()
    }
    for name, (table, order) in tables.items():
        rows = session.scalars(select(table).where(table.unit_id.in_(of)).order_by(order))
        parts[name] = _by_unit(rows)
    return parts


def _by_unit(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.unit_id, []).append(row)
    return found


def _unit(unit: Unit, parts: Mapping[str, Any]) -> File:
    of = {name: rows.get(unit.id, []) for name, rows in parts.items() if name != "units"}
    file = {
        "slug": unit.slug,
        **_texts(unit, "title", "perspective"),
        "minutes": {"ko": unit.minutes_ko, "en": unit.minutes_en},
        "topics": [row.topic_code for row in of["topics"]],
        "teaches": [_teaching(row) for row in of["teaches"]],
        "needs": [row.competency_code for row in of["needs"]],
        "blocks": [row.content for row in of["blocks"]],
        "sources": [_source(row) for row in of["sources"]],
        "questions": [_question(row) for row in of["questions"]],
        "quiz": unit.quiz,
    }
    return {name: value for name, value in file.items() if value not in ([], {})}


def _teaching(row: UnitCompetency) -> File:
    whole = int(row.strength) if float(row.strength).is_integer() else row.strength
    return {"competency": row.competency_code, "strength": whole}


def _source(row: Source) -> File:
    file = {**_texts(row, "title", "publisher"), "year": row.year}
    return file | {"url": row.url} if row.url else file


def _question(row: Question) -> File:
    file = {
        "slug": row.slug,
        "kind": row.kind,
        "competency": row.competency_code,
        **_texts(row, "text", "explanation"),
        **row.body,
    }
    return file | {"hints": row.hints} if row.hints else file


def _texts(row: Any, *names: str) -> File:
    said: Mapping[str, Bilingual | None] = {name: getattr(row, name) for name in names}
    return {name: write_text(text) for name, text in said.items() if text}
