"""Courses as cards, and where a person left off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, aliased

from hanmadang.courses.models import (
    Course,
    CourseVersion,
    Enrolment,
    Module,
    Unit,
    UnitProgress,
    UnitState,
    VersionState,
)
from hanmadang.courses.queries.rows import AnyRow
from hanmadang.courses.rules import enrolled, visible_to
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Viewer


@dataclass(frozen=True, slots=True)
class Resume:
    """Where "continue" leads."""

    course_slug: str
    course_title: Bilingual
    module_slug: str
    unit_slug: str
    unit_title: Bilingual
    anchor: str
    """``block-3``, ``question-slug`` or ``questions``."""
    locale: str
    """The language in which the course was read last."""
    position: int
    """Of the unit in its course, from 1."""
    minutes: Mapping[str, int]
    """Of the unit, by language."""
    unit_count: int
    units_done: int
    touched_at: datetime


@dataclass(frozen=True, slots=True)
class CourseCard:
    """A course in a list."""

    slug: str
    title: Bilingual
    summary: Bilingual
    minutes: Mapping[str, int]
    unit_count: int
    question_count: int
    units_done: int
    questions_right: int
    resume: Resume | None
    """Only for those who take the course."""

    @property
    def finished(self) -> bool:
        """Whether every unit is done."""
        return 0 < self.unit_count <= self.units_done

    @property
    def complete(self) -> bool:
        """Whether nothing is missing for the certificate."""
        return self.finished and self.questions_right >= self.question_count


def course_id(slug: str) -> int:
    """The course at that address that has a published version; raises NotFoundError."""
    found = db.session.scalar(
        select(Course.id)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(Course.slug == slug, CourseVersion.state == VersionState.PUBLISHED.value)
    )
    if found is None:
        raise NotFoundError(slug)
    return found


def course_slug(session: Session, id_: int) -> str:
    """The address of a course."""
    return session.scalars(select(Course.slug).where(Course.id == id_)).one()


def course_cards(viewer: Viewer) -> list[CourseCard]:
    """Every course with the version this viewer reads; one statement."""
    rows = db.session.execute(_cards(viewer).order_by(Course.position, Course.id))
    return [_card(row) for row in rows]


def my_courses(viewer: Viewer, session: Session | None = None) -> list[CourseCard]:
    """The courses a person takes, the one touched last first; one statement."""
    rows = (session or db.session()).execute(
        _cards(viewer).where(Enrolment.id.is_not(None)).order_by(Enrolment.touched_at.desc())
    )
    return [_card(row) for row in rows]


def resume_for(account_id: int, session: Session | None = None) -> Resume | None:
    """Where that person would go on: in the unfinished course touched last, if there is one."""
    cards = my_courses(Viewer(account_id=account_id), session)
    return next((card.resume for card in cards if not card.finished), None)


def _cards(viewer: Viewer) -> Select[Any]:
    here, chapter = aliased(Unit), aliased(Module)
    tally = _tally(viewer)
    return (
        select(
            Course.slug, Course.title, Course.summary, CourseVersion.minutes_ko,
            CourseVersion.minutes_en, CourseVersion.unit_count, CourseVersion.question_count,
            func.coalesce(tally.c.done, 0), func.coalesce(tally.c.right, 0), here.id,
            chapter.slug, here.slug, here.title, Enrolment.resume_anchor,
            Enrolment.resume_locale, here.position,
            here.minutes_ko, here.minutes_en, Enrolment.touched_at,
        )
        .select_from(Course)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .outerjoin(Enrolment, enrolled(viewer))
        .outerjoin(here, here.id == Enrolment.resume_unit_id)
        .outerjoin(chapter, chapter.id == here.module_id)
        .outerjoin(tally, tally.c.version_id == CourseVersion.id)
        .where(visible_to(viewer))
    )  # fmt: skip


def _tally(viewer: Viewer) -> Any:
    """Done units and rightly answered questions of a person, by version."""
    done = case((UnitProgress.state == UnitState.DONE.value, 1), else_=0)
    return (
        select(
            Unit.version_id,
            func.sum(done).label("done"),
            func.sum(UnitProgress.right).label("right"),
        )
        .join(UnitProgress, UnitProgress.unit_id == Unit.id)
        .where(UnitProgress.account_id == (viewer.account_id or 0))
        .group_by(Unit.version_id)
        .subquery()
    )


def _card(row: AnyRow) -> CourseCard:
    (slug, title, summary, minutes_ko, minutes_en, unit_count, question_count, done, right,
     unit_id, *rest) = row  # fmt: skip
    resume = None
    if unit_id is not None:
        module, unit, unit_title, anchor, locale, position, unit_ko, unit_en, touched = rest
        resume = Resume(
            slug, title, module, unit, unit_title, anchor, locale, position,
            {"ko": unit_ko, "en": unit_en}, unit_count, done, touched,
        )  # fmt: skip
    minutes = {"ko": minutes_ko, "en": minutes_en}
    return CourseCard(
        slug, title, summary, minutes, unit_count, question_count, done, right, resume
    )
