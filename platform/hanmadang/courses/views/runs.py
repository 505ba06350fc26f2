"""Runs for learners: which there are, taking a seat, giving it back."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses import consent_texts, queries
from hanmadang.courses import texts_runs as texts
from hanmadang.courses.domain import seats
from hanmadang.courses.forms.runs import AgreeForm
from hanmadang.courses.models import CourseRun
from hanmadang.courses.queries.runs import my_cohorts, my_runs, together
from hanmadang.courses.rules import can_take
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock
from hanmadang.kernel.db import transact
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, current_locale
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission


@room.page("/courses/<course>/runs", needs=Permission.PUBLIC)
def runs(course: str) -> ResponseReturnValue:
    """When the course is held, and how many seats are left."""
    page = queries.course_page(viewer(), course)
    return render(
        "courses/runs/list.html",
        page=page,
        together=together(viewer(), page.course_id, now=clock.now()),
        can_take=can_take(viewer()),
        form=AgreeForm().worded(consent_texts.RUN.agree),
        consent=consent_texts.RUN,
        texts=texts,
    )


@room.page("/my/cohorts", needs=Permission.COURSES_TAKE)
def cohorts() -> ResponseReturnValue:
    """The runs and cohorts the viewer is in: what is seen there, and the way out."""
    return render(
        "courses/cohorts/mine.html",
        runs=my_runs(viewer(), now=clock.now()),
        cohorts=my_cohorts(viewer()),
        consent=consent_texts.COHORT,
        texts=texts,
    )


@room.action("/my/runs/<int(max=2147483647):run_id>/join", needs=Permission.COURSES_TAKE)
def join_run(run_id: int) -> ResponseReturnValue:
    """Take a seat, once however often the button is pressed."""
    form = AgreeForm()
    sent, agrees = form.sent(), bool(form.agree.data)

    def effect(session: Session) -> Answer:
        where = _runs_url(session, run_id)
        if not sent:
            return Answer(where, _("Please send the form again."), "error")
        version = consent_texts.VERSION if agrees else ""
        seats.take_seat(
            session, viewer(), run_id, consent=version, locale=current_locale(), now=clock.now()
        )
        return Answer(where, _("A seat in this run is yours. You can start learning at once."))

    try:
        answer = commit_once(
            key=str(form.idempotency_key.data),
            scope=f"account:{viewer().id}",
            request=[("join-run", str(run_id)), *form.hash_fields()],
            effect=effect,
        )
    except NotFoundError:
        raise
    except DomainError as error:
        where = transact(lambda session: _runs_url(session, run_id))
        answer = Answer(where, str(error.text), "error")
    say(answer.said, answer.category)
    return redirect(answer.location, 303)


@room.action("/my/runs/<int(max=2147483647):run_id>/leave", needs=Permission.COURSES_TAKE)
def leave_run(run_id: int) -> ResponseReturnValue:
    """Give the seat back; the next person can have it at once."""

    def work(session: Session) -> str:
        seats.leave_seat(session, viewer(), run_id)
        return _runs_url(session, run_id)

    where = transact(work)
    say(_("You have left the run. What you did in the course is kept."))
    return redirect(where, 303)


def _runs_url(session: Session, run_id: int) -> str:
    run = session.get(CourseRun, run_id)
    if run is None:
        raise NotFoundError
    return url_for("courses.runs", course=queries.course_slug(session, run.course_id))
