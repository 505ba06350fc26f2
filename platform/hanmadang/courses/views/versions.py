"""Handing in, and what partners do with what was handed in: read, remark, sign, send back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.domain import signing, submitting
from hanmadang.courses.editing import labels, schema
from hanmadang.courses.editing.complaints import Complaint, of_head, of_unit
from hanmadang.courses.editing.difference import compare
from hanmadang.courses.editing.file import module_head
from hanmadang.courses.editing.shown import field_id
from hanmadang.courses.forms import authoring as forms
from hanmadang.courses.models import (
    Course,
    CourseDraft,
    CourseVersion,
    ReviewComment,
    SignatureState,
    VersionReview,
    VersionState,
)
from hanmadang.courses.queries import drafts as reads
from hanmadang.courses.queries import versions
from hanmadang.courses.queries.documents import document_of
from hanmadang.courses.reading import Table, read_heads
from hanmadang.courses.rules_authoring import can_edit
from hanmadang.courses.views.desk import NEEDS, act, check_token
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import LazyText, _
from hanmadang.kernel.pages import render, viewer
from hanmadang.people.queries import institutions

_LARGEST_ID = 2**31 - 1


@room.form("/desk/courses/<int:course_id>/submit", needs=NEEDS)
def desk_submit(course_id: int) -> ResponseReturnValue:
    """Hand in the draft: everything that is missing, or the form to do it."""
    check_token()
    session = db.session()
    course = versions.find_course(session, viewer(), course_id)
    if session.get(CourseDraft, course_id) is None:
        raise NotFoundError(course_id)
    missing = _missing(session, course_id)
    error: LazyText | None = None
    status = 200
    if request.method == "POST":
        try:
            return _submit(course_id)
        except DomainError as refused:
            error, status = refused.text, refused.status
    page = render(
        "courses/desk/submit.html", course=course, missing=missing, error=error,
        partners=versions.partners_of(db.session(), course_id), sent=request.form,
    )  # fmt: skip
    return page, status


def _submit(course_id: int) -> ResponseReturnValue:
    note, now = forms.note_in(request.form, "note"), clock.now()
    day = forms.day_in(request.form, "effective", settings().zone)

    def work(session: Session) -> tuple[int, str]:
        versions.find_course(session, viewer(), course_id)
        version = submitting.submit(
            session, viewer(), course_id, note=note, effective_at=day, now=now
        )
        return version.id, version.state

    version_id, state = transact(work)
    said: Mapping[str, str] = {
        VersionState.PUBLISHED: _("The version is published."),
        VersionState.APPROVED: _("The version is approved and will be published on its day."),
    }
    say(said.get(state, _("The version waits for the signatures of the partners.")))
    return redirect(url_for("courses.desk_version", version_id=version_id), 303)


def _missing(session: Session, course_id: int) -> list[tuple[str, str, list[Complaint]]]:
    """What keeps the draft from being read, by page: its title, its address, the complaints."""
    draft = session.get_one(CourseDraft, course_id)
    head = of_head(draft.head, lambda value: read_heads(Table(value)), schema.HEAD)
    found = [(_("Course"), url_for("courses.desk_head", course_id=course_id), head)]
    units = reads.units_by_module(session, course_id)
    modules = reads.modules_of(session, course_id)
    for module in modules:
        name = labels.text_in(module.head.get("title"))
        where = url_for("courses.desk_module", module_id=module.id)
        about = module_head(module.head, draft.head, alone=len(modules) == 1)
        wrong = of_head(about, lambda value: read_heads(Table(value)), schema.MODULE)
        found.append((_("Module: %(name)s", name=name), where, wrong + _empty(module, units)))
        for unit in units.get(module.id, ()):
            name = labels.text_in(unit.content.get("title"))
            where = url_for("courses.desk_unit", unit_id=unit.id, check="1")
            found.append((_("Unit: %(name)s", name=name), where, of_unit(unit.slug, unit.content)))
    return [each for each in found if each[2]]


def _empty(module: Any, units: Mapping[int, Any]) -> list[Complaint]:
    if units.get(module.id):
        return []
    return [Complaint("", _("Units"), labels.NO_UNIT)]


@room.page("/desk/courses/versions/<int:version_id>", needs=NEEDS)
def desk_version(version_id: int) -> ResponseReturnValue:
    """A version beside the published one: what changed, who signed, what was said."""
    session = db.session()
    version = versions.find_version(session, viewer(), version_id)
    earlier = _earlier(session, version)
    before = _compared(earlier, forms.whole(request.args.get("compare", "")))
    course = session.get_one(Course, version.course_id)
    signatures = versions.signatures_of(session, version_id)
    mine = next((s for s in signatures if s.institution_id == viewer().institution_id), None)
    return render(
        "courses/desk/version.html",
        version=version,
        state=VersionState(version.state),
        course=course,
        earlier=earlier,
        may_withdraw=can_edit(viewer(), course.institution_id, ()),
        review=session.get(VersionReview, version_id),
        before=before,
        changes=compare(
            document_of(session, before) if before else {}, document_of(session, version)
        ),
        signatures=signatures,
        mine=mine,
        remarks=versions.remarks_on(session, version_id),
        labels=labels,
        field_id=field_id,
        waiting=SignatureState.WAITING,
    )


def _earlier(session: Session, version: CourseVersion) -> list[CourseVersion]:
    """The versions handed in before it, the newest first."""
    return list(
        session.scalars(
            select(CourseVersion)
            .where(
                CourseVersion.course_id == version.course_id,
                CourseVersion.number < version.number,
            )
            .order_by(CourseVersion.number.desc())
        )
    )


def _compared(earlier: list[CourseVersion], chosen: int) -> CourseVersion | None:
    """What it is compared with: the one chosen, or what learners had, or have, before it."""
    usual = (each for each in earlier if each.published_at is not None)
    return next((each for each in earlier if each.id == chosen), None) or next(usual, None)


@room.action("/desk/courses/versions/<int:version_id>/sign", needs=NEEDS)
def desk_sign(version_id: int) -> ResponseReturnValue:
    """Sign for the viewer's institution, on exactly what was shown."""
    mark = request.form.get("content_hash", "")
    note, now = forms.note_in(request.form, "comment"), clock.now()

    def work(session: Session) -> None:
        versions.find_version(session, viewer(), version_id)
        signing.sign(session, viewer(), version_id, content_hash=mark, comment=note, now=now)

    return act(work, "courses.desk_version", version_id=version_id, _anchor="signatures")


