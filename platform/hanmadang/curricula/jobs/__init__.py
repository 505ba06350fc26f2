"""What the scheduler runs for this room: importing it registers the periodic jobs."""

from hanmadang.curricula.jobs.demand import release_demand, remind_of_follow_ups

__all__ = ["release_demand", "remind_of_follow_ups"]
