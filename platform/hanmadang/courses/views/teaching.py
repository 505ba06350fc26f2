"""The desk of runs and cohorts: what there is, writing it down, opening and closing it."""

from collections.abc import Callable

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from hanmadang.courses import invitations
from hanmadang.courses import texts_runs as texts
from hanmadang.courses.domain import cohorts, runs
from hanmadang.courses.domain.cohorts import InvalidCohortError
from hanmadang.courses.domain.runs import InvalidRunError
from hanmadang.courses.forms.runs import CohortForm, InstructorForm, InviteForm, RunForm
from hanmadang.courses.models import Cohort, CohortState, CourseRun, RunState
from hanmadang.courses.queries import teaching as desk
from hanmadang.courses.views.room import room
from hanmadang.kernel import clock, codes
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import ConflictError, DomainError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.forms import HouseForm
from hanmadang.kernel.i18n import _, _n, current_locale
from hanmadang.kernel.idempotency import Answer, commit_once
from hanmadang.kernel.pages import external_url, render, viewer
from hanmadang.kernel.permissions import Permission

_MANAGES, _TEACHES = Permission.RUNS_MANAGE, Permission.COHORTS_TEACH
_ID = "<int(max=2147483647):"


@room.page("/desk/courses/teaching", needs=_TEACHES)
def teaching() -> ResponseReturnValue:
    """The runs and cohorts this viewer looks after."""
    return render(
        "courses/desk/teaching.html",
        runs=desk.managed_runs(viewer()),
        cohorts=desk.taught_cohorts(viewer()),
        courses=desk.courses_to_hold(viewer()),
        manages=viewer().may(_MANAGES),
        now=clock.now(),
        texts=texts,
    )


@room.form("/desk/courses/runs/new", needs=_MANAGES)
def run_new() -> ResponseReturnValue:
    """Write down a run; it stays a draft until published."""
    form = RunForm().offer(_courses(), desk.institutions_of(viewer()))
    if form.sent():
        try:
            answer = _created_run(form)
        except InvalidRunError as error:
            form.blame(error)
        else:
            say(answer.said)
            return redirect(answer.location, 303)
    elif request.method == "GET":
        form.course.data = request.args.get("course", type=int) or form.course.data
        form.zone.data = "Asia/Seoul"
    return render("courses/desk/run.html", form=form, run=None), _status(form)


def _created_run(form: RunForm) -> Answer:
    def effect(session: Session) -> Answer:
        run = runs.create_run(
            session, viewer(), form.course.data, form.institution.data, form.fields(),
            now=clock.now(),
        )  # fmt: skip
        said = _("The draft is saved. Nobody sees it until you publish it.")
        return Answer(url_for("courses.run_edit", run_id=run.id), said)

    return _once(form, effect)


@room.form(f"/desk/courses/runs/{_ID}run_id>/edit", needs=_MANAGES)
def run_edit(run_id: int) -> ResponseReturnValue:
    """Change a run; a stale page is refused with the typed text kept."""
    run = runs.managed_run(db.session(), viewer(), run_id)
    form = RunForm().of_existing()
    if request.method == "GET":
        return _run_page(form.fill(run), run)
    if not form.sent():
        return _run_page(form, run, 422)
    typed = form.version.data or ""
    try:
        with transaction() as session:
            before = runs.managed_run(session, viewer(), run_id)
            version = int(typed) if typed.isdecimal() and len(typed) < 10 else 0  # noqa: PLR2004
            runs.edit_run(session, viewer(), run_id, form.fields(before), version=version)
    except InvalidRunError as error:
        form.blame(error)
        return _run_page(form, runs.managed_run(db.session(), viewer(), run_id), 422)
    except ConflictError as error:
        return _run_page(form, runs.managed_run(db.session(), viewer(), run_id), 409, error)
    say(_("Saved."))
    return redirect(url_for("courses.run_edit", run_id=run_id), 303)


@room.action(f"/desk/courses/runs/{_ID}run_id>/publish", needs=_MANAGES)
def run_publish(run_id: int) -> ResponseReturnValue:
    """Show a draft to everybody; seats can be taken in the enrolment period."""
    with transaction() as session:
        runs.publish_run(session, viewer(), run_id)
    say(_("The run is published."))
    return redirect(url_for("courses.run_edit", run_id=run_id), 303)


