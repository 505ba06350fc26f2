"""What this room adds to the pages of polls, events and courses."""

from collections.abc import Iterable
from typing import Protocol

from markupsafe import Markup

from hanmadang.courses.beside import show_beside
from hanmadang.courses.models import BlockKind
from hanmadang.curricula import in_lesson, offers, texts
from hanmadang.curricula.brought import Brought
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.queries import events_of_course, events_of_unit, links_of_event
from hanmadang.curricula.queries.asked import topics_asked_about
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
    fill("audience.mine", offer_topics)
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
    """The events a lesson leads to, and the way to ask why it is in the path, or not."""
    events = events_of_unit(db.session(), unit_id, clock.now())
    return fragment("curricula/_after_unit.html", events=events, unit_id=unit_id)


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


def offer_topics(poll_id: int) -> Markup | str:
    """The same after a question was asked or up-voted: for what was talked of, not for what.

    Whose question it was is not looked at: the page says only that there is one.
    """
    brought = Brought(poll_id, (), topics_asked_about(db.session(), poll_id), Source.QUESTION)
    if not brought or offers.is_brought(db.session(), viewer(), brought):
        return ""
    offer = offers.make_offer(db.session(), viewer(), brought, offers.new_form(brought))
    return fragment("curricula/_offer.html", offer=offer)
