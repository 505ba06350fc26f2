"""Keeping what came out of a stranger's file, until its sender has taken it."""

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hanmadang.courses.domain.drafts import begin_from
from hanmadang.courses.exchange.apart import Read
from hanmadang.courses.exchange.imported import Imported
from hanmadang.courses.models import CourseDraft, CourseImport
from hanmadang.kernel import audit, media, pictures
from hanmadang.kernel.errors import RefusedError
from hanmadang.kernel.permissions import Permission, Viewer

KEPT = timedelta(days=7)
_NAME = 200


def keep_import(
    session: Session, actor: Viewer, name: str, read: Read, *, now: datetime
) -> CourseImport:
    """Keep what was read; what is older than `KEPT` goes. Raises RefusedError."""
    if not actor.may(Permission.COURSES_AUTHOR):
        raise RefusedError
    forget_imports(session, now=now)
    row = CourseImport(
        account_id=actor.id,
        name=name[:_NAME],
        format=read.format.value,
        language=read.language,
        figures=read.figures,
        notes=[note.to_json() for note in read.notes],
        archive=read.archive,
        created_at=now,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "course.import_read", kind="course_import", id=row.id)
    return row


def draft_of(session: Session, actor: Viewer, read: Imported, *, now: datetime) -> CourseDraft:
    """The draft of a new course of the actor's institution, with the pictures and files it shows.

    Files of a kind that lessons cannot show are left behind; the draft names them as missing.
    Raises RefusedError.
    """
    if not actor.may(Permission.COURSES_AUTHOR):
        raise RefusedError
    for content in read.pictures.values():
        pictures.keep(session, pictures.redrawn(content))
    for content in read.media.values():
        if media.kind_of(content) is not None:
            media.keep(session, media.ready(content))
    return begin_from(session, actor, read.course, institution_id=actor.institution_id, now=now)


def forget_imports(session: Session, *, now: datetime) -> None:
    """Remove what nobody took in time."""
    session.execute(
        delete(CourseImport).where(CourseImport.created_at < now - KEPT),
        execution_options={"synchronize_session": False},
    )
