"""The room's routes."""

from hanmadang.curricula.views import (
    calendar,
    choices,
    demand,
    evidence,
    knowing,
    links,
    path,
    pretest,
    why,
)
from hanmadang.curricula.views.room import room

__all__ = [
    "calendar",
    "choices",
    "demand",
    "evidence",
    "knowing",
    "links",
    "path",
    "pretest",
    "room",
    "why",
]
