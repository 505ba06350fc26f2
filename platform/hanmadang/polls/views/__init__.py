"""Pages of polls; importing them hangs their routes on the room."""

from hanmadang.polls.views import (
    audience,
    audience_desk,
    comparison,
    data,
    desk,
    opinions,
    public,
    results,
    statements,
    statements_desk,
)

__all__ = [
    "audience",
    "audience_desk",
    "comparison",
    "data",
    "desk",
    "opinions",
    "public",
    "results",
    "statements",
    "statements_desk",
]
