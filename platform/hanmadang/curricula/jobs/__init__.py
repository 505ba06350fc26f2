"""What the scheduler runs for this room: importing it registers the periodic jobs."""

from hanmadang.curricula.jobs.night import work_by_night
from hanmadang.curricula.jobs.replan import follow_polls

__all__ = ["follow_polls", "work_by_night"]
"""Importing them registers them."""
