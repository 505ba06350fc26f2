"""What the demo's citizen has learned so far: a unit done, notes, questions to review."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.domain.marks import Place
from hanmadang.courses.models import Course, Module, Question, Unit
from hanmadang.courses.queries.marks import beginning_of
from hanmadang.demo import people, sample
from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Viewer

_AGO = timedelta(days=2)


def load(session: Session) -> None:
    """Let the citizen read and answer the day before yesterday, as the sample says."""
    content = sample.read("learning.toml")
    citizen, then = people.acting(session, "citizen"), clock.now() - _AGO
    course = session.scalars(select(Course).where(Course.slug == content["course"])).one()
    enrolment = domain.enrol(session, citizen, course.id, locale=citizen.locale, now=then)
    session.flush()
    for each in content["units"]:
        module, slug = each["unit"].split("/")
        unit = session.scalars(
            select(Unit)
            .join(Module, Module.id == Unit.module_id)
            .where(
                Unit.version_id == enrolment.course_version_id,
                Module.slug == module,
                Unit.slug == slug,
            )
        ).one()
        domain.open_unit(session, citizen, unit.id, now=then)
        if each.get("done"):
            _answer(session, citizen, unit)
        for mark in each.get("marks", ()):
            heading = beginning_of(session, unit.id, mark["block"])
            place = Place(course.id, module, slug, mark["block"], heading)
            if mark.get("bookmark"):
                domain.bookmark(session, citizen, place, on=True, now=then)
            if note := mark.get("note"):
                domain.write_note(session, citizen, place, note, before="", now=then)


def _answer(session: Session, citizen: Viewer, unit: Unit) -> None:
    """The first option everywhere: some are right, so that there is something to review."""
    slugs = session.scalars(select(Question.slug).where(Question.unit_id == unit.id)).all()
    given = {slug: [0] for slug in slugs}
    domain.answer(session, citizen, unit.id, given, key="demo", now=clock.now() - _AGO)
