"""The question bank on the desk: search, read, rewrite, put into a unit."""

from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses import texts_runs as texts
from hanmadang.courses.domain import bank
from hanmadang.courses.editing import labels, schema, steps, typed
from hanmadang.courses.editing.complaints import of_question
from hanmadang.courses.editing.shown import shown_fields
from hanmadang.courses.forms import authoring as forms
from hanmadang.courses.models import BankEntry, BankUse
from hanmadang.courses.queries import bank as reads
from hanmadang.courses.queries.bank_items import entry_items
from hanmadang.courses.rules_authoring import can_edit
from hanmadang.courses.views.desk import NEEDS, act, check_token, unit_at
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.disclosure import SMALLEST_CELL
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.vocabulary import competencies, topics

_LARGEST_ID = 2**31 - 1


@room.page("/desk/courses/bank", needs=NEEDS)
def desk_bank() -> ResponseReturnValue:
    """Questions of every institution, found by words, competency and kind."""
    asked = {name: request.args.get(name, "") for name in ("words", "competency", "kind")}
    unit_id = forms.whole(request.args.get("unit", ""))
    unit = unit_at(db.session(), unit_id) if unit_id else None
    return render(
        "courses/desk/bank.html",
        entries=reads.entries(db.session(), **asked),
        asked=asked,
        unit=unit,
        competencies=competencies(db.session()),
        labels=labels,
        most=reads.MOST,
    )


@room.form("/desk/courses/bank/<int:entry_id>", needs=NEEDS)
def desk_entry(entry_id: int) -> ResponseReturnValue:
    """One entry: its text, where it is used, and its form for whoever may change it."""
    check_token()
    entry = _entry(db.session(), entry_id)
    content, problems, status = dict(entry.content), {}, 200
    mine = can_edit(viewer(), entry.institution_id, ())
    error = None
    if request.method == "POST":
        content = _sent(entry)
        place = steps.step({"questions": [content]}, request.form.get("press", ""))
        if not place:
            problems = of_question(content)
            try:
                return _rewrite(entry_id, content)
            except DomainError as refused:
                error, status = refused.text, refused.status
    return (
        render(
            "courses/desk/entry.html",
            entry=entry,
            fields=shown_fields(
                schema.question(entry.kind), content, problems, "questions.question."
            ),
            uses=reads.uses_of(db.session(), viewer(), entry),
            items=entry_items(db.session(), viewer(), entry),
            smallest=SMALLEST_CELL,
            texts=texts,
            mine=mine,
            error=error,
            groups=labels.by_topic(topics(db.session()), competencies(db.session())),
            labels=labels,
        ),
        status,
    )


def _sent(entry: BankEntry) -> dict[str, Any]:
    fields = schema.question(entry.kind)
    kept = {"slug": entry.content["slug"], "kind": entry.kind}
    prefix = "questions.question."
    return kept | typed.read_fields(request.form, prefix, fields, entry.content)


def _rewrite(entry_id: int, content: dict[str, Any]) -> ResponseReturnValue:
    mark, now = request.form.get("content_hash", ""), clock.now()
    transact(
        lambda session: bank.rewrite(
            session, viewer(), _entry(session, entry_id), content, content_hash=mark, now=now
        )
    )
    say(_("Saved."))
    return redirect(url_for("courses.desk_entry", entry_id=entry_id), 303)


@room.action("/desk/courses/units/<int:unit_id>/take", needs=NEEDS)
def desk_take(unit_id: int) -> ResponseReturnValue:
    """Put an entry into the unit, or renew its copy there."""
    entry_id = forms.whole(request.form.get("entry", ""))
    slug, now = request.form.get("question", ""), clock.now()

    def work(session: Session) -> None:
        unit = unit_at(session, unit_id)
        if not slug:
            bank.take(session, viewer(), unit, _entry(session, entry_id), now=now)
        elif session.get(BankUse, (unit_id, slug)) is None:
            raise NotFoundError(slug)
        else:
            bank.renew(session, viewer(), unit, slug, now=now)

    return act(work, "courses.desk_unit", unit_id=unit_id, _anchor="questions")


def _entry(session: Session, entry_id: int) -> BankEntry:
    entry = session.get(BankEntry, min(entry_id, _LARGEST_ID))
    if entry is None:
        raise NotFoundError(entry_id)
    return entry
