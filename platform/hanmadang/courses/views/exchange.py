"""Courses and questions of other systems, in and out."""

from datetime import timedelta

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses.domain.imports import KEPT, draft_of, keep_import
from hanmadang.courses.exchange import leaving, own
from hanmadang.courses.exchange.apart import Read, read_apart
from hanmadang.courses.exchange.failures import ExchangeError
from hanmadang.courses.exchange.imported import Format, Options
from hanmadang.courses.exchange.reasons import SENTENCES
from hanmadang.courses.exchange.report import Note, Outcome, lines
from hanmadang.courses.exchange.table.columns import head, sample
from hanmadang.courses.forms.exchange import FORMATS, ImportForm
from hanmadang.courses.models import CourseImport
from hanmadang.courses.queries.exports import Outgoing, exportable, outgoing
from hanmadang.courses.queries.imports import find_import, my_imports
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.db import db
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.gate import aside
from hanmadang.kernel.i18n import LazyText, _, current_locale, lazy
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.sheets import spreadsheet
from hanmadang.kernel.uploads import IMPORT_BYTES
from hanmadang.kernel.vocabulary import competencies

NEEDS = Permission.COURSES_AUTHOR
OUTCOMES: dict[Outcome, LazyText] = {
    Outcome.LEFT: lazy("Left out"),
    Outcome.CHANGED: lazy("Taken over with a change"),
    Outcome.KEPT: lazy("Taken over as it was"),
}
LEAVING: dict[str, LazyText] = {
    "zip": lazy("Our own archive (zip): everything, to be read back exactly"),
    "gift": lazy("GIFT: the questions, in one language"),
    "olx": lazy("Open edX course (OLX, tar.gz), in one language"),
    "csv": lazy("CSV table: the questions, in both languages"),
}
_NO_FILE = lazy("Please choose a file first.")
_MEGABYTE = 2**20


@room.form("/desk/courses/import", needs=NEEDS)
def import_course() -> ResponseReturnValue:
    """A form for a file of another system; reading it changes nothing yet."""
    form = ImportForm()
    form.offer((each.code, each.name.shown(current_locale()).text) for each in competencies())
    if not form.sent():
        return _form_page(form), 422 if form.is_submitted() else 200
    name, data = form.upload()
    if not data:
        form.file.errors = [str(_NO_FILE)]
        return _form_page(form), 422
    try:
        with aside():
            read = read_apart(name, data, form.options(), form.chosen())
    except ExchangeError as error:
        form.file.errors = [str(error.text)]
        return _form_page(form), error.status
    return redirect(_kept(form, name, read).location, 303)


def _kept(form: ImportForm, name: str, read: Read) -> Answer:
    now = clock.now()

    def effect(session: Session) -> Answer:
        row = keep_import(session, viewer(), name, read, now=now)
        return Answer(url_for("courses.imported", import_id=row.id))

    return commit_once(
        key=str(form.idempotency_key.data),
        scope=f"account:{viewer().id}",
        request=[("name", name), ("figures", str(sorted(read.figures.items())))],
        effect=effect,
    )


def _form_page(form: ImportForm) -> str:
    session = db.session()
    return render(
        "courses/exchange/import.html",
        form=form,
        imports=my_imports(session, viewer()),
        courses=exportable(session, viewer()),
        formats=FORMATS,
        days=KEPT // timedelta(days=1),
        most=IMPORT_BYTES // _MEGABYTE,
    )


@room.page("/desk/courses/import/sample.csv", needs=NEEDS)
def import_sample() -> ResponseReturnValue:
    """A table with a question of each kind, to begin from."""
    return spreadsheet("hanmadang-questions.csv", head(), sample())


@room.page("/desk/courses/imports/<int(max=2147483647):import_id>", needs=NEEDS)
def imported(import_id: int) -> ResponseReturnValue:
    """What became of everything in the file."""
    row = find_import(db.session(), viewer(), import_id)
    notes = _notes(row)
    return render(
        "courses/exchange/report.html",
        row=row,
        format=FORMATS[Format(row.format)],
        groups=groups_of(notes),
        reasons=SENTENCES,
        days=KEPT // timedelta(days=1),
    )


