"""How sure a share is: design effect, effective n, 95 % intervals, weighted beside unweighted.

Design effect of weighting 1 + cv^2 (Kish 1965, Survey Sampling, 11.2; Kish 1992, Journal of
Official Statistics 8); intervals after Wilson (1927, JASA 22) with the effective n. Shares lie
between 0 and 1. Only chance is in them, and only where people were drawn by chance.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hanmadang.polls.survey.intervals import Share, wilson
from hanmadang.polls.survey.thresholds import FEWEST_ANSWERS
from hanmadang.polls.survey.weights import Factor, Floats, Raked


class TooFewForShare(ValueError):  # noqa: N818 (a refusal with a reason)
    """No percentage from fewer than `FEWEST_ANSWERS` people."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One option's share, unweighted and weighted, with all that a page must say beside it."""

    n: int
    effective_n: float
    design_effect: float
    unweighted: Share
    weighted: Share
    least_weight: float
    most_weight: float
    flags: tuple[Factor, ...]
    """Strata weighted outside 0.7 to 1.5."""
    converged: bool
    trimmed: int
    not_a_sample: bool
    """People chose to take part: the interval leaves out that others might answer otherwise."""


def design_effect(weights: Floats) -> float:
    """By how much weighting widens the variance: 1 + cv^2, at least 1. Shape (people,)."""
    return float(len(weights) * np.square(weights).sum() / weights.sum() ** 2)


def effective_n(weights: Floats) -> float:
    """People drawn by plain chance who would be as sure."""
    return len(weights) / design_effect(weights)


def side_by_side(chosen: npt.NDArray[np.bool_], raked: Raked, *, self_selected: bool) -> SideBySide:
    """The share who chose an option; `chosen` has shape (people,), as the weights have."""
    n, weights = len(chosen), raked.weights
    if n < FEWEST_ANSWERS:
        raise TooFewForShare(f"{n} people")
    effective = effective_n(weights)
    return SideBySide(
        n=n,
        effective_n=effective,
        design_effect=n / effective,
        unweighted=wilson(float(chosen.mean()), n),
        weighted=wilson(min(1.0, float(weights[chosen].sum() / weights.sum())), effective),
        least_weight=float(weights.min()),
        most_weight=float(weights.max()),
        flags=tuple(factor for factor in raked.factors if factor.flagged),
        converged=raked.converged,
        trimmed=raked.trimmed,
        not_a_sample=self_selected,
    )
