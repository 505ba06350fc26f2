"""Pages of courses; importing them hangs their routes on the room."""

from hanmadang.courses.views import files, lessons, own
from hanmadang.courses.views.room import room

__all__ = ["files", "lessons", "own", "room"]
