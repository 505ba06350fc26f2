"""Pages of polls; importing them hangs their routes on the room."""

from hanmadang.polls.views import desk, public, results

__all__ = ["desk", "public", "results"]
