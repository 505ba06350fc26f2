"""The authors' desk: courses, their drafts in outline, who answers for them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses.domain import drafts, outline, partners
from hanmadang.courses.editing import labels
from hanmadang.courses.editing.complaints import of_unit
from hanmadang.courses.forms import authoring as forms
from hanmadang.courses.models import Course, CourseDraft, DraftModule, DraftUnit
from hanmadang.courses.queries import drafts as reads
from hanmadang.courses.queries import versions
from hanmadang.courses.rules import can_publish
from hanmadang.courses.rules_authoring import can_name_partners, can_release
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.device import token_is_ours
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.forms import EXPIRED
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.people.queries import institutions

NEEDS = Permission.COURSES_AUTHOR
_LARGEST_ID = 2**31 - 1


class ForgedError(DomainError):
    """The form was not sent from a page that this device was shown (422)."""

    status = 422
    text = EXPIRED


@room.page("/desk/courses", needs=NEEDS)
def desk() -> ResponseReturnValue:
    """The courses this person writes or signs."""
    rows = versions.desk_courses(db.session(), viewer())
    return render("courses/desk/index.html", courses=rows, labels=labels)


def check_token() -> None:
    """Forms that are read without a form class check the token themselves. Raises."""
    if request.method == "POST" and not token_is_ours(request.form.get("csrf_token", "")):
        raise ForgedError


def once(effect: Callable[[Session], Answer]) -> Answer:
    """Carry out a creating request at most once."""
    return commit_once(
        key=forms.key_in(request.form),
        scope=f"account:{viewer().id}",
        request=forms.fields_of(request.form),
        effect=effect,
    )


@room.page("/desk/courses/<int:course_id>", needs=NEEDS)
def desk_course(course_id: int) -> ResponseReturnValue:
    """One course: its draft in outline, its versions, its partners."""
    session = db.session()
    course = versions.find_course(session, viewer(), course_id)
    named = versions.partners_of(session, course_id)
    draft = session.get(CourseDraft, course_id)
    listed = versions.versions_of(session, course_id)
    return render(
        "courses/desk/show.html",
        course=course,
        draft=draft,
        modules=_outline(session, course_id) if draft else [],
        removed=_removed(session, course_id) if draft else [],
        versions=listed,
        partners=[(each, can_release(viewer(), each.id)) for each in named],
        others=_others(session, course, {each.id for each in named}),
        core=_core(session, course_id),
        labels=labels,
        may_allow=_was_public(listed) and can_publish(viewer(), course.institution_id),
        key=new_key(),
        undo=request.args.get("undo", ""),
    )


def _was_public(listed: Sequence[versions.VersionRow]) -> bool:
    """Whether there can be learners."""
    return any(each.published_at for each in listed)


def _others(session: Session, course: Course, named: set[int]) -> list[Any]:
    """Institutions that may be asked to sign as well."""
    if not can_name_partners(viewer(), course.institution_id):
        return []
    return [each for each in institutions(session) if each.id not in named]


def _outline(session: Session, course_id: int) -> list[tuple[DraftModule, list[Any]]]:
    """The modules with their units and how many things each unit still lacks."""
    units = reads.units_by_module(session, course_id)
    return [
        (
            module,
            [(unit, len(of_unit(unit.slug, unit.content))) for unit in units.get(module.id, ())],
        )
        for module in reads.modules_of(session, course_id)
    ]


def _removed(session: Session, course_id: int) -> list[tuple[str, DraftModule | DraftUnit]]:
    """What can be brought back."""
    found: list[tuple[str, DraftModule | DraftUnit]] = []
    for module in reads.modules_of(session, course_id, removed=True):
        if module.removed_at is not None:
            found.append(("module", module))
        units = reads.units_of(session, module.id, removed=True)
        found += [("unit", unit) for unit in units if unit.removed_at is not None]
    return found


def _core(session: Session, course_id: int) -> set[tuple[str, str]]:
    mine = viewer().institution_id
    held = versions.core_units(session, mine) if mine is not None else {}
    return {(module, unit) for course, module, unit in held if course == course_id}


def draft_of(session: Session, course_id: int) -> CourseDraft:
    """The course's draft. Raises NotFoundError."""
    draft = session.get(CourseDraft, course_id)
    if draft is None:
        raise NotFoundError(course_id)
    return draft


@room.action("/desk/courses/<int:course_id>/draft", needs=NEEDS)
def desk_draft(course_id: int) -> ResponseReturnValue:
    """Begin a draft from what is published."""
    now = clock.now()

    def work(session: Session) -> None:
        versions.find_course(session, viewer(), course_id)
        drafts.open_draft(session, viewer(), course_id, now=now)

    transact(work)
    return redirect(url_for("courses.desk_course", course_id=course_id), 303)


@room.action("/desk/courses/<int:course_id>/partners", needs=NEEDS)
def desk_partners(course_id: int) -> ResponseReturnValue:
    """Name an institution that must sign, or release one."""
    name, release = (forms.whole(request.form.get(key, "")) for key in ("name", "release"))

    def work(session: Session) -> None:
        versions.find_course(session, viewer(), course_id)
        if release:
            partners.release_partner(session, viewer(), course_id, release)
        elif any(each.id == name for each in institutions(session)):
            partners.name_partner(session, viewer(), course_id, name)

    return act(work, "courses.desk_course", course_id=course_id)


