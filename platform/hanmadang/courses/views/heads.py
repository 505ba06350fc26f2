"""First pages: a new course, what a course is about, what a module is about."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses.domain import drafts
from hanmadang.courses.editing import schema, typed
from hanmadang.courses.editing.shown import shown_fields
from hanmadang.courses.forms import authoring as forms
from hanmadang.courses.queries import versions
from hanmadang.courses.views.desk import NEEDS, check_token, draft_of, module_at, once
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import LazyText, _
from hanmadang.kernel.idempotency import Answer
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import render, viewer

_BLANK = {"audience": schema.EVERYBODY}


@room.form("/desk/courses/new", needs=NEEDS)
def desk_new() -> ResponseReturnValue:
    """Begin a course."""
    check_token()
    error: LazyText | None = None
    if request.method == "POST":
        try:
            return redirect(_begin().location, 303)
        except forms.TitleMissingError as missing:
            error = missing.text
    first = {schema.FIRST_UNIT.name: _first_unit()}
    page = render(
        "courses/desk/head.html", fields=shown_fields(schema.HEAD, _typed_head(_BLANK), {}),
        first=shown_fields((schema.FIRST_UNIT,), first, {}), course=None, error=error,
        key=new_key(),
    )  # fmt: skip
    return page, 422 if error else 200


def _typed_head(before: dict[str, Any]) -> dict[str, Any]:
    if request.method != "POST":
        return before
    return typed.read_fields(request.form, "", schema.HEAD, before)


def _first_unit() -> dict[str, str]:
    """The title asked for beside a new course, in the languages in which it was typed."""
    return forms.texts_in(request.form, schema.FIRST_UNIT.name, optional=True)


def _begin() -> Answer:
    """A new course of one module; with a first unit where that was given a title."""
    forms.texts_in(request.form, "title")
    head, unit, now = _typed_head({}), _first_unit(), clock.now()

    def effect(session: Session) -> Answer:
        draft = drafts.begin(
            session, viewer(), head, institution_id=viewer().institution_id, now=now
        )
        first = {"title": {"ko": "1부", "en": "Part 1"}, "summary": {}}
        module = drafts.add_module(session, draft.course_id, first)
        if unit:
            begun = drafts.add_unit(session, viewer(), module.id, unit, now=now)
            return Answer(url_for("courses.desk_unit", unit_id=begun.id))
        return Answer(url_for("courses.desk_course", course_id=draft.course_id))

    return once(effect)


@room.form("/desk/courses/<int:course_id>/head", needs=NEEDS)
def desk_head(course_id: int) -> ResponseReturnValue:
    """The first page of a course: title, summary, for whom."""
    check_token()
    session = db.session()
    course = versions.find_course(session, viewer(), course_id)
    draft = draft_of(session, course_id)
    head, error, status = draft.head, None, 200
    if request.method == "POST":
        head = {"position": draft.head.get("position", 1)} | _typed_head(draft.head)
        try:
            return _save_head(course_id, head)
        except DomainError as refused:
            error, status = refused.text, refused.status
            draft = draft_of(db.session(), course_id)
    fields = shown_fields(schema.HEAD, head, {})
    page = render(
        "courses/desk/head.html", fields=fields, course=course, revision=draft.revision,
        error=error, key=new_key(), theirs=shown_fields(schema.HEAD, draft.head, {}),
        stale=status == drafts.StaleDraftError.status,
    )  # fmt: skip
    return page, status


def _save_head(course_id: int, head: dict[str, Any]) -> ResponseReturnValue:
    forms.texts_in(request.form, "title")
    revision, now = forms.whole(request.form.get("revision", "")), clock.now()
    transact(
        lambda session: drafts.save_head(
            session, viewer(), course_id, head, revision=revision, now=now
        )
    )
    say(_("Saved."))
    return redirect(url_for("courses.desk_course", course_id=course_id), 303)


@room.form("/desk/courses/modules/<int:module_id>", needs=NEEDS)
def desk_module(module_id: int) -> ResponseReturnValue:
    """A module's title and summary."""
    check_token()
    module = module_at(db.session(), module_id)
    head, error, status = module.head, None, 200
    course_id = module.course_id
    if request.method == "POST":
        head = typed.read_fields(request.form, "", schema.MODULE, module.head)
        revision = forms.whole(request.form.get("revision", ""))
        try:
            transact(lambda s: drafts.save_module(s, module_id, head, revision=revision))
            say(_("Saved."))
            return redirect(url_for("courses.desk_course", course_id=course_id), 303)
        except DomainError as refused:
            error, status = refused.text, refused.status
            module = module_at(db.session(), module_id)
    page = render(
        "courses/desk/module.html", module=module, fields=shown_fields(schema.MODULE, head, {}),
        error=error, theirs=shown_fields(schema.MODULE, module.head, {}), stale=status != 200,  # noqa: PLR2004
    )  # fmt: skip
    return page, status
