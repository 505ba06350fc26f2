"""Proposing changes of the graph: plain forms that work without script."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.curricula.domain.graph import (
    CodeTakenError,
    GraphFaultError,
    StaleGraphError,
    Wanted,
    propose,
)
from hanmadang.curricula.graph import edits
from hanmadang.curricula.graph.specs import CompetencySpec, Document, Graph, mark_of
from hanmadang.curricula.graph.words import differences, names_of
from hanmadang.curricula.forms_graph import (
    ROLES,
    CompetencyForm,
    MergeForm,
    NoteForm,
    roles_of,
    roles_sent,
)
from hanmadang.curricula.models import ChangeKind
from hanmadang.curricula.queries.graph import read_graph
from hanmadang.curricula.views.graph import NEEDS
from hanmadang.curricula.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import render, viewer


def send(form: NoteForm, kind: ChangeKind, after: Document, **more: Any) -> ResponseReturnValue:
    """Propose it once, however often the form arrives. Raises DomainError."""
    wanted = Wanted(kind, after, form.note.data or "", **more)

    def effect(session: Session) -> Answer:
        base = form.base.data or None
        change = propose(session, viewer(), wanted, now=clock.now(), base=base)
        said = _("Proposed. It counts once somebody else has approved it.")
        return Answer(url_for("curricula.graph_change", change_id=change.id), said)

    answer = commit_once(
        key=str(form.idempotency_key.data),
        scope=f"account:{viewer().id}",
        request=[*form.hash_fields(), ("after", mark_of(after))],
        effect=effect,
    )
    say(answer.said, answer.category)
    return redirect(answer.location, 303)


def refuse(form: NoteForm, error: DomainError, *, code: Any = None) -> int:
    """Show on the form what was wrong; the status to answer with."""
    texts = error.texts if isinstance(error, GraphFaultError) else [error.text]
    said = [str(text) for text in texts]
    if code is not None and isinstance(error, CodeTakenError):
        code.errors = said
    else:
        form.form_errors = said
    return error.status


def found(graph: Graph, competency: str, *, active: bool = True) -> CompetencySpec:
    """That competency. Raises NotFoundError for one that is not there, or not in use."""
    each = graph.competencies.get(competency)
    if each is None or (active and not each.is_active):
        raise NotFoundError
    return each


@room.form("/desk/graph/new", needs=NEEDS)
def new_competency() -> ResponseReturnValue:
    """A competency that was not there."""
    form, graph = CompetencyForm(), read_graph(db.session())
    form.offer(graph, None)
    roles, status = roles_sent(request.form.items()), 200
    if form.is_submitted():
        status = 422
    if form.sent():
        spec = form.spec(form.code.data or "", roles)
        try:
            return send(form, ChangeKind.ADD, edits.written(spec))
        except DomainError as error:
            status = refuse(form, error, code=form.code)
    return _form_page(form, graph, None, roles), status


@room.form("/desk/graph/competencies/<competency>/edit", needs=NEEDS)
def edit_competency(competency: str) -> ResponseReturnValue:
    """Its texts, its weight and what it stands on."""
    form, graph = CompetencyForm(), read_graph(db.session())
    now = found(graph, competency)
    form.offer(graph, now)
    if not form.is_submitted():
        form.base.data = mark_of(graph.part(edits.written(now)))
        return _form_page(form, graph, now, roles_of(now))
    roles = roles_sent(request.form.items())
    status, clash = 422, []
    if form.sent():
        after = edits.written(form.spec(competency, roles))
        try:
            return send(form, ChangeKind.EDIT, after)
        except DomainError as error:
            status = refuse(form, error)
            if isinstance(error, StaleGraphError):
                graph = read_graph(db.session())
                clash = list(differences(graph.part(after), after, graph))
                form.base.data = mark_of(graph.part(after))
    return _form_page(form, graph, now, roles, clash), status


def _form_page(
    form: CompetencyForm,
    graph: Graph,
    now: CompetencySpec | None,
    roles: dict[str, str],
    clash: Any = (),
) -> str:
    others = [each for each in graph.active().values() if now is None or each.code != now.code]
    korean = current_locale() == "ko"
    others.sort(key=lambda each: (graph.topics[each.topic].position, each.code))
    return render(
        "curricula/graph/form.html",
        form=form,
        now=now,
        others=[(each.code, each.name_ko if korean else each.name_en) for each in others],
        roles=roles,
        choices=ROLES,
        clash=clash,
    )


@room.form("/desk/graph/competencies/<competency>/merge", needs=NEEDS)
def merge_competency(competency: str) -> ResponseReturnValue:
    """What is said of it counts for another one from then on."""
    form, graph = MergeForm(), read_graph(db.session())
    now = found(graph, competency)
    side = 0 if current_locale() == "ko" else 1
    form.into.choices = [
        (code, names_of(code, graph)[side]) for code in graph.active() if code != competency
    ]
    status = 422 if form.is_submitted() else 200
    if form.sent():
        try:
            after = edits.merged(graph, competency, str(form.into.data))
            return send(form, ChangeKind.MERGE, after)
        except DomainError as error:
            status = refuse(form, error)
    page = render(
        "curricula/graph/merge.html", form=form, now=now, users=graph.users_of(competency)
    )
    return page, status


@room.form("/desk/graph/competencies/<competency>/retire", needs=NEEDS)
def retire_competency(competency: str) -> ResponseReturnValue:
    """Out of use, or back in use."""
    form, graph = NoteForm(), read_graph(db.session())
    now = found(graph, competency, active=False)
    status = 422 if form.is_submitted() else 200
    if form.sent():
        kind = ChangeKind.RETIRE if now.is_active else ChangeKind.RESTORE
        make = edits.retired if now.is_active else edits.restored
        try:
            return send(form, kind, make(graph, competency))
        except DomainError as error:
            status = refuse(form, error)
    page = render("curricula/graph/retire.html", form=form, now=now)
    return page, status
