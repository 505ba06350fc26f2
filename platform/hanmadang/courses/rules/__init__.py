"""Who sees and does what in a course.

Everybody reads the published version, signed in or not; a person who takes a course reads the
version their enrolment is pinned to. Drafts are seen by nobody here.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_

from hanmadang.courses.models import READ, CourseVersion, Enrolment, VersionState
from hanmadang.kernel.permissions import Permission, Role, Viewer

_ANY_INSTITUTION = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER})


def can_read(viewer: Viewer, version: CourseVersion, enrolment: Enrolment | None) -> bool:
    """Whether this is the version this viewer reads; `enrolment` is theirs in its course."""
    if enrolment is not None and enrolment.account_id == viewer.account_id:
        return enrolment.course_version_id == version.id and version.state in set(READ)
    return version.state == VersionState.PUBLISHED.value


def visible_to(_viewer: Viewer) -> ColumnElement[bool]:
    """The same in SQL, for statements that outer-join `Enrolment` on `enrolled(viewer)`."""
    return or_(
        and_(
            CourseVersion.id == Enrolment.course_version_id,
            CourseVersion.state.in_([state.value for state in READ]),
        ),
        and_(Enrolment.id.is_(None), CourseVersion.state == VersionState.PUBLISHED.value),
    )


def enrolled(viewer: Viewer) -> ColumnElement[bool]:
    """The join of a version with this viewer's enrolment in its course (nobody has none)."""
    return and_(
        Enrolment.course_id == CourseVersion.course_id,
        Enrolment.account_id == (viewer.account_id or 0),
    )


def can_take(viewer: Viewer) -> bool:
    """Whether what this viewer does is recorded."""
    return viewer.may(Permission.COURSES_TAKE)


_LIMITS = frozenset({"attempts", "cooldown_minutes", "time_limit_minutes", "draw"})


def is_counted(quiz: Mapping[str, Any]) -> bool:
    """Whether a unit's quiz has limits (`Unit.quiz`), so that it is answered with a connection."""
    return not _LIMITS.isdisjoint(quiz)


def can_publish(viewer: Viewer, institution_id: int | None) -> bool:
    """Whether this viewer may publish a course of that institution."""
    if not viewer.may(Permission.COURSES_AUTHOR):
        return False
    own = viewer.institution_id is not None and viewer.institution_id == institution_id
    return own or bool(viewer.roles & _ANY_INSTITUTION)
