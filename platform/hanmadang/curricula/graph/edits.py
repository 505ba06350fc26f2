"""What each kind of edit changes: documents to propose, made from the graph as it stands."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hanmadang.curricula.graph.figures import Doubt
from hanmadang.curricula.graph.specs import (
    ACTIVE,
    COMPETENCIES,
    MERGED,
    RETIRED,
    VIEWS,
    CompetencySpec,
    Document,
    Graph,
    ViewSpec,
    stored_form,
)


def written(*found: CompetencySpec) -> Document:
    """These competencies as they shall read."""
    return {COMPETENCIES: {each.code: stored_form(each.tidy()) for each in found}}


def viewpoint(each: ViewSpec) -> Document:
    """This viewpoint as it shall read."""
    return {VIEWS: {each.code: stored_form(each)}}


def viewpoint_gone(code: str) -> Document:
    """Without this viewpoint."""
    return {VIEWS: {code: None}}


def merged(graph: Graph, code: str, into: str) -> Document:
    """One competency becomes part of another: what stood on it stands on the other."""
    old = graph.competencies[code]
    moved = [
        replace(each, merged_into=into)
        for each in graph.competencies.values()
        if each.merged_into == code
    ]
    users = [each.without(code, into) for each in graph.users_of(code)]
    return written(replace(old, state=MERGED, merged_into=into), *moved, *users)


def retired(graph: Graph, code: str) -> Document:
    """Out of use; what stands on it must be changed first."""
    return written(replace(graph.competencies[code], state=RETIRED, merged_into=""))


def restored(graph: Graph, code: str) -> Document:
    """In use again, on its own: its old prerequisites are written anew by whoever wants them."""
    return written(replace(graph.competencies[code], state=ACTIVE, merged_into=""))


def undone(before: Mapping[str, Any], after: Mapping[str, Any]) -> Document:
    """Back to how it stood; a competency that was new is retired, a topic that was new stays."""
    found: dict[str, dict[str, dict[str, Any] | None]] = {}
    for part, codes in before.items():
        for code, each in codes.items():
            if each is not None or part == VIEWS:
                found.setdefault(part, {})[code] = each
            elif part == COMPETENCIES:
                out = {"state": RETIRED, "merged_into": "", "needs": [], "helps": []}
                found.setdefault(part, {})[code] = {**after[part][code], **out}
    return found


def as_suggested(graph: Graph, doubt: Doubt, code: str, need: str) -> Document:
    """The edge that is missing, or the doubted one turned into a soft one."""
    each = graph.competencies[code]
    if doubt is Doubt.MISSING:
        return written(replace(each, needs=(*each.needs, (need,))))
    needs = tuple(group for group in each.needs if group != (need,))
    return written(replace(each, needs=needs, helps=(*each.helps, need)))
