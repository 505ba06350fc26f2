"""What the scheduler runs for this room: importing it registers the periodic jobs."""

from hanmadang.curricula.jobs import graph
from hanmadang.curricula.jobs.demand import release_demand, remind_of_follow_ups
from hanmadang.curricula.jobs.night import work_by_night
from hanmadang.curricula.jobs.replan import follow_polls

__all__ = ["follow_polls", "graph", "release_demand", "remind_of_follow_ups", "work_by_night"]
"""Importing them registers them."""
