"""The room's ticking work; importing it registers it."""

from hanmadang.curricula.jobs import graph

__all__ = ["graph"]
