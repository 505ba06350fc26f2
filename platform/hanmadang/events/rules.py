"""Who may see and change which event, and whether seats can be booked now."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sqlalchemy import ColumnElement, false, or_, true

from hanmadang.events.models import Event, EventState
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.permissions import Permission, Role, Viewer


class Owned(Protocol):
    """What the rules need to know of an event."""

    @property
    def institution_id(self) -> int:
        """Whose event it is."""

    @property
    def state(self) -> str:
        """Where it stands."""


def can_edit(viewer: Viewer, event: Owned) -> bool:
    """Organizers reach their institution's events, administrators all."""
    return can_edit_for(viewer, event.institution_id)


def can_edit_for(viewer: Viewer, institution_id: int) -> bool:
    """Whether the viewer may organize events in that institution's name."""
    if not viewer.may(Permission.EVENTS_ORGANIZE):
        return False
    return Role.ADMINISTRATOR in viewer.roles or viewer.institution_id == institution_id


def editable_by(viewer: Viewer) -> ColumnElement[bool]:
    """The SQL twin of `can_edit`."""
    if not viewer.may(Permission.EVENTS_ORGANIZE):
        return false()
    if Role.ADMINISTRATOR in viewer.roles:
        return true()
    return Event.institution_id == (viewer.institution_id or 0)


def can_see(viewer: Viewer, event: Owned) -> bool:
    """Drafts are seen only by those who may edit them."""
    return event.state != EventState.DRAFT or can_edit(viewer, event)


def visible_to(viewer: Viewer) -> ColumnElement[bool]:
    """The SQL twin of `can_see`."""
    return or_(Event.state != EventState.DRAFT.value, editable_by(viewer))


def require_editable(viewer: Viewer, event: Event | None) -> Event:
    """The event, for somebody who may edit it; raises NotFoundError for anybody else."""
    if event is None or not can_edit(viewer, event):
        raise NotFoundError
    return event


class Booking(StrEnum):
    """What the booking desk of an event says now."""

    FREE_ENTRY = "free_entry"
    """No seats to book."""
    NOT_YET = "not_yet"
    OPEN = "open"
    FULL = "full"
    """All seats are taken; the waiting list is open."""
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Bookable(Protocol):
    """What decides about booking; a row of the list has it as well as a page."""

    @property
    def state(self) -> str:
        """Where the event stands."""

    @property
    def begins_at(self) -> datetime:
        """The start, or an exhibition's first midnight."""

    @property
    def over_at(self) -> datetime:
        """The end."""

    @property
    def starts_at(self) -> datetime | None:
        """The start; empty for an exhibition."""

    @property
    def registration_opens_at(self) -> datetime | None:
        """Empty means at once."""

    @property
    def registration_closes_at(self) -> datetime | None:
        """Empty means at the start."""


def booking(event: Bookable, seats: tuple[int, int] | None, now: datetime) -> Booking:
    """What the booking desk says; `seats` is (capacity, taken), or None without seats."""
    if event.state == EventState.CANCELLED:
        return Booking.CANCELLED
    if seats is None:
        return Booking.FREE_ENTRY
    if event.registration_opens_at and now < event.registration_opens_at:
        return Booking.NOT_YET
    if now >= min(booking_ends(event)):
        return Booking.CLOSED
    return Booking.OPEN if seats[1] < seats[0] else Booking.FULL


def booking_ends(event: Bookable) -> Iterable[datetime]:
    """The instants that end booking: the reception's end, the start or an exhibition's end."""
    return filter(None, (event.registration_closes_at, last_call(event)))


def last_call(event: Bookable) -> datetime:
    """The start of an evening, or the end of an exhibition: until then seats change hands."""
    return event.starts_at or event.over_at
