"""A question's totals weighted to a population, from a published and fully open table alone.

So anybody can recompute them (`docs/recompute-weights.py`), and they give away nothing that the
table does not say. People without a target (who did not say, who live elsewhere) keep their share:
a register does not know them, and nobody else may speak for them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from hanmadang.polls.profiles import UNSAID
from hanmadang.polls.survey.intervals import margin_of_error
from hanmadang.polls.survey.precision import SideBySide, side_by_side
from hanmadang.polls.survey.thresholds import FEWEST_ANSWERS
from hanmadang.polls.survey.weights import EmptyStratum, NotRaked, Raked, rake

Targets = Mapping[str, Mapping[str, float]]
"""Attribute to level to count or share of the population."""
CLEARLY_SAID = 3 * FEWEST_ANSWERS
"""People of a band with some who did not say, from which on it counts as its levels: these are
fewer than `FEWEST_ANSWERS` there (`disclosure`), and so less than a third."""
FEWEST_GROUPS = 2
"""Groups with a target, without which an attribute weights nothing."""


class MixedBandError(ValueError):
    """A band holds people with and without a target. Names the attribute and the band."""

    def __init__(self, attribute: str, band: str) -> None:
        super().__init__(f"{attribute}/{band}")
        self.attribute, self.band = attribute, band


@dataclass(frozen=True, slots=True)
class Stratum:
    """People of one row of the table, and what they answered."""

    levels: tuple[str, ...]
    counts: tuple[int, ...]


def weighed(tables: Sequence[Mapping[str, Any]], targets: Targets) -> dict[str, Any]:
    """Weighted totals from the deepest open table that fits the targets, or why there are none."""
    fitting = [
        table for table in tables if is_open(table) and set(table["attributes"]) <= {*targets}
    ]
    refusal: dict[str, Any] = {"refused": "too-few"}
    for table in sorted(fitting, key=lambda each: -len(each["attributes"])):
        try:
            return _weighed(table, targets)
        except MixedBandError as error:
            refusal = {"refused": "mixed", "attribute": error.attribute, "level": error.band}
        except EmptyStratum as error:
            refusal = {"refused": "empty", "attribute": error.margin, "level": error.stratum}
        except NotRaked as error:
            refusal = {"refused": "unmet", "attribute": error.margin, "level": error.stratum}
    return refusal


def is_open(table: Mapping[str, Any]) -> bool:
    """Whether every figure of a shown table is there."""
    return bool(table["attributes"]) and all(
        row["n"] is not None and all("count" in cell for cell in row["cells"])
        for row in table["rows"]
    )


def _weighed(table: Mapping[str, Any], targets: Targets) -> dict[str, Any]:
    strata = [
        Stratum(tuple(row["levels"]), tuple(cell["count"] for cell in row["cells"]))
        for row in table["rows"]
    ]
    margins = {
        attribute: shares(strata, place, attribute, targets[attribute])
        for place, attribute in enumerate(table["attributes"])
    }
    people = {
        attribute: [each.levels[place] for each in strata for _ in range(sum(each.counts))]
        for place, attribute in enumerate(margins)
    }
    raked = rake(people, {name: dict(each) for name, each in margins.items()})
    if not raked.converged:
        raise NotRaked(table["attributes"][0], "", "the margins cannot all be met")
    return _figures(table, strata, raked, targets)


def shares(
    strata: Sequence[Stratum], place: int, attribute: str, targets: Mapping[str, float]
) -> dict[str, float]:
    """The target share of every band of one attribute. Raises MixedBandError, EmptyStratum."""
    found: dict[str, int] = {}
    for each in strata:
        found[each.levels[place]] = found.get(each.levels[place], 0) + sum(each.counts)
    n = sum(found.values())
    present = {level for band in found for level in band.split("+")}
    for level in targets:
        if level not in present:
            raise EmptyStratum(attribute, level, "nobody answered")
    known = {band: _target(attribute, band, n, targets) for band, n in found.items()}
    kept = sum(found[band] for band, target in known.items() if target is None) / n
    whole = sum(target for target in known.values() if target is not None)
    if sum(target is not None for target in known.values()) < FEWEST_GROUPS:
        raise MixedBandError(attribute, "")
    return {
        band: found[band] / n if target is None else target / whole * (1 - kept)
        for band, target in known.items()
    }


def _target(attribute: str, band: str, people: int, targets: Mapping[str, float]) -> float | None:
    levels = band.split("+")
    if len(levels) > 1 and UNSAID in levels and people >= CLEARLY_SAID:
        levels.remove(UNSAID)
    given = [targets[level] for level in levels if level in targets]
    if given and len(given) < len(levels):
        raise MixedBandError(attribute, band)
    return sum(given) if given else None


def _figures(
    table: Mapping[str, Any], strata: Sequence[Stratum], raked: Raked, targets: Targets
) -> dict[str, Any]:
    sides = [
        side_by_side(chosen, raked, self_selected=True)
        for chosen in _chosen(strata, len(table["answers"]))
    ]
    first = sides[0]
    return {
        "attributes": list(table["attributes"]),
        "left_out": [name for name in targets if name not in table["attributes"]],
        "n": first.n,
        "design_effect": round(first.design_effect, 2),
        "effective_n": round(first.effective_n),
        "error_unweighted": round(100 * margin_of_error(first.n), 1),
        "error_weighted": round(100 * margin_of_error(first.effective_n), 1),
        "answers": [
            {"answer": answer, **_side(side)}
            for answer, side in zip(table["answers"], sides, strict=True)
        ],
        "factors": [
            {
                "attribute": factor.margin,
                "level": factor.stratum,
                "factor": round(factor.value, 2),
                "flagged": factor.flagged,
            }
            for factor in raked.factors
        ],
    }


def _chosen(strata: Sequence[Stratum], answers: int) -> Iterator[Any]:
    """For each answer who gave it, in the order in which `people` lists them."""
    gave = np.repeat(
        np.tile(np.arange(answers), len(strata)),
        [count for each in strata for count in each.counts],
    )
    return (gave == answer for answer in range(answers))


def _side(side: SideBySide) -> dict[str, int]:
    """Whole percents."""
    return {
        "unweighted": round(100 * side.unweighted.share),
        "weighted": round(100 * side.weighted.share),
        "low": round(100 * side.weighted.low),
        "high": round(100 * side.weighted.high),
    }
