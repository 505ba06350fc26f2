"""The composer's desk of a cohort's curriculum, and what its members see."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug import Response

from hanmadang.courses.domain.cohorts import managed_cohort
from hanmadang.courses.models import Cohort
from hanmadang.courses.queries import done_units
from hanmadang.curricula import texts_cohort
from hanmadang.curricula.domain import cohorts, pretested
from hanmadang.curricula.domain.cohorts import InvalidCurriculumError
from hanmadang.curricula.engine.cohort import Wished
from hanmadang.curricula.forms_cohort import CurriculumForm
from hanmadang.curricula.models import CohortCurriculum, CurriculumState
from hanmadang.curricula.queries import cohorts as reading
from hanmadang.curricula.queries.cohorts import Composed, RestsOn
from hanmadang.curricula.queries.shelf import Shelf, read_shelf
from hanmadang.curricula.texts import Words
from hanmadang.curricula.views.room import renew_live_figures, room
from hanmadang.kernel import clock
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import ConflictError, NotFoundError
from hanmadang.kernel.flash import say
from hanmadang.kernel.i18n import _, _n, current_locale, format_day
from hanmadang.kernel.pages import render, viewer
from hanmadang.kernel.permissions import Permission
from hanmadang.kernel.sheets import spreadsheet


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart."""

    id: str
    label: str
    count: int
    share: float
    """0 to 100."""
    mark: str = ""


_MANAGES = Permission.RUNS_MANAGE
_BASE = "/desk/cohorts/<int(max=2147483647):cohort_id>/curriculum"
_INSIDE = {"in": True, "out": False, "auto": None}


@room.form(_BASE, needs=_MANAGES)
def cohort_curriculum(cohort_id: int) -> ResponseReturnValue:
    """What the group showed, the path that follows from it, and what the composer may change."""
    session = db.session()
    cohort = managed_cohort(session, viewer(), cohort_id)
    if request.method == "GET":
        renew_live_figures()
        if pretested.is_behind(session, cohort_id):
            with transaction() as writing:
                pretested.refresh(writing, cohort_id)
        return _page(session, cohort, None)
    return _asked(session, cohort)


def _asked(session: Session, cohort: Cohort) -> ResponseReturnValue:
    form = CurriculumForm().offer(reading.polls_to_choose(session, viewer(), cohort))
    if not form.sent():
        return _page(session, cohort, form, 422)
    try:
        with transaction() as writing:
            cohorts.ask_for(
                writing, viewer(), cohort.id, form.wishes(), version=_version(), now=_now()
            )
    except InvalidCurriculumError as error:
        form.blame(error)
        return _page(session, cohort, form, 422)
    except ConflictError as error:
        form.minutes.errors = [str(error.text)]
        return _page(session, cohort, form, 409)
    say(_("Saved. The curriculum follows it now."))
    return _back(cohort.id)


@room.action(f"{_BASE}/begin", needs=_MANAGES)
def begin_cohort_curriculum(cohort_id: int) -> ResponseReturnValue:
    """A draft of it, where there is none yet."""
    with transaction() as session:
        cohorts.begin(session, viewer(), cohort_id, now=_now())
    return _back(cohort_id)


@room.action(f"{_BASE}/lessons", needs=_MANAGES)
def place_lesson(cohort_id: int) -> ResponseReturnValue:
    """Put a lesson in, leave it out, or let the answers decide again."""
    inside, lesson = _INSIDE.get(request.form.get("to", "auto")), request.form.get("lesson", "")
    with transaction() as session:
        cohorts.place(
            session, viewer(), cohort_id, lesson, inside=inside, version=_version(), now=_now()
        )
    said = {
        True: _("The lesson is in."),
        False: _("The lesson is left out."),
        None: _("The group’s answers decide about the lesson again."),
    }
    say(said[inside])
    return _back(cohort_id)


@room.action(f"{_BASE}/state", needs=_MANAGES)
def cohort_curriculum_state(cohort_id: int) -> ResponseReturnValue:
    """Freeze, assign, or compose on."""
    to, now, version = request.form.get("to", ""), _now(), _version()
    with transaction() as session:
        match to:
            case CurriculumState.FROZEN:
                cohorts.freeze(session, viewer(), cohort_id, version=version, now=now)
                said = _("Frozen. New answers no longer change it.")
            case CurriculumState.ASSIGNED:
                told = cohorts.assign(session, viewer(), cohort_id, version=version, now=now)
                said = _n("Assigned. %(n)s member is being told by e-mail.",
                          "Assigned. %(n)s members are being told by e-mail.", told)  # fmt: skip
            case CurriculumState.DRAFT:
                cohorts.reopen(session, viewer(), cohort_id, version=version, now=now)
                said = _("You can compose on. Members do not see it now.")
            case _:
                raise NotFoundError
    say(said)
    return _back(cohort_id)


