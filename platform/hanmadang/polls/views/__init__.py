"""Pages of polls; importing them hangs their routes on the room."""

from hanmadang.polls.views import (
    api,
    audience,
    audience_desk,
    data,
    desk,
    following,
    outcomes,
    outcomes_desk,
    public,
    results,
)

__all__ = [
    "api",
    "audience",
    "audience_desk",
    "data",
    "desk",
    "following",
    "outcomes",
    "outcomes_desk",
    "public",
    "results",
]
