"""One lesson on offer by itself, for pages that speak of it, and those a search finds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from hanmadang.courses.models import (
    Course,
    CourseVersion,
    Module,
    Unit,
    UnitCompetency,
    VersionState,
)
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.vocabulary import COUNTS_FOR, IS_USED, Competency

_PUBLISHED = CourseVersion.state == VersionState.PUBLISHED.value


@dataclass(frozen=True, slots=True)
class LessonOnOffer:
    """A published lesson."""

    unit_id: int
    title: Bilingual
    course_title: Bilingual
    course_slug: str
    module_slug: str
    unit_slug: str
    teaches: frozenset[str]
    """Competencies in use."""


def lesson_title(session: Session, unit_id: int) -> Bilingual:
    """The title of a published lesson; one statement. Raises NotFoundError."""
    title = session.scalar(
        select(Unit.title)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .where(Unit.id == unit_id, _PUBLISHED)
    )
    if title is None:
        raise NotFoundError
    return title


def lesson_on_offer(session: Session, unit_id: int) -> LessonOnOffer:
    """A published lesson; one statement. Raises NotFoundError."""
    rows = session.execute(
        select(
            Unit.title, Course.title, Course.slug, Module.slug, Unit.slug, COUNTS_FOR,
        )
        .join(Module, Module.id == Unit.module_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .outerjoin(UnitCompetency, UnitCompetency.unit_id == Unit.id)
        .outerjoin(Competency, (Competency.code == UnitCompetency.competency_code) & IS_USED)
        .where(Unit.id == unit_id, _PUBLISHED)
    ).all()  # fmt: skip
    if not rows:
        raise NotFoundError
    taught = frozenset(code for *_place, code in rows if code)
    title, course, course_slug, module, unit, _code = rows[0]
    return LessonOnOffer(unit_id, title, course, course_slug, module, unit, taught)


def on_offer_now(session: Session, unit_ids: Collection[int]) -> Mapping[int, int]:
    """{lesson of any version: the published one in its place}, where there is one; one statement.

    None without lessons.
    """
    if not unit_ids:
        return {}
    module, version, unit = aliased(Module), aliased(CourseVersion), aliased(Unit)
    rows = session.execute(
        select(unit.id, Unit.id)
        .select_from(Unit)
        .join(Module, Module.id == Unit.module_id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .join(version, version.course_id == CourseVersion.course_id)
        .join(module, (module.version_id == version.id) & (module.slug == Module.slug))
        .join(unit, (unit.module_id == module.id) & (unit.slug == Unit.slug))
        .where(unit.id.in_(unit_ids), _PUBLISHED)
    )
    return {row[0]: row[1] for row in rows}
