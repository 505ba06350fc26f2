"""What a reader leaves beside a lesson: seconds they watched, and words of their own."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses import domain, queries
from hanmadang.courses.forms import own as forms
from hanmadang.courses.forms.quiz import block_in, key_in
from hanmadang.courses.views.room import reader, room
from hanmadang.kernel import clock
from hanmadang.kernel.db import transact
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.limits import limit
from hanmadang.kernel.pages import viewer
from hanmadang.kernel.permissions import Permission

_LESSON = "/courses/<course>/<module>/<unit>"


@room.action(f"{_LESSON}/watched", needs=Permission.COURSES_TAKE)
@limit("600 per hour", by=reader)
def watched(course: str, module: str, unit: str) -> ResponseReturnValue:
    """Note which seconds of a film or recording were played."""
    page = queries.lesson(viewer(), course, module, unit, current_locale())
    report, key, now = forms.report_in(request.form), key_in(request.form), clock.now()
    transact(
        lambda session: domain.watch(session, viewer(), page.unit_id, report, key=key, now=now)
    )
    return _back(course, module, unit, report.block)


@room.action(f"{_LESSON}/reflect", needs=Permission.COURSES_TAKE)
def reflect(course: str, module: str, unit: str) -> ResponseReturnValue:
    """Keep what the reader wrote at a reflection; whoever writes takes the course."""
    page = queries.lesson(viewer(), course, module, unit, current_locale())
    slug, body, now = request.form.get("slug", ""), forms.words_in(request.form), clock.now()

    def work(session: Session) -> None:
        domain.enrol(session, viewer(), page.course_id, locale=current_locale(), now=now)
        domain.reflect(session, viewer(), page.unit_id, slug, body, now=now)

    transact(work)
    return _back(course, module, unit, block_in(request.form))


def _back(course: str, module: str, unit: str, block: int) -> ResponseReturnValue:
    anchor = f"block-{block}"
    place = url_for("courses.unit", course=course, module=module, unit=unit, _anchor=anchor)
    return redirect(place, 303)
