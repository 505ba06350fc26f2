"""Pages: the public list and event pages, booking, the organizers' desk."""

from hanmadang.events.views import booking, desk, public, registrations
from hanmadang.events.views.room import room

__all__ = ["booking", "desk", "public", "registrations", "room"]
