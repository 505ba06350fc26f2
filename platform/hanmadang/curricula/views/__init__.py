"""The room's routes."""

from hanmadang.curricula.views import (
    demand,
    evidence,
    links,
    path,
    public_demand,
    suggestions,
    why,
)
from hanmadang.curricula.views.room import room

__all__ = [
    "demand", "evidence", "links", "path", "public_demand", "room", "suggestions", "why",
]  # fmt: skip
