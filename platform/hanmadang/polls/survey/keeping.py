"""A publication as plain data, so that the next release can be decided by another process.

What `kept` gives holds the true counts and all worlds: it is stored apart from what is shown, is
never read for a page, and is dropped with the last release.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hanmadang.polls.survey.cube import Axis, Cell, Cube, Grouping
from hanmadang.polls.survey.disclosure import Part, Publication
from hanmadang.polls.survey.thresholds import Limits, Reason


def cube_of(axes: Sequence[Mapping[str, Any]], counts: Sequence[Sequence[int]]) -> Cube:
    """A cube from its axes and its filled places: each a place on every axis and then a count."""
    made = tuple(_axis(each) for each in axes)
    filled = np.zeros([len(axis.levels) for axis in made], dtype=np.int64)
    for *places, count in counts:
        filled[tuple(places)] += count
    return Cube(made, filled)


def kept(publication: Publication) -> dict[str, Any]:
    """The whole publication, with what is hidden."""
    return {
        "n": publication.n,
        "parts": [_part_data(part) for part in publication.parts],
        "withheld": [[list(table), reason.value] for table, reason in publication.withheld],
    }


def publication_of(stored: Mapping[str, Any]) -> Publication:
    """The inverse of `kept`."""
    withheld = tuple((tuple(table), Reason(reason)) for table, reason in stored["withheld"])
    parts = tuple(_part(each) for each in stored["parts"])
    return Publication(stored["n"], parts, withheld)


def _axis(stored: Mapping[str, Any]) -> Axis:
    coarser = tuple(_grouping(each) for each in stored.get("coarser", ()))
    return Axis(stored["code"], tuple(stored["levels"]), coarser, ordered=stored["ordered"])


def _axis_data(axis: Axis) -> dict[str, Any]:
    return {"code": axis.code, "levels": axis.levels, "ordered": axis.ordered}


def _grouping(stored: Sequence[Sequence[int]]) -> Grouping:
    return tuple(tuple(group) for group in stored)


def _cell(stored: Sequence[Sequence[int]]) -> Cell:
    return tuple(stored[0]), tuple(stored[1])


def _part_data(part: Part) -> dict[str, Any]:
    return {
        "axes": [_axis_data(axis) for axis in part.cube.axes],
        "counts": part.cube.counts.tolist(),
        "groupings": part.groupings,
        "tables": part.tables,
        "wanted": part.wanted,
        "hidden": sorted(part.hidden),
        "worlds": [world.tolist() for world in part.worlds],
        "bounds": [[*cell, bound] for cell, bound in part.bounds.items()],
        "limits": [part.limits.smallest, part.limits.fewest],
    }


def _part(stored: Mapping[str, Any]) -> Part:
    axes = tuple(_axis(each) for each in stored["axes"])
    return Part(
        cube=Cube(axes, np.array(stored["counts"], dtype=np.int64)),
        groupings=tuple(_grouping(each) for each in stored["groupings"]),
        tables=tuple(tuple(each) for each in stored["tables"]),
        wanted=tuple(tuple(each) for each in stored["wanted"]),
        hidden=frozenset(_cell(each) for each in stored["hidden"]),
        worlds=tuple(np.array(world, dtype=np.int64) for world in stored["worlds"]),
        bounds={_cell(each): each[2] for each in stored["bounds"]},
        limits=Limits(*stored["limits"]),
    )
