"""What stands in a lesson where it names an event or a poll: as things are now, for anybody.

One statement for all events of a page, one for all polls. What is not public is not there: a
lesson that names a draft says no more than one that names nothing.
"""

from collections.abc import Iterable, Mapping

from markupsafe import Markup
from sqlalchemy import or_, select

from hanmadang.events.models import Event, EventState
from hanmadang.events.queries.cards import when
from hanmadang.kernel import clock
from hanmadang.kernel.db import db
from hanmadang.kernel.pages import fragment
from hanmadang.polls.models import Poll, PollState


def events(names: Iterable[str]) -> Mapping[str, Markup]:
    """{slug: when and where it is, or that it is over or called off}."""
    rows = db.session.execute(
        select(
            Event.slug, Event.kind, Event.title, Event.venue, Event.state, Event.over_at,
            Event.starts_at, Event.starts_local, Event.ends_at, Event.ends_local, Event.zone,
            Event.first_day, Event.last_day,
        ).where(Event.slug.in_(names), Event.state != EventState.DRAFT.value)
    )  # fmt: skip
    now = clock.now()
    return {
        row.slug: fragment(
            "curricula/_event_in_lesson.html",
            event=row,
            when=when(row),
            is_cancelled=row.state == EventState.CANCELLED.value,
            is_over=row.over_at <= now,
        )
        for row in rows
    }


def polls(names: Iterable[str]) -> Mapping[str, Markup]:
    """{code or slug: whether it can be answered, and the way there}."""
    listed = list(names)
    codes = [name.upper() for name in listed]
    rows = db.session.execute(
        select(Poll.slug, Poll.code, Poll.title, Poll.state).where(
            or_(Poll.slug.in_(listed), Poll.code.in_(codes)),
            Poll.state != PollState.DRAFT.value,
        )
    ).all()
    found = {name: row for row in rows for name in (row.slug, row.code)}
    return {
        name: fragment(
            "curricula/_poll_in_lesson.html",
            poll=row,
            is_open=row.state == PollState.OPEN.value,
            is_paused=row.state == PollState.PAUSED.value,
        )
        for name in listed
        if (row := found.get(name) or found.get(name.upper()))
    }
