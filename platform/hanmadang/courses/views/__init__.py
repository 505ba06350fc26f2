"""Pages of courses; importing them hangs their routes on the room."""

from hanmadang.courses.views import device, lessons, marks, offline, reviews, search
from hanmadang.courses.views.room import room

__all__ = ["device", "lessons", "marks", "offline", "reviews", "room", "search"]
