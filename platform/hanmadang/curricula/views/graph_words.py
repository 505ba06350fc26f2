"""Viewpoints, and the whole vocabulary as files in and out."""

from flask import Response
from flask.typing import ResponseReturnValue

from hanmadang.curricula.graph import edits, exchange
from hanmadang.curricula.graph.specs import VIEWS, mark_of
from hanmadang.curricula.forms_graph import ViewpointForm, VocabularyForm
from hanmadang.curricula.models import ChangeKind
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.curricula.queries.health import units_by_viewpoint
from hanmadang.curricula.views.graph import NEEDS
from hanmadang.curricula.views.graph_edit import refuse, send
from hanmadang.curricula.views.room import room
from hanmadang.kernel.db import db
from hanmadang.kernel.downloads import as_download
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import render
from hanmadang.kernel.sheets import CSV


@room.form("/desk/graph/viewpoints", needs=NEEDS)
def viewpoints() -> ResponseReturnValue:
    """The reviewed list, and a form for one more."""
    form, graph = ViewpointForm(), read_graph(db.session())
    status = 422 if form.is_submitted() else 200
    if form.sent():
        code = form.code.data or ""
        form.base.data = mark_of({VIEWS: {code: None}})
        try:
            return send(form, ChangeKind.VIEWPOINTS, edits.viewpoint(form.spec(code)))
        except DomainError as error:
            status = refuse(form, error)
    page = render(
        "curricula/graph/viewpoints.html", form=form, graph=graph,
        units=units_by_viewpoint(db.session(), graph),
    )  # fmt: skip
    return page, status


@room.form("/desk/graph/viewpoints/<viewpoint>", needs=NEEDS)
def edit_viewpoint(viewpoint: str) -> ResponseReturnValue:
    """Its texts; or take it off the list."""
    form, graph = ViewpointForm(), read_graph(db.session())
    now = graph.viewpoints.get(viewpoint)
    if now is None:
        raise NotFoundError
    form.show(now)
    status = 422 if form.is_submitted() else 200
    if not form.is_submitted():
        form.base.data = mark_of(graph.part(edits.viewpoint(now)))
    elif form.sent():
        gone = form.gone.data
        after = edits.viewpoint_gone(viewpoint) if gone else edits.viewpoint(form.spec(viewpoint))
        try:
            return send(form, ChangeKind.VIEWPOINTS, after)
        except DomainError as error:
            status = refuse(form, error)
    return render("curricula/graph/viewpoint.html", form=form, now=now), status


@room.form("/desk/graph/import", needs=NEEDS)
def import_vocabulary() -> ResponseReturnValue:
    """A file becomes one proposal, or nothing where any row is wrong."""
    form = VocabularyForm()
    complaints: tuple[exchange.Complaint, ...] = ()
    status = 422 if form.is_submitted() else 200
    if form.sent():
        name, content = form.upload()
        read = exchange.read_file(name, content) if name else None
        if read is None:
            form.file.errors = [_("Please choose a file.")]
        elif read.complaints:
            complaints = read.complaints
        else:
            try:
                return send(form, ChangeKind.IMPORT, read.document)
            except DomainError as error:
                status = refuse(form, error)
    page = render(
        "curricula/graph/import.html", form=form, complaints=complaints, columns=exchange.COLUMNS
    )
    return page, status


@room.page("/desk/graph/vocabulary.toml", needs=NEEDS)
def vocabulary_toml() -> ResponseReturnValue:
    """Everything, to read back or to read in elsewhere."""
    content = exchange.write_toml(read_graph(db.session()))
    return as_download(Response(content, content_type="application/toml"), "vocabulary.toml")


@room.page("/desk/graph/competencies.csv", needs=NEEDS)
def competencies_csv() -> ResponseReturnValue:
    """The competencies, for a spreadsheet."""
    content = exchange.write_csv(read_graph(db.session()))
    return as_download(Response(content, content_type=CSV), "competencies.csv")
