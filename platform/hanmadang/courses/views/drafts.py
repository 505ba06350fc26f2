"""Throwing a draft away, with a look at what goes with it."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses.domain import discarding
from hanmadang.courses.editing.difference import SAME, compare
from hanmadang.courses.models import CourseDraft, CourseVersion
from hanmadang.courses.queries import versions
from hanmadang.courses.queries.documents import document_of
from hanmadang.courses.queries.drafts import draft_file
from hanmadang.courses.views.desk import NEEDS, check_token
from hanmadang.courses.views.room import room
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.errors import ConflictError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import LazyText, _
from hanmadang.kernel.pages import render, viewer


@room.form("/desk/courses/<int:course_id>/draft/discard", needs=NEEDS)
def desk_discard(course_id: int) -> ResponseReturnValue:
    """What would be lost, then throwing the draft away; changed since, it is shown again."""
    check_token()
    if request.method == "GET":
        return _discard_page(course_id)
    mark = request.form.get("mark", "")

    def work(session: Session) -> None:
        versions.find_course(session, viewer(), course_id)
        if session.get(CourseDraft, course_id) is not None:
            discarding.discard(session, viewer(), course_id, mark=mark)

    try:
        transact(work)
    except ConflictError as error:
        return _discard_page(course_id, error.text), error.status
    say(_("The draft is gone. What is published has not changed."))
    return redirect(url_for("courses.desk_course", course_id=course_id), 303)


def _discard_page(course_id: int, error: LazyText | None = None) -> str:
    session = db.session()
    course = versions.find_course(session, viewer(), course_id)
    if session.get(CourseDraft, course_id) is None:
        raise NotFoundError(course_id)
    published = versions.published_version(session, course_id)
    return render(
        "courses/desk/discard.html",
        course=course,
        published=published,
        changes=_changes(session, course_id, published) if published else [],
        mark=discarding.mark_of(session, course_id),
        error=error,
    )


def _changes(session: Session, course_id: int, published: CourseVersion) -> list[object]:
    found = compare(document_of(session, published), draft_file(session, course_id))
    return [each for each in found if each.how != SAME]
