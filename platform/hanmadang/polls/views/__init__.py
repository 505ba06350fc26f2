"""Pages of polls; importing them hangs their routes on the room."""

from hanmadang.polls.views import (
    audience,
    audience_desk,
    codes_desk,
    desk,
    entry,
    hall_desk,
    public,
    results,
)

__all__ = [
    "audience",
    "audience_desk",
    "codes_desk",
    "desk",
    "entry",
    "hall_desk",
    "public",
    "results",
]
