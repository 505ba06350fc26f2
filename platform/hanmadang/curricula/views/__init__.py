"""The room's routes."""

from hanmadang.curricula.views import (
    aside,
    cohorts,
    demand,
    evidence,
    graph,
    graph_changes,
    graph_doubts,
    graph_edit,
    graph_words,
    health,
    links,
    numbers,
    path,
    public_demand,
    suggestions,
    why,
)
from hanmadang.curricula.views.room import room

__all__ = [
    "aside",
    "cohorts",
    "demand",
    "evidence",
    "graph",
    "graph_changes",
    "graph_doubts",
    "graph_edit",
    "graph_words",
    "health",
    "links",
    "numbers",
    "path",
    "public_demand",
    "room",
    "suggestions",
    "why",
]
