"""Bookmarks and notes: set, written, taken away. Each verb may come twice and changes nothing then.

A note is plain text. Two devices never overwrite each other unseen: an edit says which text it
began from, and is refused with both texts where another one came first.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.courses.models import Course, Mark
from hanmadang.courses.rules import can_take
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel.errors import DomainError, NotFoundError, RefusedError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import digest
from hanmadang.kernel.permissions import Viewer
from hanmadang.kernel.text import clean, search_form

NOTE_LENGTH = 5_000
MOST_MARKS = 3_000
"""Of one person; nobody reads more, and a script cannot fill the disk."""


class NoteTooLongError(DomainError):
    """The note is longer than `NOTE_LENGTH` (422)."""

    status = 422
    text = lazy("A note holds at most %(n)s characters.", n=NOTE_LENGTH)


class TooManyMarksError(DomainError):
    """The person has `MOST_MARKS` marks already (422)."""

    status = 422
    text = lazy("You have very many notes and bookmarks. Please delete some first.")


class NoteConflictError(DomainError):
    """The note was changed elsewhere since this edit began (409); `stored` is what stands now."""

    status = 409
    text = lazy("This note was changed on another device in the meantime. Nothing is lost yet.")

    def __init__(self, stored: str) -> None:
        self.stored = stored
        super().__init__()


@dataclass(frozen=True, slots=True)
class Place:
    """A unit (block 0) or a block of it."""

    course_id: int
    module_slug: str
    unit_slug: str
    block: int = 0
    heading: str = ""
    """How the block begins."""


def stamp(note: str) -> str:
    """What tells one state of a note from another."""
    return digest(note)[:16]


def bookmark(session: Session, actor: Viewer, place: Place, *, on: bool, now: datetime) -> None:
    """Set or take away the bookmark. Raises RefusedError, TooManyMarksError."""
    mark = _held(session, actor, place, now) if on else _found(session, actor, place)
    if mark is None or mark.bookmarked == on:
        return
    mark.bookmarked, mark.changed_at = on, now
    _drop_if_empty(session, mark)


def write_note(  # noqa: PLR0913  (whose, where, what, since what, when)
    session: Session, actor: Viewer, place: Place, note: str, *, before: str, now: datetime
) -> str:
    """Write the note, or take it away with an empty one; returns what is stored.

    `before` is the `stamp` of the text the edit began from. Raises NoteTooLongError,
    NoteConflictError, RefusedError, TooManyMarksError.
    """
    text = clean(note).replace("\r\n", "\n").strip()
    if len(text) > NOTE_LENGTH:
        raise NoteTooLongError
    mark = _held(session, actor, place, now) if text else _found(session, actor, place)
    if mark is None or mark.note == text:
        return text
    if mark.note and stamp(mark.note) != before:
        raise NoteConflictError(mark.note)
    mark.note, mark.search, mark.changed_at = text, search_form(text), now
    _drop_if_empty(session, mark)
    return text


def delete_mark(session: Session, actor: Viewer, mark_id: int) -> None:
    """Take away a person's bookmark and note. Raises NotFoundError for anybody else's."""
    mark = session.get(Mark, mark_id)
    if mark is None or mark.account_id != actor.account_id:
        raise NotFoundError
    session.delete(mark)
    session.flush()


def _found(session: Session, actor: Viewer, place: Place) -> Mark | None:
    return session.scalars(
        select(Mark)
        .where(
            Mark.account_id == actor.id,
            Mark.course_id == place.course_id,
            Mark.module_slug == place.module_slug,
            Mark.unit_slug == place.unit_slug,
            Mark.block == place.block,
        )
        .with_for_update()
    ).first()


def _held(session: Session, actor: Viewer, place: Place, now: datetime) -> Mark:
    """The mark at that place, made (as a bookmark for a moment) if need be."""
    if not can_take(actor) or session.get(Course, place.course_id) is None:
        raise RefusedError
    found = _found(session, actor, place)
    if found is not None:
        return found
    count = select(func.count()).select_from(Mark).where(Mark.account_id == actor.id)
    if (session.scalar(count) or 0) >= MOST_MARKS:
        raise TooManyMarksError
    made = insert_once(
        session, Mark, account_id=actor.id, course_id=place.course_id,
        module_slug=place.module_slug, unit_slug=place.unit_slug, block=place.block,
        heading=place.heading, bookmarked=True, note="", search="", created_at=now, changed_at=now,
    )  # fmt: skip
    mark = _found(session, actor, place)
    if mark is None:  # pragma: no cover  (another request took it away between two statements)
        raise NotFoundError
    if made is not None:
        mark.bookmarked = False
    return mark


def _drop_if_empty(session: Session, mark: Mark) -> None:
    if not mark.bookmarked and not mark.note:
        session.delete(mark)
    session.flush()
