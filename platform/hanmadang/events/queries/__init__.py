"""What the room can tell; other rooms ask here."""

from hanmadang.events.queries.bookings import BookedEvent, booked_events, bookings_of
from hanmadang.events.queries.cards import Card, upcoming
from hanmadang.events.queries.pages import EventPage, event_by_slug

__all__ = [
    "BookedEvent", "Card", "EventPage",
    "booked_events", "bookings_of", "event_by_slug", "upcoming",
]  # fmt: skip
