"""The room's routes."""

from hanmadang.curricula.views import demand, evidence, links, path, why
from hanmadang.curricula.views.room import room

__all__ = ["demand", "evidence", "links", "path", "room", "why"]
