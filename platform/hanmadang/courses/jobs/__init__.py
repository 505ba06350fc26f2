"""What the scheduler runs for this room: importing it registers the periodic jobs."""

from hanmadang.courses.jobs import figures
from hanmadang.courses.jobs.certificates import certificates
from hanmadang.courses.jobs.passages import index_versions
from hanmadang.courses.jobs.reviews import plan_reviews
from hanmadang.courses.jobs.versions import publish_versions

__all__ = ["certificates", "figures", "index_versions", "plan_reviews", "publish_versions"]
