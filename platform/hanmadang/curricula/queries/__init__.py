"""The room's reads: paths and what they rest on, public demand, events and their modules."""

from hanmadang.curricula.queries.demand import Demand, demand
from hanmadang.curricula.queries.facts import Facts, facts_of_account, facts_of_device
from hanmadang.curricula.queries.links import (
    LinkedModule,
    LinkRow,
    events_of_course,
    events_of_unit,
    links_of_event,
)
from hanmadang.curricula.queries.paths import PathPage, path_page, plan_for

__all__ = [
    "Demand",
    "Facts",
    "LinkRow",
    "LinkedModule",
    "PathPage",
    "demand",
    "events_of_course",
    "events_of_unit",
    "facts_of_account",
    "facts_of_device",
    "links_of_event",
    "path_page",
    "plan_for",
]
