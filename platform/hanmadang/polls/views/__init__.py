"""Pages of polls; importing them hangs their routes on the room."""

from hanmadang.polls.views import (
    audience,
    audience_desk,
    desk,
    margins,
    profiles,
    public,
    results,
    tables,
)

__all__ = [
    "audience",
    "audience_desk",
    "desk",
    "margins",
    "profiles",
    "public",
    "results",
    "tables",
]
