"""Pages of polls; importing them hangs their routes on the room."""

from hanmadang.polls.views import audience, audience_desk, bank, desk, hall, public, results, stage

__all__ = ["audience", "audience_desk", "bank", "desk", "hall", "public", "results", "stage"]
