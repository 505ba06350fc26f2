"""The course page: modules, units, what each needs before, and how far the viewer came."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, or_, select

from hanmadang.courses.models import (
    Course,
    CourseVersion,
    Enrolment,
    Module,
    Unit,
    UnitCompetency,
    UnitNeed,
    UnitProgress,
    UnitState,
    UnitTopic,
    VersionState,
)
from hanmadang.courses.queries.attempts import has_overdue
from hanmadang.courses.queries.rows import AnyRow
from hanmadang.courses.queries.standing import (
    CourseProgress,
    SwitchOffer,
    progress_in,
    switch_offer,
)
from hanmadang.courses.rules import enrolled, visible_to
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.vocabulary import Competency, Topic
from hanmadang.people.models import Institution


@dataclass(frozen=True, slots=True)
class UnitPlace:
    """A unit to link to."""

    course_slug: str
    module_slug: str
    unit_slug: str
    title: Bilingual


@dataclass(frozen=True, slots=True)
class Need:
    """What should be known before, and the unit that teaches it best, if any does."""

    name: Bilingual
    taught_in: UnitPlace | None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in the outline."""

    slug: str
    title: Bilingual
    position: int
    minutes: Mapping[str, int]
    perspective: Bilingual | None
    question_count: int
    state: UnitState
    topics: tuple[Bilingual, ...]
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class ModuleRow:
    """A module in the outline."""

    slug: str
    title: Bilingual
    summary: Bilingual
    units: tuple[UnitRow, ...]


@dataclass(frozen=True, slots=True)
class CoursePage:
    """A course as one viewer sees it."""

    course_id: int
    version_id: int
    slug: str
    title: Bilingual
    summary: Bilingual
    audience: Bilingual
    institution: Bilingual | None
    minutes: Mapping[str, int]
    unit_count: int
    question_count: int
    modules: tuple[ModuleRow, ...]
    progress: CourseProgress | None
    """Only for those who take the course."""
    resume: tuple[str, str, str, str] | None
    """(module, unit, anchor, language) where "continue" leads."""
    offer: SwitchOffer | None
    """A newer version, where the viewer takes an earlier one."""
    has_overdue: bool
    """Whether an attempt at a quiz ended by its time and is still to be settled."""


def course_page(viewer: Viewer, slug: str) -> CoursePage:
    """The course at that address; raises NotFoundError. Nine statements at most."""
    head = db.session.execute(_head(viewer, slug)).first()
    if head is None:
        raise NotFoundError(slug)
    units = db.session.execute(_units(viewer, head.version_id)).all()
    taken = head.resume_unit_id is not None
    superseded = head.state == VersionState.SUPERSEDED.value
    return CoursePage(
        course_id=head.course_id,
        version_id=head.version_id,
        slug=slug,
        title=head.title,
        summary=head.summary,
        audience=head.audience,
        institution=head.institution,
        minutes={"ko": head.minutes_ko, "en": head.minutes_en},
        unit_count=head.unit_count,
        question_count=head.question_count,
        modules=_modules(units, _topics(head.version_id), _needs(head)),
        progress=progress_in(viewer.id, head.version_id) if taken else None,
        resume=_resume(units, head) if taken else None,
        offer=switch_offer(viewer.id, head.course_id, head.version_id) if superseded else None,
        has_overdue=taken and _has_overdue(viewer, units, head.version_id),
    )


def _has_overdue(viewer: Viewer, units: Sequence[AnyRow], version_id: int) -> bool:
    """Asked only where some quiz has a time limit."""
    if not any(unit.quiz.get("time_limit_minutes") for _module, unit, _state in units):
        return False
    return has_overdue(db.session(), viewer.id, version_id, clock.now())


def _head(viewer: Viewer, slug: str) -> Any:
    return (
        select(
            Course.id.label("course_id"), Course.title, Course.summary, Course.audience,
            CourseVersion.id.label("version_id"), CourseVersion.state, CourseVersion.minutes_ko,
            CourseVersion.minutes_en, CourseVersion.unit_count, CourseVersion.question_count,
            Institution.name.label("institution"), Enrolment.resume_unit_id,
            Enrolment.resume_anchor, Enrolment.resume_locale,
        )
        .select_from(Course)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .outerjoin(Institution, Institution.id == Course.institution_id)
        .outerjoin(Enrolment, enrolled(viewer))
        .where(Course.slug == slug, visible_to(viewer))
    )  # fmt: skip