@room.action("/desk/courses/<int:course_id>/core", needs=NEEDS)
def desk_core(course_id: int) -> ResponseReturnValue:
    """Say which units the viewer's institution holds to be core."""
    chosen = [
        (m, u)
        for m, slash, u in (each.partition("/") for each in request.form.getlist("unit"))
        if slash
    ]

    def work(session: Session) -> None:
        versions.find_course(session, viewer(), course_id)
        units = reads.units_by_module(session, course_id)
        known = {
            (module.slug, unit.slug)
            for module in reads.modules_of(session, course_id)
            for unit in units.get(module.id, ())
        }
        kept = [place for place in chosen if place in known]
        partners.set_core(session, viewer(), course_id, kept)

    return act(work, "courses.desk_course", course_id=course_id, _anchor="core")


def act(work: Callable[[Session], Any], endpoint: str, **values: Any) -> ResponseReturnValue:
    """Do it and go back; a refusal is said there."""
    try:
        transact(work)
    except NotFoundError:
        raise
    except DomainError as error:
        say(str(error.text), "warning")
    return redirect(url_for(endpoint, **values), 303)


@room.action("/desk/courses/<int:course_id>/modules", needs=NEEDS)
def desk_add_module(course_id: int) -> ResponseReturnValue:
    """One more module."""

    def effect(session: Session) -> Answer:
        versions.find_course(session, viewer(), course_id)
        draft_of(session, course_id)
        title = forms.texts_in(request.form, "title")
        module = drafts.add_module(session, course_id, {"title": title, "summary": {}})
        return Answer(url_for("courses.desk_module", module_id=module.id))

    return redirect(once(effect).location, 303)


@room.action("/desk/courses/modules/<int:module_id>/units", needs=NEEDS)
def desk_add_unit(module_id: int) -> ResponseReturnValue:
    """One more unit; leads into its editor."""
    now = clock.now()

    def effect(session: Session) -> Answer:
        module_at(session, module_id)
        title = forms.texts_in(request.form, "title")
        unit = drafts.add_unit(session, viewer(), module_id, title, now=now)
        return Answer(url_for("courses.desk_unit", unit_id=unit.id))

    return redirect(once(effect).location, 303)


@room.action("/desk/courses/modules/<int:module_id>/move", needs=NEEDS)
def desk_move_module(module_id: int) -> ResponseReturnValue:
    """Up, down, out, or back in."""
    press, now = request.form.get("press", ""), clock.now()
    course_id = module_at(db.session(), module_id).course_id

    def work(session: Session) -> None:
        module = module_at(session, module_id)
        if press in ("up", "down"):
            outline.move_module(session, module, by=-1 if press == "up" else 1)
        else:
            _out_or_in(session, module, press, now)

    return act(
        work,
        "courses.desk_course",
        course_id=course_id,
        _anchor=_back_at(f"module-{module_id}", press),
    )


@room.action("/desk/courses/units/<int:unit_id>/move", needs=NEEDS)
def desk_move_unit(unit_id: int) -> ResponseReturnValue:
    """Up, down, out, or back in."""
    press, now = request.form.get("press", ""), clock.now()
    course_id = module_at(db.session(), unit_at(db.session(), unit_id).module_id).course_id

    def work(session: Session) -> None:
        unit = unit_at(session, unit_id)
        if press in ("up", "down"):
            outline.move_unit(session, unit, by=-1 if press == "up" else 1)
        else:
            _out_or_in(session, unit, press, now)

    return act(
        work, "courses.desk_course", course_id=course_id, _anchor=_back_at(f"unit-{unit_id}", press)
    )


def _back_at(part: str, press: str) -> str:
    """Where the keyboard goes on: at the same arrow, or where what was taken out is kept."""
    return {"restore": part, "remove": "removed"}.get(press, f"{part}-{press}")


def _out_or_in(session: Session, part: DraftModule | DraftUnit, press: str, now: datetime) -> None:
    if press == "restore":
        outline.restore(session, part)
    elif press == "remove" and isinstance(part, DraftUnit):
        outline.remove_unit(part, now=now)
    elif press == "remove" and isinstance(part, DraftModule):
        outline.remove_module(session, part, now=now)


def module_at(session: Session, module_id: int) -> DraftModule:
    """A module of a draft this viewer writes. Raises NotFoundError."""
    module = session.get(DraftModule, min(module_id, _LARGEST_ID))
    if module is None:
        raise NotFoundError(module_id)
    versions.find_course(session, viewer(), module.course_id)
    return module


def unit_at(session: Session, unit_id: int) -> DraftUnit:
    """A unit of a draft this viewer writes. Raises NotFoundError."""
    unit = session.get(DraftUnit, min(unit_id, _LARGEST_ID))
    if unit is None:
        raise NotFoundError(unit_id)
    module_at(session, unit.module_id)
    return unit
