"""Bookmarks and notes: left beside a lesson, and all together on a page of their own."""

from typing import Any

from flask import Response, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.courses import domain, files, queries
from hanmadang.courses.domain.marks import NOTE_LENGTH, NoteConflictError, Place
from hanmadang.courses.forms.quiz import block_in, key_in
from hanmadang.courses.queries.marks import beginning_of
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.forms import UNUSABLE
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.rooms import wants_json
from hanmadang.kernel.searching import words_in
from hanmadang.kernel.sheets import spreadsheet
from hanmadang.kernel.text import UnusableTextError


class UnusableNoteError(DomainError):
    """The note holds a character that no database keeps (422)."""

    status = 422
    text = UNUSABLE


@room.action("/courses/<course>/<module>/<unit>/mark", needs=Permission.COURSES_TAKE)
def mark(course: str, module: str, unit: str) -> ResponseReturnValue:
    """Set or take away a bookmark: the form says which, so that repeating it changes nothing."""
    place, back = _place(course, module, unit)
    on = request.form.get("bookmark") == "yes"
    with transaction() as session:
        domain.bookmark(session, viewer(), place, on=on, now=clock.now())
    if wants_json():
        return jsonify(bookmarked=on)
    say(_("Bookmarked.") if on else _("The bookmark is gone."))
    return redirect(back, 303)


@room.action("/courses/<course>/<module>/<unit>/note", needs=Permission.COURSES_TAKE)
def note(course: str, module: str, unit: str) -> ResponseReturnValue:
    """Write a note, or take it away with an empty one; scripts are answered in JSON."""
    place, back = _place(course, module, unit)
    typed, before = request.form.get("note", ""), request.form.get("before", "")
    try:
        with transaction() as session:
            stored = domain.write_note(
                session, viewer(), place, typed, before=before, now=clock.now()
            )
    except UnusableTextError as error:
        raise UnusableNoteError from error
    except NoteConflictError as conflict:
        return _conflict(conflict, place, back, typed)
    if wants_json():
        return jsonify(before=domain.stamp(stored))
    say(_("Your note is saved.") if stored else _("Your note is deleted."))
    return redirect(back, 303)


def _place(course: str, module: str, unit: str) -> tuple[Place, str]:
    """The place that the form names, and where it is read. Raises NotFoundError."""
    page = queries.lesson(viewer(), course, module, unit, current_locale())
    block = block_in(request.form)
    if block > len(page.blocks):
        raise NotFoundError
    heading = beginning_of(db.session(), page.unit_id, block) if block else ""
    anchor = f"block-{block}" if block else "note"
    back = url_for("courses.unit", course=course, module=module, unit=unit, _anchor=anchor)
    return Place(page.course_id, module, unit, block, heading), back


def _conflict(
    conflict: NoteConflictError, place: Place, back: str, typed: str
) -> ResponseReturnValue:
    """Both texts, so that the person can make one of them."""
    before = domain.stamp(conflict.stored)
    if wants_json():
        return jsonify(stored=conflict.stored, before=before), conflict.status
    html = render(
        "courses/notes/conflict.html", place=place, back=back, typed=typed, before=before,
        stored=conflict.stored, action=request.path, text=conflict.text, most=NOTE_LENGTH,
        key=key_in(request.form),
    )  # fmt: skip
    return html, conflict.status


@room.page("/my/notes", needs=Permission.COURSES_TAKE)
def my_notes() -> ResponseReturnValue:
    """Every bookmark and note, by course and unit, with a search."""
    asked = request.args.get("q", "").strip()[:80]
    words = words_in(asked)
    marks = queries.my_marks(viewer().id, current_locale(), words)
    return render("courses/notes/mine.html", marks=marks, asked=asked, words=words)


@room.action("/my/notes/<int(max=2147483647):mark_id>/delete", needs=Permission.COURSES_TAKE)
def delete_mark(mark_id: int) -> ResponseReturnValue:
    """Take away a bookmark and its note."""
    with transaction() as session:
        domain.delete_mark(session, viewer(), mark_id)
    say(_("Deleted."))
    return redirect(url_for("courses.my_notes"), 303)


@room.page("/my/notes.csv", needs=Permission.COURSES_TAKE)
def notes_csv() -> ResponseReturnValue:
    """All notes for a spreadsheet."""
    head, rows = files.table_of(_mine(), current_locale())
    return spreadsheet(_("my-notes") + ".csv", head, rows)


@room.page("/my/notes.md", needs=Permission.COURSES_TAKE)
def notes_text() -> ResponseReturnValue:
    """All notes as text that reads well anywhere, marked up in Markdown."""
    text = files.text_of(_mine(), current_locale())
    response = Response(text, content_type="text/markdown; charset=utf-8")
    return as_download(response, _("my-notes") + ".md")


def _mine() -> Any:
    return queries.my_marks(viewer().id, current_locale())
