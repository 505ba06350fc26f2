"""Pages of courses; importing them hangs their routes on the room."""

from hanmadang.courses.views import exchange, lessons
from hanmadang.courses.views.room import room

__all__ = ["exchange", "lessons", "room"]