def _units(viewer: Viewer, version_id: int) -> Any:
    mine = and_(
        UnitProgress.unit_id == Unit.id, UnitProgress.account_id == (viewer.account_id or 0)
    )
    return (
        select(Module, Unit, UnitProgress.state)
        .join(Unit, Unit.module_id == Module.id)
        .outerjoin(UnitProgress, mine)
        .where(Module.version_id == version_id)
        .order_by(Unit.position)
    )


def _resume(units: Sequence[AnyRow], head: AnyRow) -> tuple[str, str, str, str]:
    module, unit = next((m, u) for m, u, _state in units if u.id == head.resume_unit_id)
    return module.slug, unit.slug, head.resume_anchor, head.resume_locale


def _topics(version_id: int) -> Mapping[int, Sequence[Bilingual]]:
    names = defaultdict(list)
    rows = db.session.execute(
        select(UnitTopic.unit_id, Topic.name)
        .join(Topic, Topic.code == UnitTopic.topic_code)
        .join(Unit, Unit.id == UnitTopic.unit_id)
        .where(Unit.version_id == version_id)
        .order_by(Topic.position)
    )
    for unit_id, name in rows:
        names[unit_id].append(name)
    return names


def _needs(head: AnyRow) -> Mapping[int, Sequence[Need]]:
    """{unit: what should be known before it}."""
    rows = db.session.execute(
        select(UnitNeed.unit_id, Competency.code, Competency.name)
        .join(Competency, Competency.code == UnitNeed.competency_code)
        .join(Unit, Unit.id == UnitNeed.unit_id)
        .where(Unit.version_id == head.version_id)
        .order_by(Competency.code)
    ).all()
    teachers = _teachers(head, {code for _unit, code, _name in rows})
    needs = defaultdict(list)
    for unit_id, code, name in rows:
        needs[unit_id].append(Need(name, teachers.get(code)))
    return needs


def _teachers(head: AnyRow, codes: Iterable[str]) -> Mapping[str, UnitPlace]:
    """The best unit for each competency: in this course before others, then by strength."""
    elsewhere = and_(
        CourseVersion.state == VersionState.PUBLISHED.value,
        CourseVersion.course_id != head.course_id,
    )
    rows = db.session.execute(
        select(UnitCompetency.competency_code, Course.slug, Module.slug, Unit.slug, Unit.title)
        .join(Unit, Unit.id == UnitCompetency.unit_id)
        .join(Module, Module.id == Unit.module_id)
        .join(CourseVersion, CourseVersion.id == Unit.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(
            UnitCompetency.competency_code.in_(codes),
            or_(CourseVersion.id == head.version_id, elsewhere),
        )
        .order_by(
            CourseVersion.id != head.version_id, UnitCompetency.strength.desc(), Unit.position
        )
    )
    best: dict[str, UnitPlace] = {}
    for code, course, module, unit, title in rows:
        best.setdefault(code, UnitPlace(course, module, unit, title))
    return best


def _modules(
    units: Sequence[AnyRow],
    topics: Mapping[int, Sequence[Bilingual]],
    needs: Mapping[int, Sequence[Need]],
) -> tuple[ModuleRow, ...]:
    inside: dict[Module, list[UnitRow]] = {}
    for module, unit, state in units:
        inside.setdefault(module, []).append(
            UnitRow(
                slug=unit.slug,
                title=unit.title,
                position=unit.position,
                minutes={"ko": unit.minutes_ko, "en": unit.minutes_en},
                perspective=unit.perspective,
                question_count=unit.question_count,
                state=UnitState(state or UnitState.NOT_STARTED),
                topics=tuple(topics.get(unit.id, ())),
                needs=tuple(needs.get(unit.id, ())),
            )
        )
    return tuple(
        ModuleRow(module.slug, module.title, module.summary, tuple(rows))
        for module, rows in inside.items()
    )