@room.action(f"/desk/courses/runs/{_ID}run_id>/cancel", needs=_MANAGES)
def run_cancel(run_id: int) -> ResponseReturnValue:
    """Call a run off and tell whoever has a seat."""
    with transaction() as session:
        told = runs.cancel_run(session, viewer(), run_id, now=clock.now())
    say(_n(
        "The run is called off. %(n)s person who has a seat is being told by e-mail.",
        "The run is called off. %(n)s people who have a seat are being told by e-mail.",
        told,
    ))  # fmt: skip
    return redirect(url_for("courses.run_edit", run_id=run_id), 303)


@room.action(f"/desk/courses/runs/pace/{_ID}course_id>", needs=_MANAGES)
def pace(course_id: int) -> ResponseReturnValue:
    """Open or close taking a course at one's own pace."""
    is_open = request.form.get("self_paced") == "yes"
    with transaction() as session:
        runs.set_pace(session, viewer(), course_id, self_paced=is_open)
    said = (
        _("The course can be taken at one’s own pace.")
        if is_open
        else _("New learners now need a run or a cohort. Everybody can still read the lessons.")
    )
    say(said)
    return redirect(url_for("courses.teaching"), 303)


@room.form("/desk/courses/cohorts/new", needs=_MANAGES)
def cohort_new() -> ResponseReturnValue:
    """Make a cohort; its invitation code is shown on the next page."""
    form = CohortForm().offer(_courses(), desk.institutions_of(viewer()), _runs())
    if form.sent():
        try:
            answer = _created_cohort(form)
        except InvalidCohortError as error:
            form.blame(error)
        else:
            say(answer.said)
            return redirect(answer.location, 303)
    elif request.method == "GET":
        form.course.data = request.args.get("course", type=int) or form.course.data
    return render("courses/desk/cohort_new.html", form=form), _status(form)


def _created_cohort(form: CohortForm) -> Answer:
    def effect(session: Session) -> Answer:
        cohort = cohorts.create_cohort(
            session, viewer(), form.course.data, form.institution.data, form.fields(),
            now=clock.now(),
        )  # fmt: skip
        said = _("The cohort is made. Give its code to those who shall join.")
        return Answer(url_for("courses.cohort_edit", cohort_id=cohort.id), said)

    return _once(form, effect)


@room.form(f"/desk/courses/cohorts/{_ID}cohort_id>/edit", needs=_MANAGES)
def cohort_edit(cohort_id: int) -> ResponseReturnValue:
    """Name, language, label, instructors, and the door."""
    cohort = cohorts.managed_cohort(db.session(), viewer(), cohort_id)
    form = CohortForm().of_existing()
    if request.method == "GET":
        return _cohort_page(form.fill(cohort), cohort)
    if not form.sent():
        return _cohort_page(form, cohort, 422)
    try:
        with transaction() as session:
            before = cohorts.managed_cohort(session, viewer(), cohort_id)
            cohorts.edit_cohort(session, viewer(), cohort_id, form.fields(before))
    except InvalidCohortError as error:
        form.blame(error)
        return _cohort_page(form, cohorts.managed_cohort(db.session(), viewer(), cohort_id), 422)
    say(_("Saved."))
    return redirect(url_for("courses.cohort_edit", cohort_id=cohort_id), 303)


@room.action(f"/desk/courses/cohorts/{_ID}cohort_id>/state", needs=_MANAGES)
def cohort_state(cohort_id: int) -> ResponseReturnValue:
    """Close the door of a cohort, or open it again."""
    opens = request.form.get("state") == CohortState.OPEN.value
    after = CohortState.OPEN if opens else CohortState.CLOSED
    with transaction() as session:
        cohorts.change_state(session, viewer(), cohort_id, after)
    say(_("People can join again.") if opens else _("Nobody can join any more."))
    return redirect(url_for("courses.cohort_edit", cohort_id=cohort_id), 303)


