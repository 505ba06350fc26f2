"""What the scheduler runs for this room: importing it registers the periodic jobs."""

from hanmadang.courses.jobs.versions import publish_versions

__all__ = ["publish_versions"]
