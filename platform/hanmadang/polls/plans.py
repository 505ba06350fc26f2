"""Which tables of a question are tried, from deep to shallow: a fixed list, no filters on demand.

A crossed table is one axis for the engine, with a level for each combination and one for all who
kept any of its attributes to themselves: crossing "unsaid" with everything else would make rows
of a handful, and hide most of the table. It is taken only where every one of its figures can be
shown; otherwise its attributes are published one by one. Nothing else of the same attributes is
published beside it: subtracted, it would show who told the one and kept the other.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from hanmadang.polls.models import QuestionType
from hanmadang.polls.profiles import CROSS, LEVELS, UNSAID, WEIGHABLE, Attribute, Profile
from hanmadang.polls.survey.thresholds import fewest_for

CROSSED = {QuestionType.ONE, QuestionType.SCALE}
"""Types of which a person gives exactly one answer; others are not cross-tabulated."""
_COARSE_ANSWERS = {
    4: ((0, 1), (2, 3)),
    5: ((0, 1), (2,), (3, 4)),
    7: ((0, 1, 2), (3,), (4, 5, 6)),
}


@dataclass(frozen=True, slots=True)
class Band:
    """One attribute at one fineness: the levels together in each band."""

    attribute: Attribute
    groups: tuple[tuple[int, ...], ...]

    def names(self) -> list[str]:
        """The bands' names, `UNSAID` left out."""
        return ["+".join(LEVELS[self.attribute].said[i] for i in group) for group in self.groups]

    def of(self, level: str) -> str:
        """The band of a level."""
        said = LEVELS[self.attribute].said
        return next(
            name
            for name, group in zip(self.names(), self.groups, strict=True)
            if said.index(level) in group
        )


def plans(attributes: Sequence[Attribute]) -> list[list[tuple[Band, ...]]]:
    """Lists of tables; each table the bands it crosses. The last list crosses nothing."""
    crossable = [each for each in attributes if each in WEIGHABLE]
    found = []
    for depth in range(len(crossable), 1, -1):
        crossed, rest = crossable[:depth], [*crossable[depth:], *_others(attributes)]
        found += [
            [tuple(bands), *((_fine(each),) for each in rest)]
            for bands in product(*(_finenesses(each) for each in crossed))
        ]
    return [*found, [(_fine(each),) for each in attributes]]


def _others(attributes: Sequence[Attribute]) -> list[Attribute]:
    return [each for each in attributes if each not in WEIGHABLE]


def _fine(attribute: Attribute) -> Band:
    return Band(attribute, tuple((i,) for i in range(len(LEVELS[attribute].said))))


def _finenesses(attribute: Attribute) -> list[Band]:
    coarser = LEVELS[attribute].coarser
    return [_fine(attribute), *([Band(attribute, coarser[:-1])] if coarser else [])]


def plan_orders(
    attributes: Sequence[Attribute],
    answers: Sequence[str],
    counted: Mapping[tuple[tuple[str, ...], str], int],
    *,
    ordered: bool,
) -> list[dict[str, Any]]:
    """Every plan with its tables counted, as `survey.worker` takes it.

    `counted` has the levels of `attributes` (empty where unsaid) and the answer of each person.
    """
    found = []
    for tables in plans(attributes):
        depth = max(map(len, tables))
        for coarse in (False, True) if depth > 1 and ordered else (False,):
            orders = []
            for bands in tables:
                joined = coarse and len(bands) > 1
                answer = _answer_axis(answers, coarse=joined, ordered=ordered)
                orders.append(_table(bands, attributes, answer, counted))
            found.append({"least": fewest_for(depth), "tables": orders})
    return found


def _answer_axis(answers: Sequence[str], *, coarse: bool, ordered: bool) -> dict[str, Any]:
    groups = _COARSE_ANSWERS.get(len(answers)) if ordered else None
    if coarse and groups:
        levels = ["+".join(answers[i] for i in group) for group in groups]
        return {"code": "answer", "levels": levels, "coarser": [], "ordered": True}
    coarser = [groups] if groups else []
    return {"code": "answer", "levels": list(answers), "coarser": coarser, "ordered": ordered}


def _table(
    bands: tuple[Band, ...],
    attributes: Sequence[Attribute],
    answer: dict[str, Any],
    counted: Mapping[tuple[tuple[str, ...], str], int],
) -> dict[str, Any]:
    axis = _axis(bands)
    level_of = {name: place for place, name in enumerate(axis["levels"])}
    answer_of = {
        each: place for place, name in enumerate(answer["levels"]) for each in name.split("+")
    }
    cells: Counter[tuple[int, int]] = Counter()
    for (said, given), people in counted.items():
        profile = dict(zip(attributes, said, strict=True))
        cells[level_of[_level(bands, profile)], answer_of[given]] += people
    counts = [[*place, people] for place, people in sorted(cells.items())]
    return {"axes": [axis, answer], "counts": counts}


def _axis(bands: tuple[Band, ...]) -> dict[str, Any]:
    code = CROSS.join(band.attribute.value for band in bands)
    levels = [CROSS.join(names) for names in product(*(band.names() for band in bands))]
    only = LEVELS[bands[0].attribute]
    is_alone = len(bands) == 1
    return {
        "code": code,
        "levels": [*levels, UNSAID],
        "coarser": [only.coarser] if is_alone and only.coarser else [],
        "ordered": is_alone and only.ordered,
    }


def _level(bands: tuple[Band, ...], profile: Profile) -> str:
    said = [profile[band.attribute] for band in bands]
    if not all(said):
        return UNSAID
    return CROSS.join(band.of(level) for band, level in zip(bands, said, strict=True))


def margins_of(table: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """One-way tables that follow from a crossed one, whose figures are all there."""
    names = table["attributes"]
    for place, attribute in enumerate(names if len(names) > 1 else ()):
        rows: dict[str, list[int]] = {}
        for row in table["rows"]:
            sums = rows.setdefault(row["levels"][place], [0] * len(table["answers"]))
            for i, cell in enumerate(row["cells"]):
                sums[i] += cell["count"]
        yield {
            "attributes": [attribute],
            "answers": table["answers"],
            "rows": [
                {"levels": [level], "n": sum(sums), "cells": [{"count": each} for each in sums]}
                for level, sums in rows.items()
            ],
        }