@room.form(f"/desk/courses/cohorts/{_ID}cohort_id>/instructors", needs=_MANAGES)
def instructors(cohort_id: int) -> ResponseReturnValue:
    """Who teaches the cohort."""
    cohorts.managed_cohort(db.session(), viewer(), cohort_id)
    form = InstructorForm()
    if form.sent():
        try:
            with transaction() as session:
                cohorts.add_instructor(
                    session, viewer(), cohort_id, str(form.address.data), now=clock.now()
                )
        except InvalidCohortError as error:
            form.address.errors = [str(error.text)]
        else:
            say(_("The instructor sees this cohort after signing in anew."))
            return redirect(url_for("courses.instructors", cohort_id=cohort_id), 303)
    cohort = cohorts.managed_cohort(db.session(), viewer(), cohort_id)
    people = desk.instructors(db.session(), cohort_id)
    page = render("courses/desk/instructors.html", form=form, cohort=cohort, people=people)
    return page, _status(form)


@room.action(
    f"/desk/courses/cohorts/{_ID}cohort_id>/instructors/{_ID}account_id>/remove", needs=_MANAGES
)
def instructor_remove(cohort_id: int, account_id: int) -> ResponseReturnValue:
    """Take the cohort from an instructor."""
    with transaction() as session:
        cohorts.remove_instructor(session, viewer(), cohort_id, account_id)
    say(_("The instructor no longer sees this cohort."))
    return redirect(url_for("courses.instructors", cohort_id=cohort_id), 303)


@room.form(f"/desk/courses/cohorts/{_ID}cohort_id>/invite", needs=_TEACHES)
def invite(cohort_id: int) -> ResponseReturnValue:
    """The code to hand out, and mailing it."""
    form = InviteForm()
    cohorts.taught_cohort(db.session(), viewer(), cohort_id)
    if form.sent():
        try:
            answer = _invited(form, cohort_id)
        except DomainError as error:
            if isinstance(error, NotFoundError):
                raise
            form.addresses.errors = [str(error.text)]
        else:
            say(answer.said)
            return redirect(answer.location, 303)
    cohort = cohorts.taught_cohort(db.session(), viewer(), cohort_id)
    code = codes.shown(invitations.code_of(cohort.seed))
    page = render(
        "courses/desk/invite.html",
        form=form,
        cohort=cohort,
        code=code,
        link=external_url("courses.join_cohort", lang=cohort.language, code=code),
    )
    return page, _status(form), {"Cache-Control": "private, no-store"}


def _invited(form: InviteForm, cohort_id: int) -> Answer:
    def effect(session: Session) -> Answer:
        number = cohorts.invite(session, viewer(), cohort_id, form.lines(), now=clock.now())
        said = _n("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", number)
        return Answer(url_for("courses.invite", cohort_id=cohort_id), said)

    return _once(form, effect)


@room.action(f"/desk/courses/cohorts/{_ID}cohort_id>/code", needs=_TEACHES)
def renew_code(cohort_id: int) -> ResponseReturnValue:
    """A new code; the old one opens nothing any more."""
    with transaction() as session:
        cohorts.renew_code(session, viewer(), cohort_id)
    say(_("There is a new code. The old one no longer works."))
    return redirect(url_for("courses.invite", cohort_id=cohort_id), 303)


def _once(form: HouseForm, effect: Callable[[Session], Answer]) -> Answer:
    return commit_once(
        key=str(form.idempotency_key.data),
        scope=f"account:{viewer().id}",
        request=form.hash_fields(),
        effect=effect,
    )


def _courses() -> list[tuple[int, Bilingual]]:
    return [(course.id, course.title) for course in desk.courses_to_hold(viewer())]


def _runs() -> list[tuple[int, str]]:
    """Published runs of all courses, each with its course's name: the domain checks the pair."""
    language = current_locale()
    return [
        (row[0].id, f"{row.course.shown(language)}: {row[0].title.shown(language)}")
        for row in desk.runs_taking_cohorts(viewer(), clock.now())
    ]


def _status(form: HouseForm) -> int:
    return 422 if form.errors else 200


def _run_page(
    form: RunForm, run: CourseRun, status: int = 200, error: DomainError | None = None
) -> ResponseReturnValue:
    page = render(
        "courses/desk/run.html",
        form=form,
        run=run,
        error=error,
        state=texts.STATES[RunState(run.state)],
    )
    return page, status


def _cohort_page(form: CohortForm, cohort: Cohort, status: int = 200) -> ResponseReturnValue:
    return render("courses/desk/cohort.html", form=form, cohort=cohort), status
