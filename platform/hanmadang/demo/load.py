"""Loading the sample data through the rooms' own verbs, once."""

from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from hanmadang.courses.domain import certify_the_rest, publishing
from hanmadang.courses.models import Course, CourseVersion, Module, VersionState
from hanmadang.courses.reading import read_course
from hanmadang.curricula.domain import graph
from hanmadang.curricula.domain.links import link_module
from hanmadang.curricula.graph import exchange
from hanmadang.curricula.graph.specs import Graph
from hanmadang.curricula.models import LinkRole
from hanmadang.demo import (
    audience,
    certified,
    classes,
    crowd,
    learning,
    people,
    polls,
    sample,
    versions,
)
from hanmadang.events.domain import programme
from hanmadang.events.domain.fields import EventFields
from hanmadang.events.models import ClosedHoliday, Event, EventKind, MondayRule
from hanmadang.events.openings import Hours
from hanmadang.forums.domain import calls, talks
from hanmadang.forums.models import Format
from hanmadang.kernel import clock, media, pictures
from hanmadang.kernel.permissions import Viewer
from hanmadang.people.models import Institution

_LEAD = timedelta(days=30)
"""Sample events count as published that long ago, so that one of them can be over already."""
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_TEXTS = ("title", "summary", "description", "venue", "address", "audience", "fee")


def load(session: Session) -> bool:
    """Load everything into an empty house; returns False when somebody lives there already."""
    if session.scalar(select(exists().where(Institution.id > 0))):
        return False
    people.load(session)
    admin = people.acting(session, "administrator")
    _vocabulary(session)
    _files(session)
    _courses(session, admin)
    learning.load(session)
    certified.load(session)
    classes.load(session, admin)
    certify_the_rest(session, clock.now())
    _events(session, admin)
    _forums(session, admin)
    polls.load(session, admin)
    crowd.load(session, admin)
    audience.load(session, admin)
    versions.load(session)
    return True


def _vocabulary(session: Session) -> None:
    read = exchange.read_file("vocabulary.toml", sample.content("vocabulary.toml"))
    graph.replace_all(session, Graph().after(read.document))


def _files(session: Session) -> None:
    """Pictures as they are, not drawn anew: their names must stay the same."""
    for name, content in sample.stored_files():
        if name.endswith(".webp"):
            pictures.keep(session, pictures.redrawn(content))
        else:
            media.keep(session, media.ready(content))


def _courses(session: Session, actor: Viewer) -> None:
    institute = people.institution_id(session, "hanmadang-education-institute")
    for name in sample.COURSE_DRAWINGS:
        pictures.keep(session, sample.drawn(name))
    for content in sample.courses():
        spec = read_course(content)
        publishing.publish_course(session, actor, spec, clock.now(), institution_id=institute)


def _events(session: Session, actor: Viewer) -> None:
    now = clock.now()
    for table in sample.read("events.toml")["events"]:
        event = programme.create(
            session,
            _fields(table),
            actor=actor,
            institution_id=people.institution_id(session, table["institution"]),
            now=now - _LEAD,
            slug=table["slug"],
        )
        programme.publish(session, event, actor=actor, now=now - _LEAD)
        for role in LinkRole:
            if path := table.get(role.value):
                link_module(session, event.id, _module_id(session, path), role, actor=actor)


def _fields(table: Mapping[str, Any]) -> EventFields:
    moments = ("starts", "ends", "registration_opens", "registration_closes")
    days = ("first_day", "last_day")
    written: dict[str, Any] = {
        **{name: sample.text(table.get(name)) for name in _TEXTS},
        **{name: sample.moment(table[name]) for name in moments if name in table},
        **{name: sample.day(table[name]) for name in days if name in table},
    }
    return EventFields(
        kind=EventKind(table["kind"]),
        **written,
        phone=table.get("phone", ""),
        wheelchair=table.get("wheelchair", False),
        sign_language=table.get("sign_language", False),
        languages=tuple(table["languages"]),
        topics=tuple(table["topics"]),
        hours=tuple(_hours(each) for each in table.get("hours", ())),
        closed_holidays=tuple(ClosedHoliday(name) for name in table.get("closed_on_holidays", ())),
        monday_rule=MondayRule(table.get("monday_rule", MondayRule.AS_LISTED.value)),
        capacity=table.get("capacity"),
    )


def _hours(table: Mapping[str, str]) -> Hours:
    first, _, last = table["days"].partition("-")
    days = range(_WEEK.index(first), _WEEK.index(last or first) + 1)
    opens, closes, entry = (
        time.fromisoformat(table[key]) for key in ("opens", "closes", "last_entry")
    )
    return Hours(frozenset(days), opens, closes, entry)


def _module_id(session: Session, path: str) -> int:
    course, _, module = path.partition("/")
    return session.scalars(
        select(Module.id)
        .join(CourseVersion, CourseVersion.id == Module.version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .where(
            Course.slug == course,
            Module.slug == module,
            CourseVersion.state == VersionState.PUBLISHED.value,
        )
    ).one()


def _forums(session: Session, actor: Viewer) -> None:
    content = sample.read("forums.toml")
    for table in content["calls"]:
        fields = calls.CallFields(
            text=sample.text(table["text"]),
            formats=tuple(Format(each) for each in table["formats"]),
            minutes=tuple(table["minutes"]),
            languages=tuple(table["languages"]),
            opens=sample.moment(table["opens"]),
            closes=sample.moment(table["closes"]),
        )
        event_id = _event_id(session, table["event"])
        calls.create_call(session, event_id, fields, actor=actor, now=clock.now())
    for table in content["talks"]:
        talk = talks.TalkFields(
            title=sample.text(table["title"]),
            starts=sample.moment(table["starts"]).local,
            minutes=table["minutes"],
            speaker_label=sample.text(table["speaker_label"]),
        )
        event_id = _event_id(session, table["event"])
        talks.add_talk(session, event_id, talk, actor=actor, now=clock.now())
        talks.publish(session, event_id, actor=actor)


def _event_id(session: Session, slug: str) -> int:
    return session.scalars(select(Event.id).where(Event.slug == slug)).one()
