"""What the scheduler runs for this room: importing it registers the periodic jobs."""

from hanmadang.polls.jobs.followers import forget_followers
from hanmadang.polls.jobs.hours import keep_all_hours
from hanmadang.polls.jobs.keys import destroy_keys
from hanmadang.polls.jobs.opinions import refresh_opinions
from hanmadang.polls.jobs.tables import publish_tables
from hanmadang.polls.jobs.words import forget_words

__all__ = [
    "destroy_keys", "forget_followers", "forget_words", "keep_all_hours", "publish_tables",
    "refresh_opinions",
]  # fmt: skip
