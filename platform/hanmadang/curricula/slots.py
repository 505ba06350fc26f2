"""What this room adds to the pages of polls, events and courses."""

from collections.abc import Iterable
from typing import Protocol

from markupsafe import Markup

from hanmadang.courses.beside import show_beside
from hanmadang.courses.models import BlockKind
from hanmadang.curricula import in_lesson, offers, texts
from hanmadang.curricula.queries import events_of_course, events_of_unit, links_of_event
from hanmadang.curricula.queries.cohorts import assigned_to
from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import current_locale
from hanmadang.kernel.pages import fragment, viewer
from hanmadang.kernel.slots import fill
from hanmadang.polls.domain import Evidence


class Asked(Protocol):
    """What the slot needs to know of a poll."""

    @property
    def id(self) -> int:
        """The poll."""


def register() -> None:
    """Fill the slots, and the places that lessons hold for an event or a poll."""
    fill("event.related", around_event)
    fill("unit.related", after_unit)
    fill("course.side", beside_course)
    fill("poll.answered", offer_evidence)
    fill("cohorts.mine", cohort_curricula)
    fill("cohort.desk", to_cohort_curriculum)
    show_beside(BlockKind.EVENT, in_lesson.events)
    show_beside(BlockKind.POLL, in_lesson.polls)


def around_event(event_id: int) -> Markup | str:
    """The modules that lead to an event and follow it."""
    modules = links_of_event(db.session(), event_id)
    if not modules:
        return ""
    return fragment(
        "curricula/_event_related.html",
        modules=modules,
        roles=texts.ROLES,
        language=current_locale(),
    )


def after_unit(unit_id: int) -> Markup | str:
    """The events a lesson leads to."""
    events = events_of_unit(db.session(), unit_id, clock.now())
    return fragment("curricula/_events_ahead.html", events=events) if events else ""


def beside_course(course_id: int) -> Markup | str:
    """The events a course leads to."""
    events = events_of_course(db.session(), course_id, clock.now())
    return fragment("curricula/_events_ahead.html", events=events) if events else ""


def offer_evidence(poll: Asked, evidence: Iterable[Evidence]) -> Markup | str:
    """The form "use this for my path", where the answers given say anything for one."""
    brought = offers.brought_from(poll.id, evidence)
    if not brought:
        return ""
    offer = offers.make_offer(db.session(), viewer(), brought, offers.new_form(brought))
    return fragment("curricula/_offer.html", offer=offer)


def cohort_curricula(account_id: int) -> Markup | str:
    """The curricula that somebody's cohorts take."""
    assigned = assigned_to(db.session(), account_id)
    return fragment("curricula/cohorts/_assigned.html", assigned=assigned) if assigned else ""


def to_cohort_curriculum(cohort_id: int) -> Markup:
    """The way to the curriculum of a cohort, for who manages it."""
    return fragment("curricula/cohorts/_to_desk.html", cohort_id=cohort_id)
