"""The verbs of the room; other rooms and the demo call them from here."""

from hanmadang.events.domain.fields import EventFields, InvalidFieldError
from hanmadang.events.domain.programme import cancel, create, edit, publish
from hanmadang.events.domain.seats import Booked, book, cancel_registration

__all__ = [
    "Booked", "EventFields", "InvalidFieldError",
    "book", "cancel", "cancel_registration", "create", "edit", "publish",
]  # fmt: skip
