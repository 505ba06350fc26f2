"""More time for who takes a course alone: by the address they tell, given, taken back."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses.domain.allowances import allow, take_back
from hanmadang.courses.forms.allowances import CourseAllowanceForm, time_label
from hanmadang.courses.models import Course
from hanmadang.courses.queries import allowances as reads
from hanmadang.courses.queries import versions
from hanmadang.courses.rules import can_publish
from hanmadang.courses.views.room import room
from hanmadang.kernel import audit, clock
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _
from hanmadang.kernel.limits import limit
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.rooms import LARGEST

_NEEDS = Permission.COURSES_AUTHOR
_BASE = "/desk/courses/<int(max=2147483647):course_id>/allowances"


@room.form(_BASE, needs=_NEEDS)
@limit("60 per 10 minutes", methods=["POST"])
def course_allowances(course_id: int) -> ResponseReturnValue:
    """Who has more than others in this course, and a form that gives it to one more."""
    course = _course(db.session(), course_id)
    form = CourseAllowanceForm().with_times()
    if form.sent() and form.is_more() and _given(form, course_id):
        say(_("Saved. It holds at once, for an attempt under way as well."))
        return redirect(url_for("courses.course_allowances", course_id=course_id), 303)

    def look(session: Session) -> list[reads.PersonRow]:
        audit.record(session, viewer(), "course_allowances.viewed", kind="course", id=course_id)
        return list(reads.of_course(session, course_id))

    given = transact(look)
    page = render(
        "courses/desk/course_allowances.html", course=course, form=form, given=given,
        time_label=time_label,
    )  # fmt: skip
    return page, 200 if request.method == "GET" else 422


def _given(form: CourseAllowanceForm, course_id: int) -> bool:
    """Whether somebody with that address takes the course; else it is said beside the field."""
    now = clock.now()

    def work(session: Session) -> bool:
        who = reads.by_address(session, course_id, form.key())
        if who is not None:
            allow(session, viewer(), who.account_id, course_id, form.more(), now=now)
        return who is not None

    if transact(work):
        return True
    form.address.errors = [_("Nobody who takes this course signs in with this address.")]
    return False


@room.action(f"{_BASE}/take-back", needs=_NEEDS)
def course_allowance_take_back(course_id: int) -> ResponseReturnValue:
    """From the next attempt on this person has what everybody has."""
    who = min(max(request.form.get("account", 0, type=int), 0), LARGEST)

    def work(session: Session) -> None:
        _course(session, course_id)
        take_back(session, viewer(), who, course_id)

    transact(work)
    say(_("Taken back. An attempt under way keeps its time."))
    return redirect(url_for("courses.course_allowances", course_id=course_id), 303)


def _course(session: Session, course_id: int) -> Course:
    """A course whose publishing is this viewer's. Raises NotFoundError."""
    course = versions.find_course(session, viewer(), course_id)
    if not can_publish(viewer(), course.institution_id):
        raise NotFoundError(course_id)
    return course
