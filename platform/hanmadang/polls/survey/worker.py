"""What a child process decides for `jobs.tables`: tables and weights, without a database.

An order holds the counts and the last release; nothing else is known here.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hanmadang.polls.profiles import CROSS, split
from hanmadang.polls.survey.batches import next_release
from hanmadang.polls.survey.cube import Cube
from hanmadang.polls.survey.disclosure import Publication, publish
from hanmadang.polls.survey.keeping import cube_of, kept, publication_of
from hanmadang.polls.survey.shown import ShownCell, ShownTable, shown
from hanmadang.polls.survey.thresholds import PUBLIC, STAFF, Limits
from hanmadang.polls.survey.weighing import weighed

_LIMITS = {"public": PUBLIC, "staff": STAFF}


def answers(order: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The one answer to an order."""
    yield answered(order)


def answered(order: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out one order: `tables` (a release of one question) or `weights`."""
    if order["do"] == "weights":
        return weighed(order["tables"], order["targets"])
    return _first(order) if order["held"] is None else _next(order)


def _first(order: Mapping[str, Any]) -> dict[str, Any]:
    """The deepest plan that so many answers carry and whose crossed table is open."""
    limits = _LIMITS[order["audience"]]
    for number, plan in enumerate(order["plans"]):
        cubes = _cubes(plan)
        is_last = number == len(order["plans"]) - 1
        if cubes[0].n < plan["least"] and not is_last:
            continue
        made = [publish(cube, [cube.codes], limits) for cube in cubes]
        if is_last or _is_open(made[0], cubes[0], limits):
            return _release(number, made, moved=True)
    raise ValueError(order["plans"])


def _next(order: Mapping[str, Any]) -> dict[str, Any]:
    """Each table moved where it may be; the plan stays the one of the first release."""
    number = order["held"]["plan"]
    last = [publication_of(each) for each in order["held"]["tables"]]
    cubes = _cubes(order["plans"][number])
    made = [next_release(each, cube) for each, cube in zip(last, cubes, strict=True)]
    return _release(number, made, moved=any(map(_moved, last, made)))


def _cubes(plan: Mapping[str, Any]) -> list[Cube]:
    return [cube_of(each["axes"], each["counts"]) for each in plan["tables"]]


def _is_open(made: Publication, cube: Cube, limits: Limits) -> bool:
    """Whether every row stands as it was declared, with enough people and nothing hidden."""
    return all(
        not part.hidden
        and part.cube.axes[0].levels == cube.axes[0].levels
        and part.cube.counts.sum(axis=1).min() >= limits.fewest
        for part in made.parts
    ) and bool(made.parts)


def _moved(last: Publication, made: Publication) -> bool:
    return any(new is not old for new, old in zip(made.parts, last.parts, strict=True))


def _release(number: int, made: Sequence[Publication], *, moved: bool) -> dict[str, Any]:
    tables = [_table(each) for one in made for part in one.parts for each in shown(part)]
    return {
        "n": made[0].n,
        "moved": moved,
        "shown": {
            "tables": [each for each in tables if each["attributes"]],
            "withheld": [
                [list(table), reason.value] for one in made for table, reason in one.withheld
            ],
        },
        "held": {"plan": number, "tables": [kept(each) for each in made]},
    }


def _table(table: ShownTable) -> dict[str, Any]:
    """A table of the engine, its crossed axis taken apart again."""
    code = table.attributes[0] if table.attributes else ""
    return {
        "attributes": code.split(CROSS) if code else [],
        "answers": list(table.answers),
        "rows": [
            {
                "levels": split(code, row.levels[0]) if row.levels else [],
                "n": row.n,
                "cells": list(_cells(row.cells)),
            }
            for row in table.rows
        ],
    }


def _cells(cells: Sequence[ShownCell]) -> Iterator[dict[str, Any]]:
    """Only what is known of each; shares follow from the counts."""
    for cell in cells:
        figures = {"count": cell.count, "at_least": cell.at_least, "at_most": cell.at_most}
        known = {name: value for name, value in figures.items() if value is not None}
        yield known | ({"reason": cell.reason.value} if cell.reason else {})
