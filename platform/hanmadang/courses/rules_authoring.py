"""Who writes a course, who names its partners, and who signs for whom."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, false, or_, select, true

from hanmadang.courses.models import Course, CoursePartner
from hanmadang.kernel.permissions import Permission, Role, Viewer

_ANY_INSTITUTION = frozenset({Role.ADMINISTRATOR, Role.ORGANIZER})


def can_edit(viewer: Viewer, institution_id: int | None, partners: Collection[int]) -> bool:
    """Whether this viewer writes courses of that institution, kept with those partners."""
    if not viewer.may(Permission.COURSES_AUTHOR):
        return False
    if viewer.roles & _ANY_INSTITUTION:
        return True
    return viewer.institution_id is not None and viewer.institution_id in {
        institution_id,
        *partners,
    }


def editable_by(viewer: Viewer) -> ColumnElement[bool]:
    """The same in SQL, for statements about `Course`."""
    if not viewer.may(Permission.COURSES_AUTHOR):
        return false()
    if viewer.roles & _ANY_INSTITUTION:
        return true()
    mine = viewer.institution_id or 0
    shared = select(CoursePartner.course_id).where(CoursePartner.institution_id == mine)
    return or_(Course.institution_id == mine, Course.id.in_(shared))


def can_name_partners(viewer: Viewer, institution_id: int | None) -> bool:
    """Whether this viewer may ask more institutions to answer for a course with theirs."""
    return can_edit(viewer, institution_id, ())


def can_release(viewer: Viewer, partner_id: int) -> bool:
    """Whether this viewer may end a partner's say: the partner itself, or an administrator."""
    own = viewer.institution_id == partner_id and viewer.may(Permission.COURSES_AUTHOR)
    return own or Role.ADMINISTRATOR in viewer.roles


def can_sign(viewer: Viewer, institution_id: int) -> bool:
    """Whether this viewer's word is that institution's. No role signs for another house."""
    return viewer.may(Permission.COURSES_AUTHOR) and viewer.institution_id == institution_id
