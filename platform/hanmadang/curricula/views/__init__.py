"""The room's routes."""

from hanmadang.curricula.views import (
    aside,
    calendar,
    choices,
    demand,
    evidence,
    knowing,
    links,
    numbers,
    path,
    pretest,
    why,
)
from hanmadang.curricula.views.room import room

__all__ = [
    "aside",
    "calendar",
    "choices",
    "demand",
    "evidence",
    "knowing",
    "links",
    "numbers",
    "path",
    "pretest",
    "room",
    "why",
]
