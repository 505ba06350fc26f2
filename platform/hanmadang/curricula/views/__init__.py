"""The room's routes."""

from hanmadang.curricula.views import (
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
    path,
    why,
)
from hanmadang.curricula.views.room import room

__all__ = [
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
    "path",
    "room",
    "why",
]
