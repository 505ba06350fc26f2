"""Pages of courses; importing them hangs their routes on the room."""

from hanmadang.courses.views import lessons
from hanmadang.courses.views.room import room

__all__ = ["lessons", "room"]
