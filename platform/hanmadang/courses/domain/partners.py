"""Institutions that answer for a course together, and the units each holds to be core."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.courses.domain.submitting import AlreadyOpenError, held_course, open_version
from hanmadang.courses.models import CoreUnit, CoursePartner
from hanmadang.courses.rules_authoring import can_name_partners, can_release
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel import audit
from hanmadang.kernel.errors import RefusedError
from hanmadang.kernel.permissions import Viewer


def name_partner(session: Session, actor: Viewer, course_id: int, institution_id: int) -> None:
    """From now on no version is published without this institution's signature.

    Raises RefusedError; AlreadyOpenError while a version is on its way.
    """
    course = held_course(session, course_id)
    if not can_name_partners(actor, course.institution_id):
        raise RefusedError(course.slug)
    _check_quiet(session, course_id)
    insert_once(session, CoursePartner, course_id=course_id, institution_id=institution_id)
    audit.record(
        session, actor, "course.partner-named", kind="course", id=course_id,
        detail=f"institution {institution_id}",
    )  # fmt: skip


def release_partner(session: Session, actor: Viewer, course_id: int, institution_id: int) -> None:
    """End a partner's say, which only the partner or an administrator may.

    Raises RefusedError; AlreadyOpenError while a version is on its way.
    """
    course = held_course(session, course_id)
    if not can_release(actor, institution_id):
        raise RefusedError(course.slug)
    _check_quiet(session, course_id)
    session.execute(
        delete(CoursePartner).where(
            CoursePartner.course_id == course_id, CoursePartner.institution_id == institution_id
        )
    )
    audit.record(
        session, actor, "course.partner-released", kind="course", id=course_id,
        detail=f"institution {institution_id}",
    )  # fmt: skip


def _check_quiet(session: Session, course_id: int) -> None:
    if open_version(session, course_id) is not None:
        raise AlreadyOpenError(course_id)


def set_core(
    session: Session, actor: Viewer, course_id: int, units: Iterable[tuple[str, str]]
) -> None:
    """The actor's institution holds exactly these units (module, unit) of the course to be core.

    Raises RefusedError for who speaks for no institution.
    """
    mine = actor.institution_id
    if mine is None:
        raise RefusedError(course_id)
    wanted = set(units)
    held = session.scalars(
        select(CoreUnit).where(CoreUnit.institution_id == mine, CoreUnit.course_id == course_id)
    )
    for row in held:
        place = (row.module_slug, row.unit_slug)
        if place in wanted:
            wanted.discard(place)
        else:
            session.delete(row)
    for module, unit in sorted(wanted):
        insert_once(
            session, CoreUnit, institution_id=mine, course_id=course_id, module_slug=module,
            unit_slug=unit,
        )  # fmt: skip
    audit.record(session, actor, "course.core-set", kind="course", id=course_id)
    session.flush()
