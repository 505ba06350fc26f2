"""A course's figures for its pages: what the job counted last, cut for the reader."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.analysis import shown
from hanmadang.courses.analysis.counts import CourseCounts
from hanmadang.courses.analysis.shown import ItemFigures, UnitFigures
from hanmadang.courses.models import (
    Audience,
    Course,
    CourseFigures,
    CourseVersion,
    Module,
    Question,
    Unit,
    VersionState,
)
from hanmadang.courses.queries.items import options_of
from hanmadang.courses.rules.runs import can_hold
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.disclosure import SMALLEST_CELL, SMALLEST_STAFF_CELL
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer

SMALLEST = {Audience.PUBLIC: SMALLEST_CELL, Audience.STAFF: SMALLEST_STAFF_CELL}


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit of the version, and its figures."""

    position: int
    title: Bilingual
    slug: str
    module_slug: str
    figures: UnitFigures


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A question of the version, and its figures."""

    question_id: int
    unit_position: int
    unit_title: Bilingual
    text: Bilingual
    figures: ItemFigures


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """Everything a page of figures shows."""

    course_id: int
    slug: str
    title: Bilingual
    version: int
    made_at: datetime | None
    """None before the first count."""
    cut: shown.CourseFigures | None
    units: tuple[UnitLine, ...]
    items: tuple[ItemLine, ...]
    """Only for staff."""

    @property
    def enough(self) -> bool:
        """Whether anything can be shown at all."""
        return self.cut is not None and self.cut.people.count is not None


def public_figures(session: Session, slug: str) -> FiguresPage:
    """The figures everybody may see; raises NotFoundError. Three statements."""
    head = _head(session, slug)
    return _page(session, head, Audience.PUBLIC)


def staff_figures(session: Session, viewer: Viewer, slug: str) -> FiguresPage:
    """The same and the questions, for those who answer for the course; five statements.

    Raises NotFoundError for everybody else.
    """
    head = _head(session, slug)
    if not can_hold(viewer, head[0].institution_id):
        raise NotFoundError(slug)
    return _page(session, head, Audience.STAFF)


def _head(session: Session, slug: str) -> tuple[Course, int, int]:
    row = session.execute(
        select(Course, CourseVersion.id, CourseVersion.number)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(Course.slug == slug, CourseVersion.state == VersionState.PUBLISHED.value)
    ).first()
    if row is None:
        raise NotFoundError(slug)
    return row[0], row[1], row[2]


def _page(session: Session, head: tuple[Course, int, int], audience: Audience) -> FiguresPage:
    course, version_id, number = head
    held = session.execute(
        select(CourseFigures.made_at, CourseFigures.body).where(
            CourseFigures.version_id == version_id, CourseFigures.audience == audience.value
        )
    ).first()
    counts = CourseCounts.from_json(held.body) if held else None
    cut = shown.cut(counts, SMALLEST[audience]) if counts else None
    enough = cut is not None and cut.people.count is not None
    is_staff = audience is Audience.STAFF
    return FiguresPage(
        course.id,
        course.slug,
        course.title,
        number,
        held.made_at if held else None,
        cut,
        _units(session, version_id, cut.units) if cut and enough else (),
        _items(session, version_id, counts) if counts and enough and is_staff else (),
    )


def _units(
    session: Session, version_id: int, figures: Sequence[UnitFigures]
) -> tuple[UnitLine, ...]:
    found: Mapping[int, UnitFigures] = {each.unit_id: each for each in figures}
    rows = session.execute(
        select(Unit.id, Unit.position, Unit.title, Unit.slug, Module.slug)
        .join(Module, Module.id == Unit.module_id)
        .where(Unit.version_id == version_id)
        .order_by(Unit.position)
    )
    return tuple(
        UnitLine(position, title, slug, module, found[id_])
        for id_, position, title, slug, module in rows
        if id_ in found
    )


def _items(session: Session, version_id: int, counts: CourseCounts) -> tuple[ItemLine, ...]:
    of_version = Unit.version_id == version_id
    options = options_of(session, of_version)
    counted = {each.question_id: each for each in counts.items}
    rows = session.execute(
        select(Question.id, Unit.position, Unit.title, Question.text)
        .join(Unit, Unit.id == Question.unit_id)
        .where(of_version)
        .order_by(Unit.position, Question.position)
    )
    smallest = SMALLEST[Audience.STAFF]
    return tuple(
        ItemLine(
            id_, position, title, text,
            shown.item(counted[id_], options.get(id_, 0), counts.chosen.get(id_, {}), smallest),
        )
        for id_, position, title, text in rows
        if id_ in counted
    )  # fmt: skip
