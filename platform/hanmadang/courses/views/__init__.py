"""Pages of courses; importing them hangs their routes on the room."""

from hanmadang.courses.views import bank, desk, lessons, reviews, unit_editor
from hanmadang.courses.views.room import room

__all__ = ["bank", "desk", "lessons", "reviews", "room", "unit_editor"]
