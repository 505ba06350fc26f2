"""Files for lessons: one at a time, kept by their content, named so that a block can show them."""

from flask.typing import ResponseReturnValue

from hanmadang.courses.domain import uploads
from hanmadang.courses.domain.uploads import Kept
from hanmadang.courses.forms.files import FileForm
from hanmadang.courses.views.room import room
from hanmadang.kernel.db import transaction
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.media import KINDS, UPLOAD_BYTES
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission

_NO_FILE = lazy("Please choose a file first.")
_MEGABYTE = 2**20


@room.form("/desk/courses/files", needs=Permission.COURSES_AUTHOR)
def files() -> ResponseReturnValue:
    """Upload a file; says the name by which blocks show it. The same file has the same name."""
    form = FileForm()
    if not form.sent():
        return _show(form), 422 if form.is_submitted() else 200
    upload = form.upload()
    if not upload:
        return _show(form, fault=_NO_FILE), 422
    try:
        file = uploads.prepared(upload)
        with transaction() as session:
            kept = uploads.keep_file(session, viewer(), file)
    except DomainError as error:
        return _show(form, fault=error.text), error.status
    return _show(FileForm(formdata=None), kept)


def _show(form: FileForm, kept: Kept | None = None, fault: LazyText | None = None) -> str:
    return render(
        "courses/files.html",
        form=form,
        kept=kept,
        fault=fault,
        kinds=KINDS.values(),
        most=UPLOAD_BYTES // _MEGABYTE,
    )
