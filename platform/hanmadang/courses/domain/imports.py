"""Keeping what came out of a stranger's file, until its sender has taken it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.courses.domain import bank
from hanmadang.courses.domain.drafts import begin_from
from hanmadang.courses.exchange.apart import Read
from hanmadang.courses.exchange.imported import Imported
from hanmadang.courses.models import CourseDraft, CourseImport
from hanmadang.kernel import audit, media, pictures
from hanmadang.kernel.errors import DomainError, RefusedError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Permission, Viewer
from hanmadang.kernel.vocabulary import Competency

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

    Raises RefusedError.
    """
    if not actor.may(Permission.COURSES_AUTHOR):
        raise RefusedError
    for content in read.pictures.values():
        pictures.keep(session, pictures.redrawn(content))
    for content in read.media.values():
        media.keep(session, media.ready(content))
    return begin_from(session, actor, read.course, institution_id=actor.institution_id, now=now)


@dataclass(frozen=True, slots=True)
class Banked:
    """How many questions are in the bank now, and how many of them were there before."""

    kept: int
    known: int


class NoCompetencyError(DomainError):
    """A question of the file does not say what it asks for, and nobody else did."""

    status = 422
    text = lazy("Please choose what the questions ask for.")


def bank_of(  # noqa: PLR0913  (whose file, what is in it, what it asks for)
    session: Session, actor: Viewer, name: str, read: Imported, *, competency: str, now: datetime
) -> Banked:
    """The file's questions in the bank of the actor's institution, with the pictures they show.

    One that names a competency of ours keeps it; the others ask for `competency`.
    Raises RefusedError, NoCompetencyError, UnknownWordError.
    """
    ours = set(session.scalars(select(Competency.code)))
    contents = [
        dict(each) | ({} if each.get("competency") in ours else {"competency": competency})
        for each in read.questions()
    ]
    if not all(each["competency"] for each in contents):
        raise NoCompetencyError
    kept = bank.keep_contents(
        session, actor, contents, institution_id=actor.institution_id, origin=name[:_NAME], now=now
    )
    shown = {each["picture"] for each in contents if "picture" in each}
    for picture in shown & set(read.pictures):
        pictures.keep(session, pictures.redrawn(read.pictures[picture]))
    entries = {entry.id: is_new for entry, is_new in reversed(kept)}
    return Banked(len(entries), sum(not is_new for is_new in entries.values()))


def forget_imports(session: Session, *, now: datetime) -> None:
    """Remove what nobody took in time."""
    session.execute(
        delete(CourseImport).where(CourseImport.created_at < now - KEPT),
        execution_options={"synchronize_session": False},
    )