@room.action("/desk/courses/versions/<int:version_id>/return", needs=NEEDS)
def desk_return(version_id: int) -> ResponseReturnValue:
    """Send the version back, with a reason."""
    reason = forms.note_in(request.form, "reason")
    return _with_version(version_id, lambda s, now: signing.send_back(
        s, viewer(), version_id, reason=reason, now=now
    ))  # fmt: skip


@room.action("/desk/courses/versions/<int:version_id>/withdraw", needs=NEEDS)
def desk_withdraw(version_id: int) -> ResponseReturnValue:
    """Take the version back from its partners."""
    return _with_version(
        version_id, lambda s, now: signing.withdraw(s, viewer(), version_id, now=now)
    )


def _with_version(version_id: int, verb: Any) -> ResponseReturnValue:
    now: datetime = clock.now()

    def work(session: Session) -> None:
        versions.find_version(session, viewer(), version_id)
        verb(session, now)

    return act(work, "courses.desk_version", version_id=version_id, _anchor="signatures")


@room.action("/desk/courses/versions/<int:version_id>/remarks", needs=NEEDS)
def desk_remark(version_id: int) -> ResponseReturnValue:
    """Say something about a unit, or answer."""
    text, unit = forms.note_in(request.form, "text"), request.form.get("unit", "")[:130]
    answers = forms.whole(request.form.get("answers", "")) or None
    now, to = clock.now(), ["changes"]

    def work(session: Session) -> None:
        versions.find_version(session, viewer(), version_id)
        said = signing.remark(
            session, viewer(), version_id, text, unit=unit, answers=answers, now=now
        )
        to[:] = [f"remark-{said.answers or said.id}"]

    act(work, "courses.desk_version", version_id=version_id)
    return redirect(url_for("courses.desk_version", version_id=version_id, _anchor=to[0]), 303)


@room.action("/desk/courses/remarks/<int:remark_id>/resolve", needs=NEEDS)
def desk_resolve(remark_id: int) -> ResponseReturnValue:
    """Close a remark, or open it again."""
    done, now = request.form.get("done") == "yes", clock.now()
    found = db.session().get(ReviewComment, min(remark_id, _LARGEST_ID))
    if found is None:
        raise NotFoundError(remark_id)
    version_id = found.version_id

    def work(session: Session) -> None:
        versions.find_version(session, viewer(), version_id)
        remark = session.get_one(ReviewComment, remark_id)
        signing.resolve(session, remark, done=done, now=now)

    return act(work, "courses.desk_version", version_id=version_id, _anchor=f"remark-{remark_id}")


@room.page("/desk/courses/<int:course_id>/trail", needs=NEEDS)
def desk_trail(course_id: int) -> ResponseReturnValue:
    """Who handed in, signed, returned and published which content."""
    session = db.session()
    course = versions.find_course(session, viewer(), course_id)
    known = {each.id: each for each in versions.versions_of(session, course_id)}
    trail = versions.trail_of(session, list(known))
    houses = {each.id: each.name for each in institutions(session)}
    return render(
        "courses/desk/trail.html", course=course, versions=known, trail=trail, houses=houses,
        labels=labels,
    )  # fmt: skip
