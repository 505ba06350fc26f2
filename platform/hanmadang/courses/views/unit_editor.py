"""The editor of a unit: one form that works without script; each press saves the draft."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from hanmadang.courses.domain import bank, drafts
from hanmadang.courses.editing import labels, merging, schema, steps, typed
from hanmadang.courses.editing.complaints import Complaint, of_unit
from hanmadang.courses.editing.pace import reckoned
from hanmadang.courses.editing.shown import (
    field_id,
    open_parts,
    part_of,
    shown_blocks,
    shown_fields,
    shown_questions,
)
from hanmadang.courses.editing.texts import confirmed, text_of
from hanmadang.courses.forms import authoring as forms
from hanmadang.courses.models import Course, DraftModule, DraftUnit
from hanmadang.courses.previews import preview
from hanmadang.courses.queries import drafts as reads
from hanmadang.courses.queries.bank import origins_of
from hanmadang.courses.views.desk import NEEDS, act, check_token, unit_at
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import LazyText, _, current_locale, format_clock, format_day
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.rooms import wants_json
from hanmadang.kernel.vocabulary import competencies, topics

_STALE = 409
_PICK = "pick."
_LEADING = ("open", "add", "block", "question", "remove")
"""Presses after which one goes on in another part."""


@room.form("/desk/courses/units/<int:unit_id>", needs=NEEDS)
def desk_unit(unit_id: int) -> ResponseReturnValue:
    """Write a unit."""
    check_token()
    if request.method == "POST":
        return _save(unit_id)
    return _page(unit_at(db.session(), unit_id))


def _save(unit_id: int) -> ResponseReturnValue:
    unit = unit_at(db.session(), unit_id)
    revision = forms.whole(request.form.get("revision", ""))
    base = reads.revision_of(db.session(), unit_id, revision)
    sent = forms.AllChecked(request.form) if _press() == "checked" else request.form
    content = typed.read_unit(sent, base or unit.content)
    if "merge" in request.form:
        revision = forms.whole(request.form.get("theirs", ""))
        content = merging.merge(content, unit.content, _picks())
    place = steps.step(content, _press())
    now = clock.now()
    try:
        after = transact(
            lambda s: drafts.save_unit(s, viewer(), unit_id, content, revision=revision, now=now)
        )
    except drafts.StaleDraftError as stale:
        if wants_json():
            return jsonify(error=str(stale.text)), _STALE
        return _conflict(unit_id, base or {}, content)
    if wants_json():
        return jsonify(revision=after, saved=_told(now))
    return _saved(unit_id, after, place)


def _told(saved_at: datetime) -> str:
    """When it was saved: the time of today, else the day, where the house stands."""
    here = saved_at.astimezone(ZoneInfo(settings().zone))
    if here.date() == clock.now().astimezone(here.tzinfo).date():
        return _("Saved %(time)s", time=format_clock(here.time(), current_locale()))
    return _("Saved on %(day)s", day=format_day(here.date()))


def _press() -> str:
    return request.form.get("press", "")


def _picks() -> dict[str, str]:
    form = request.form
    return {name[len(_PICK) :]: form[name] for name in form if name.startswith(_PICK)}


def _saved(unit_id: int, revision: int, place: str) -> ResponseReturnValue:
    verb, _colon, what = _press().partition(":")
    arrow = f"-{verb}" if verb in ("up", "down") else ""
    more: dict[str, Any] = {"_anchor": field_id(place) + arrow, "at": place} if place else {}
    more["open"] = _open_after(verb, place)
    if verb == "remove":
        more |= {"undo": revision - 1, "gone": what, "_anchor": "undo"}
    if verb == "check":
        more |= {"check": "1", "_anchor": "checked"}
    if not verb:
        more["_anchor"] = "save"
        say(_("Saved."))
    if verb == "preview":
        return redirect(url_for("courses.desk_preview", unit_id=unit_id), 303)
    if verb == "file":
        return redirect(url_for("courses.desk_file", unit_id=unit_id, at=what), 303)
    return redirect(url_for("courses.desk_unit", unit_id=unit_id, **more), 303)


def _open_after(verb: str, place: str) -> list[str]:
    """The one part worked on next; whatever leads nowhere leaves open what was."""
    if verb in _LEADING and "." in place:
        return [part_of(place)]
    form = request.form
    shown = [f"{where}.{name}" for where in ("blocks", "questions") for name in form.getlist(where)]
    folded = set(form.getlist(typed.FOLDED))
    return [each for each in shown if each not in folded] if folded else []


def _page(unit: DraftUnit) -> str:
    session = db.session()
    module = session.get_one(DraftModule, unit.module_id)
    content, complaints = unit.content, _complaints(unit)
    subjects, taught = topics(session), competencies(session)
    problems = _by_place(complaints)
    opened = open_parts(content, request.args.getlist("open"), problems)
    return render(
        "courses/desk/unit.html",
        unit=unit,
        module=module,
        course=session.get_one(Course, module.course_id),
        content=content,
        head=shown_fields(schema.UNIT, content, problems),
        sources=shown_fields((schema.SOURCES,), content, problems)[0],
        quiz=shown_fields(schema.QUIZ, content.get("quiz", {}), problems, "quiz."),
        blocks=shown_blocks(content, problems, opened),
        questions=shown_questions(content, problems, opened),
        checked=bool(request.args.get("check")),
        complaints=[(field_id(each.place), each) for each in complaints],
        topics=subjects,
        competencies=taught,
        groups=labels.by_topic(subjects, taught),
        unchecked=confirmed(content) != content,
        saved=_told(unit.updated_at),
        strengths={each["competency"]: each["strength"] for each in content.get("teaches", ())},
        origins=origins_of(session, unit.id),
        labels=labels,
        usual=labels.USUAL,
        reckoned=reckoned(content.get("blocks", ()), content.get("questions", ())),
        languages=LANGUAGES,
        undo=forms.whole(request.args.get("undo", "")),
        gone=request.args.get("gone", ""),
        at=field_id(request.args["at"]) if request.args.get("at") else "",
    )


def _complaints(unit: DraftUnit) -> list[Complaint]:
    """Only where asked for: nobody is told of gaps while still writing."""
    return of_unit(unit.slug, unit.content) if request.args.get("check") else []


def _by_place(complaints: Sequence[Complaint]) -> Mapping[str, list[LazyText]]:
    found: dict[str, list[LazyText]] = {}
    for each in complaints:
        found.setdefault(each.place, []).append(each.problem)
    return found


def _conflict(unit_id: int, base: dict[str, Any], mine: dict[str, Any]) -> ResponseReturnValue:
    """What was written and what stands there now, both kept, for the writer to choose."""
    unit = unit_at(db.session(), unit_id)
    skipped = {"csrf_token", "merge", "theirs", "press"}
    sent = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in skipped and not name.startswith(_PICK)
    ]
    page = render(
        "courses/desk/conflict.html", unit=unit, sent=sent,
        clashes=merging.clashes(base, mine, unit.content), labels=labels,
    )  # fmt: skip
    return page, _STALE


@room.action("/desk/courses/units/<int:unit_id>/restore", needs=NEEDS)
def desk_restore(unit_id: int) -> ResponseReturnValue:
    """Go back to how the unit stood before."""
    to, revision = (forms.whole(request.form.get(name, "")) for name in ("to", "revision"))
    now = clock.now()

    def work(session: Any) -> None:
        unit_at(session, unit_id)
        before = reads.revision_of(session, unit_id, to)
        if before is None:
            raise drafts.StaleDraftError
        drafts.save_unit(session, viewer(), unit_id, before, revision=revision, now=now)

    place = request.form.get("at", "")
    return act(
        work, "courses.desk_unit", unit_id=unit_id, open=part_of(place), _anchor=field_id(place)
    )


@room.page("/desk/courses/units/<int:unit_id>/preview", needs=NEEDS)
def desk_preview(unit_id: int) -> ResponseReturnValue:
    """The unit as learners will see it, in both languages, wide or as on a phone."""
    unit = unit_at(db.session(), unit_id)
    chosen = request.args.get("show", "")
    shown = LANGUAGES if chosen == "phone" else (current_locale(),)
    pages = [(name, *preview(unit.content, name)) for name in shown]
    module = db.session().get_one(DraftModule, unit.module_id)
    return render(
        "courses/desk/preview.html", unit=unit, pages=pages, phone=chosen == "phone",
        title=labels.LANGUAGES, text_of=text_of, course_id=module.course_id,
    )  # fmt: skip


@room.action("/desk/courses/units/<int:unit_id>/keep", needs=NEEDS)
def desk_keep(unit_id: int) -> ResponseReturnValue:
    """Keep a question of this unit in the bank."""
    slug = request.form.get("question", "")
    now = clock.now()

    def work(session: Any) -> None:
        unit = unit_at(session, unit_id)
        found = [each for each in unit.content.get("questions", ()) if each["slug"] == slug]
        if not found:
            raise NotFoundError(slug)
        bank.keep_from(session, viewer(), unit, found[0], now=now)
        say(_("The question is in the bank."))

    return act(work, "courses.desk_unit", unit_id=unit_id, _anchor=f"f-questions-{slug}")
