"""Who sees and edits what, and what the booking desk says: functions and their SQL twins."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.events import rules
from hanmadang.events.models import Event
from hanmadang.events.rules import Booking
from hanmadang.kernel.clock import Moment
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import NOBODY, Role, Viewer
from tests.factories.events import NOW, START, evening, make_event, make_institution

ADMIN = Viewer(1, roles=frozenset({Role.ADMINISTRATOR}))
CITIZEN = Viewer(2, roles=frozenset({Role.CITIZEN}))


def organizer_of(institution_id: int | None) -> Viewer:
    return Viewer(3, roles=frozenset({Role.ORGANIZER}), institution_id=institution_id)


def test_the_functions_and_their_sql_twins_agree_on_every_pair(write: Any) -> None:
    with write() as session:
        ours, theirs = make_institution(session), make_institution(session)
        events = [
            make_event(session, institution=host, published=published)
            for host in (ours, theirs)
            for published in (True, False)
        ]
        viewers = [NOBODY, CITIZEN, ADMIN, organizer_of(ours.id), organizer_of(None),
                   Viewer(4, roles=frozenset({Role.CITIZEN}), institution_id=ours.id)]  # fmt: skip
        for viewer in viewers:
            seen = set(session.scalars(select(Event.id).where(rules.visible_to(viewer))))
            edited = set(session.scalars(select(Event.id).where(rules.editable_by(viewer))))
            assert seen == {event.id for event in events if rules.can_see(viewer, event)}
            assert edited == {event.id for event in events if rules.can_edit(viewer, event)}


def test_organizers_reach_their_institution_and_administrators_all(write: Any) -> None:
    with write() as session:
        event = make_event(session, published=False)
        assert rules.can_edit(organizer_of(event.institution_id), event)
        assert not rules.can_edit(organizer_of(event.institution_id + 1), event)
        assert rules.can_edit(ADMIN, event)
        assert not rules.can_see(CITIZEN, event)


def test_what_may_not_be_edited_does_not_exist(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        with pytest.raises(NotFoundError):
            rules.require_editable(CITIZEN, event)
        with pytest.raises(NotFoundError):
            rules.require_editable(ADMIN, None)


OPENS = Moment.at(datetime(2026, 11, 22, 9), "Asia/Seoul")


@pytest.mark.parametrize(
    ("seats", "now", "expected"),
    [
        (None, NOW, Booking.FREE_ENTRY),
        ((10, 0), NOW, Booking.NOT_YET),
        ((10, 9), OPENS.instant, Booking.OPEN),
        ((10, 10), OPENS.instant, Booking.FULL),
        ((10, 10), START.instant, Booking.CLOSED),
        ((10, 0), START.instant + timedelta(days=9), Booking.CLOSED),
    ],
)
def test_the_booking_desk(
    write: Any, seats: tuple[int, int] | None, now: datetime, expected: Booking
) -> None:
    with write() as session:
        event = make_event(session, evening(registration_opens=OPENS))
        assert rules.booking(event, seats, now) is expected


def test_a_cancelled_event_says_so_before_anything_else(write: Any) -> None:
    with write() as session:
        event = make_event(session)
        event.state = "cancelled"
        assert rules.booking(event, (10, 10), NOW) is Booking.CANCELLED
        event.state = "published"
