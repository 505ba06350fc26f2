"""The room's routes."""

from hanmadang.curricula.views import (
    aside,
    demand,
    evidence,
    links,
    numbers,
    path,
    public_demand,
    suggestions,
    why,
)
from hanmadang.curricula.views.room import room

__all__ = [
    "aside", "demand", "evidence", "links", "numbers", "path", "public_demand", "room",
    "suggestions", "why",
]  # fmt: skip
