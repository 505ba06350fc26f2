"""The room's routes."""

from hanmadang.curricula.views import cohorts, demand, evidence, links, path, why
from hanmadang.curricula.views.room import room

__all__ = ["cohorts", "demand", "evidence", "links", "path", "room", "why"]