@room.page("/desk/courses/imports/<int(max=2147483647):import_id>/report.csv", needs=NEEDS)
def import_report(import_id: int) -> ResponseReturnValue:
    """Every note, one a row."""
    row = find_import(db.session(), viewer(), import_id)
    return _report("import-report.csv", _notes(row))


@room.page("/desk/courses/imports/<int(max=2147483647):import_id>/course.zip", needs=NEEDS)
def import_archive(import_id: int) -> ResponseReturnValue:
    """What was taken over, as an archive of ours."""
    row = find_import(db.session(), viewer(), import_id, whole=True)
    return as_file(row.archive, "course.zip", "application/zip")


@room.action("/desk/courses/imports/<int(max=2147483647):import_id>/draft", needs=NEEDS)
def import_draft(import_id: int) -> ResponseReturnValue:
    """Go on with what was taken over, as the draft of a new course; pressed twice, the same one."""
    row = find_import(db.session(), viewer(), import_id, whole=True)
    read, now = own.read(row.name, row.archive, Options()), clock.now()

    def effect(session: Session) -> Answer:
        draft = draft_of(session, viewer(), read, now=now)
        return Answer(url_for("courses.desk_course", course_id=draft.course_id))

    made = commit_once(
        key=f"import-{import_id}-draft",
        scope=f"account:{viewer().id}",
        request=[("import", str(import_id))],
        effect=effect,
    )
    return redirect(made.location, 303)


@room.page("/desk/courses/export/<course>", needs=NEEDS)
def export_course(course: str) -> ResponseReturnValue:
    """The forms in which a course can leave, and what each cannot say."""
    found = outgoing(db.session(), viewer(), course)
    language = language_asked()
    made = [(name, label, _leave(found, name, language)) for name, label in LEAVING.items()]
    kinds = [(name, label, groups_of(each.notes)) for name, label, each in made]
    return render(
        "courses/exchange/export.html",
        course=found,
        kinds=kinds,
        language=language,
        reasons=SENTENCES,
    )


@room.page("/desk/courses/export/<course>/<kind>", needs=NEEDS)
def export_file(course: str, kind: str) -> ResponseReturnValue:
    """The file."""
    if kind not in LEAVING:
        raise NotFoundError
    found = outgoing(db.session(), viewer(), course)
    made = _leave(found, kind, language_asked())
    return as_file(made.content, f"{found.slug}.{made.ending}", made.mimetype)


def _leave(found: Outgoing, kind: str, language: str) -> leaving.Leaving:
    return leaving.leave(kind, found.course, found.pictures, language, found.films)


def language_asked() -> str:
    """The language of the file that is asked for; the page's own where none is named."""
    said = request.args.get("language", "")
    return said if said in LANGUAGES else current_locale()


def _notes(row: CourseImport) -> list[Note]:
    return [Note.from_json(note) for note in row.notes]


def groups_of(notes: list[Note]) -> list[tuple[Outcome, LazyText, list[object]]]:
    """Lines of the report by what became of them."""
    found = lines(notes)
    groups = [
        (outcome, label, [line for line in found if line.outcome is outcome])
        for outcome, label in OUTCOMES.items()
    ]
    return [(outcome, label, list(group)) for outcome, label, group in groups if group]


def _report(name: str, notes: list[Note]) -> Response:
    columns = [_("Outcome"), _("In the file"), _("Place"), _("Why"), _("First words")]
    rows = [
        [str(OUTCOMES[n.outcome]), n.construct, n.where, str(SENTENCES[n.reason]), n.detail]
        for n in notes
    ]
    return spreadsheet(name, columns, rows)


def as_file(content: bytes, name: str, mimetype: str) -> Response:
    """An answer to be saved."""
    return as_download(Response(content, mimetype=mimetype), name)
