"""Pages of courses; importing them hangs their routes on the room."""

from hanmadang.courses.views import cohorts, figures, learners, lessons, messages, runs, teaching
from hanmadang.courses.views.room import room

__all__ = ["cohorts", "figures", "learners", "lessons", "messages", "room", "runs", "teaching"]
