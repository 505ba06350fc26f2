"""Pages of polls; importing them hangs their routes on the room."""

from hanmadang.polls.views import (
    audience,
    audience_desk,
    codes_desk,
    comparison,
    data,
    desk,
    entry,
    hall_desk,
    margins,
    opinions,
    profiles,
    public,
    results,
    statements,
    statements_desk,
    tables,
)

__all__ = [
    "audience",
    "audience_desk",
    "codes_desk",
    "comparison",
    "data",
    "desk",
    "entry",
    "hall_desk",
    "margins",
    "opinions",
    "profiles",
    "public",
    "results",
    "statements",
    "statements_desk",
    "tables",
]
