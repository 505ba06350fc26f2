"""What is on offer now: every unit of the published versions, as planners see it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, column, literal, null, select, union_all
from sqlalchemy.orm import Session

from hanmadang.courses.models import (
    Block,
    BlockKind,
    CoreUnit,
    Course,
    CoursePartner,
    CourseVersion,
    Module,
    Unit,
    UnitCompetency,
    UnitNeed,
    UnitTopic,
    VersionState,
)
from hanmadang.courses.queries.questions import texts_of
from hanmadang.courses.queries.rows import AnyRow
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.people.models import Institution

_PUBLISHED = CourseVersion.state == VersionState.PUBLISHED.value


@dataclass(frozen=True, slots=True)
class CatalogueUnit:
    """A unit on offer."""

    unit_id: int
    course_id: int
    course_slug: str
    module_slug: str
    unit_slug: str
    course_title: Bilingual
    module_title: Bilingual
    title: Bilingual
    minutes: Mapping[str, int]
    """By language."""
    topics: tuple[str, ...]
    teaches: tuple[tuple[str, float], ...]
    """(competency, strength)."""
    needs: tuple[str, ...]
    """Competencies without which the unit cannot be understood."""
    perspective: Bilingual | None
    """The viewpoint it argues from; None for a unit that argues from none."""
    question_count: int
    position: int
    """In its course, from 1."""


@dataclass(frozen=True, slots=True)
class ModulePlace:
    """A module of a published version, to be linked to."""

    module_id: int
    course_slug: str
    module_slug: str
    course_title: Bilingual
    title: Bilingual
    first_unit_slug: str


def catalogue(session: Session | None = None) -> list[CatalogueUnit]:
    """Every unit of every published version, in reading order; two statements."""
    reading = session or db.session()
    units = reading.execute(
        select(
            Unit.id, Unit.slug, Unit.title, Unit.minutes_ko, Unit.minutes_en, Unit.perspective,
            Unit.question_count, Unit.position, Course.id, Course.slug, Course.title,
            Module.slug, Module.title,
        )
        .select_from(Unit)
        .join(Module, Module.id == Unit.module_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(_PUBLISHED)
        .order_by(Course.position, Course.id, Unit.position)
    )  # fmt: skip
    words = _words(reading)
    return [_unit(row, words[row[0]]) for row in units]


def _words(session: Session) -> Mapping[int, Sequence[tuple[str, str, float | None]]]:
    """{unit: [(sort of word, code, strength)]} of the published versions."""
    links = union_all(
        _link(UnitTopic, UnitTopic.topic_code, "topic", null()),
        _link(UnitCompetency, UnitCompetency.competency_code, "teaches", UnitCompetency.strength),
        _link(UnitNeed, UnitNeed.competency_code, "need", null()),
    )
    words = defaultdict(list)
    for unit_id, sort, code, strength in session.execute(links.order_by(column("code"))):
        words[unit_id].append((sort, code, strength))
    return words


def _link(model: Any, code: Any, sort: str, strength: Any) -> Select[Any]:
    return (
        select(
            model.unit_id,
            literal(sort, String, literal_execute=True).label("sort"),
            code.label("code"),
            strength.label("strength"),
        )
        .join(Unit, Unit.id == model.unit_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .where(_PUBLISHED)
    )


def _unit(row: AnyRow, words: Sequence[tuple[str, str, float | None]]) -> CatalogueUnit:
    (unit_id, slug, title, minutes_ko, minutes_en, perspective, question_count, position,
     course_id, course_slug, course_title, module_slug, module_title) = row  # fmt: skip
    return CatalogueUnit(
        unit_id, course_id, course_slug, module_slug, slug, course_title, module_title, title,
        {"ko": minutes_ko, "en": minutes_en},
        tuple(code for sort, code, _strength in words if sort == "topic"),
        tuple((code, strength or 0.0) for sort, code, strength in words if sort == "teaches"),
        tuple(code for sort, code, _strength in words if sort == "need"),
        perspective, question_count, position,
    )  # fmt: skip


def module_by_path(path: str, session: Session | None = None) -> ModulePlace | None:
    """The published module at ``course-slug/module-slug``, or None."""
    course, _, module = path.partition("/")
    row = (
        (session or db.session())
        .execute(
            select(Module.id, Course.slug, Module.slug, Course.title, Module.title, Unit.slug)
            .select_from(Module)
            .join(CourseVersion, CourseVersion.id == Module.version_id)
            .join(Course, Course.id == CourseVersion.course_id)
            .join(Unit, Unit.module_id == Module.id)
            .where(_PUBLISHED, Course.slug == course, Module.slug == module)
            .order_by(Unit.position)
            .limit(1)
        )
        .first()
    )
    return None if row is None else ModulePlace(*row)


_CORE = (
    select(Unit.id, Institution.name)
    .join(Module, Module.id == Unit.module_id)
    .join(CourseVersion, CourseVersion.id == Unit.version_id)
    .join(Course, Course.id == CourseVersion.course_id)
    .join(
        CoreUnit,
        (CoreUnit.course_id == Course.id)
        & (CoreUnit.module_slug == Module.slug)
        & (CoreUnit.unit_slug == Unit.slug),
    )
    .join(Institution, Institution.id == CoreUnit.institution_id)
    .outerjoin(
        CoursePartner,
        (CoursePartner.course_id == Course.id) & (CoursePartner.institution_id == Institution.id),
    )
    .where(
        _PUBLISHED,
        CoursePartner.institution_id.is_not(None) | (Course.institution_id == Institution.id),
    )
    .order_by(Unit.id, Institution.id)
)


def core_for(session: Session) -> Mapping[int, Sequence[Bilingual]]:
    """{published unit: names of those who hold it to be core and keep its course}; one statement.

    What a partner held that keeps the course no longer does not count.
    """
    found: dict[int, list[Bilingual]] = defaultdict(list)
    for unit_id, name in session.execute(_CORE):
        found[unit_id].append(name)
    return found


_FILMS = (
    select(Block.unit_id, Block.content["captions"])
    .join(Unit, Unit.id == Block.unit_id)
    .join(CourseVersion, CourseVersion.id == Unit.version_id)
    .where(_PUBLISHED, Block.kind == BlockKind.VIDEO.value)
)


def without_captions(session: Session, language: str) -> frozenset[int]:
    """Published units with a film that has no captions in that language; one statement.

    What is only to be listened to always stands written beside it.
    """
    return frozenset(
        unit_id
        for unit_id, captions in session.execute(_FILMS)
        if not captions or not texts_of([captions])[0].get(language)
    )
