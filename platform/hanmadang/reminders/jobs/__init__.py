"""What the scheduler runs for this room: importing it registers the periodic jobs."""

from hanmadang.reminders.jobs import posters
from hanmadang.reminders.jobs.chores import beat

__all__ = ["beat", "posters"]
