"""The room's routes."""

from hanmadang.curricula.views import aside, demand, evidence, links, numbers, path, why
from hanmadang.curricula.views.room import room

__all__ = ["aside", "demand", "evidence", "links", "numbers", "path", "room", "why"]
