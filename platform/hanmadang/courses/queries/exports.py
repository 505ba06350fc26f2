"""A published course as it leaves the house: its file, its pictures."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.exchange.leaving import Films
from hanmadang.courses.models import (
    Course,
    CourseVersion,
    VersionState,
)
from hanmadang.courses.queries.documents import document_of
from hanmadang.courses.rules import can_publish
from hanmadang.courses.writing import File
from hanmadang.kernel import media
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
    films: Films


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
    file = document_of(session, version)
    return Outgoing(
        course.title, course.slug, file, pictures_of(session, file), films_of(session, file)
    )


def films_of(session: Session, course: File) -> Films:
    """The stored files that a course plays or offers; each is read when it is wanted."""
    sizes = media.sizes(session, _named(course, "media"))
    return Films(sizes, partial(media.parts, session))


def pictures_of(session: Session, course: File) -> Mapping[str, bytes]:
    """The pictures that a course shows."""
    names = _named(course, "picture")
    rows = session.scalars(select(Picture).where(Picture.name.in_(names))) if names else ()
    return {row.name: row.content for row in rows}


def _named(course: File, key: str) -> set[str]:
    return {
        part[key]
        for module in course["modules"]
        for unit in module["units"]
        for part in (*unit["blocks"], *unit.get("questions", ()))
        if key in part
    }
