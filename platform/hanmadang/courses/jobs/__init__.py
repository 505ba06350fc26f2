"""What the scheduler runs for this room: importing it registers the periodic jobs."""

from hanmadang.courses.jobs.passages import index_versions

__all__ = ["index_versions"]
