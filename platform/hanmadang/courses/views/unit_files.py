"""A file for a unit: uploaded where it is shown, its name put into the part by itself."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses.domain import drafts, uploads
from hanmadang.courses.editing import steps
from hanmadang.courses.editing.shown import field_id, part_of
from hanmadang.courses.forms.files import chosen
from hanmadang.courses.models import DraftUnit
from hanmadang.courses.views.desk import NEEDS, check_token, unit_at
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.media import UPLOAD_BYTES, UnusableFileError
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.pictures import Drawn

_MEGABYTE = 2**20
_NO_FILE = lazy("Please choose a file first.")
_NO_PICTURE = lazy("This is no picture. Please choose a JPEG, PNG, WebP or GIF.")
_PICTURE = lazy("This is a picture. Please choose a film, a recording or a document.")


@room.form("/desk/courses/units/<int:unit_id>/files", needs=NEEDS)
def desk_file(unit_id: int) -> ResponseReturnValue:
    """Upload a picture or file into its place; without one a picture becomes a new part."""
    check_token()
    unit = unit_at(db.session(), unit_id)
    place, error, status = request.values.get("at", ""), None, 200
    if request.method == "POST":
        try:
            return _kept(unit.id, place)
        except DomainError as refused:
            error, status = refused.text, refused.status
            unit = unit_at(db.session(), unit_id)
    return _page(unit, place, error), status


def _page(unit: DraftUnit, place: str, error: LazyText | None) -> str:
    return render(
        "courses/desk/file.html", unit=unit, place=place, error=error,
        is_picture=_wants_picture(place), back=field_id(place) if place else "",
        most=UPLOAD_BYTES // _MEGABYTE,
    )  # fmt: skip


def _wants_picture(place: str) -> bool:
    return place.rpartition(".")[2] != "media"


def _kept(unit_id: int, place: str) -> ResponseReturnValue:
    """Put the file in its place, whatever else changed in the unit meanwhile."""
    upload = chosen()
    if not upload:
        raise UnusableFileError(text=_NO_FILE)
    file = uploads.prepared(upload)
    if isinstance(file, Drawn) != _wants_picture(place):
        raise UnusableFileError(text=_NO_PICTURE if _wants_picture(place) else _PICTURE)
    now, to = clock.now(), list[str]()

    def work(session: Session) -> None:
        unit = unit_at(session, unit_id)
        content: dict[str, Any] = steps.copied(unit.content)
        name = uploads.keep_file(session, viewer(), file).name
        to[:] = [steps.show_file(content, place, name)]
        drafts.save_unit(session, viewer(), unit_id, content, revision=unit.revision, now=now)

    transact(work)
    anchor = field_id(to[0])
    part = part_of(to[0])
    url = url_for("courses.desk_unit", unit_id=unit_id, at=to[0], open=part, _anchor=anchor)
    return redirect(url, 303)