@room.page(f"{_BASE}.csv", needs=_MANAGES)
def cohort_curriculum_csv(cohort_id: int) -> ResponseReturnValue:
    """The lessons in order, for a spreadsheet."""
    session = db.session()
    cohort = managed_cohort(session, viewer(), cohort_id)
    held = _held(session, cohort_id)
    shelf = read_shelf(session, cohort.language)
    found = reading.composed(session, shelf, held, today=_now().date())
    head = (_("Place"), _("Lesson"), _("Course"), _("Minutes"), _("Begin by"), _("Why"))
    words, language = _words(shelf), current_locale()
    rows = (
        (number, step.lesson.title.shown(language).text,
         step.lesson.course_title.shown(language).text, step.minutes,
         step.start_by.isoformat() if step.start_by else "",
         " ".join(_reasons(found, words)(step)))
        for number, step in enumerate(found.steps, start=1)
    )  # fmt: skip
    return spreadsheet(f"cohort-{cohort_id}-curriculum.csv", head, rows)


@room.page("/my/cohorts/<int(max=2147483647):cohort_id>/curriculum", needs=Permission.COURSES_TAKE)
def my_cohort_curriculum(cohort_id: int) -> ResponseReturnValue:
    """What a member's cohort learns together, with what they have done of it."""
    session, account_id = db.session(), viewer().id
    pairs = reading.assigned_to(session, account_id)
    mine = next((pair for pair in pairs if pair[1].id == cohort_id), None)
    if mine is None:
        raise NotFoundError
    held, cohort = mine
    shelf = read_shelf(session, current_locale())
    found = reading.composed(session, shelf, held, today=_now().date())
    done = done_units(account_id, session)
    return render(
        "curricula/cohorts/mine.html",
        cohort=cohort,
        held=held,
        found=found,
        done=done,
        next=next((step for step in found.steps if step.lesson.unit_id not in done), None),
        reasons=_reasons(found, _words(shelf)),
        day=format_day,
    )


def _page(
    session: Session, cohort: Cohort, form: CurriculumForm | None, status: int = 200
) -> ResponseReturnValue:
    held = session.get(CohortCurriculum, cohort.id)
    if held is None:
        return render("curricula/cohorts/begin.html", cohort=cohort), status
    shelf = read_shelf(session, cohort.language)
    found = reading.composed(session, shelf, held, today=_now().date())
    words, known, wished = _words(shelf), found.rests_on.shown, _most_first(found.rests_on)
    if form is None:
        form = CurriculumForm(formdata=None)
        form.offer(reading.polls_to_choose(session, viewer(), cohort)).fill(held)
    page = render(
        "curricula/cohorts/compose.html",
        cohort=cohort,
        held=held,
        form=form,
        found=found,
        shelf=shelf,
        address_of=reading.address_of,
        states=texts_cohort.STATES,
        taken=reading.taken(session, held, found),
        day=format_day,
        shown_rows=[_row(s.competency, shelf.competencies, s.right, s.of) for s in known],
        wished_rows=[_row(w.topic, shelf.topics, w.count, w.of) for w in wished],
        reasons=_reasons(found, words),
        omission=lambda why: texts_cohort.omission_text(why, words),
    )
    return page, status


def _reasons(found: Composed, words: Words) -> Any:
    return lambda step: [
        texts_cohort.reason_text(reason, words, found.rests_on) for reason in step.reasons
    ]


def _most_first(found: RestsOn) -> list[Wished]:
    return sorted(found.wished, key=lambda wish: -wish.count)


def _row(code: str, names: Mapping[str, Bilingual], count: int, of: int) -> Bar:
    label = names[code].shown(current_locale()).text if code in names else code
    return Bar(code, label, count, 100 * count / of)


def _words(shelf: Shelf) -> Words:
    return Words(shelf, {}, current_locale())


def _held(session: Session, cohort_id: int) -> CohortCurriculum:
    held = session.get(CohortCurriculum, cohort_id)
    if held is None:
        raise NotFoundError
    return held


def _version() -> int:
    """The version that the page showed; 0, which no row has, where it says none."""
    typed = request.form.get("version", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0  # noqa: PLR2004


def _now() -> datetime:
    return clock.now().astimezone(clock.zone(settings().zone))


def _back(cohort_id: int) -> Response:
    return redirect(url_for("curricula.cohort_curriculum", cohort_id=cohort_id), 303)
