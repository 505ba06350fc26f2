"""Raking: weights that make a sample agree with known margins, one after the other, until all do.

Iterative proportional fitting (Deming & Stephan 1940, Annals of Mathematical Statistics 11).
Weights have mean 1 (about 1 where they are trimmed).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

MOST_ROUNDS = 50
CLOSE = 1e-10
"""Rounds end when no stratum's share of the people is further than this from its target."""
LEAST_FACTOR, MOST_FACTOR = 0.7, 1.5
"""A stratum's mean weight outside is flagged: the bounds of Korea's election-poll rule."""


class NotRaked(ValueError):  # noqa: N818 (a refusal with a reason)
    """Weights that would mean nothing. Names the margin and the stratum."""

    def __init__(self, margin: str, stratum: str, why: str) -> None:
        super().__init__(f"{margin}/{stratum}: {why}")
        self.margin, self.stratum = margin, stratum


class EmptyStratum(NotRaked):
    """Nobody answered for people who exist; nobody else can be weighted up to speak for them."""


class UnknownStratum(NotRaked):
    """Somebody belongs to a stratum without a target, or a target is no positive share."""


@dataclass(frozen=True, slots=True)
class Factor:
    """How much one stratum was weighted: the mean weight of its people."""

    margin: str
    stratum: str
    value: float

    @property
    def flagged(self) -> bool:
        """Whether it lies outside the yardstick."""
        return not LEAST_FACTOR - CLOSE <= self.value <= MOST_FACTOR + CLOSE


@dataclass(frozen=True, slots=True, eq=False)
class Raked:
    """Weights and how well they fit."""

    weights: Floats
    """Shape (people,), in the order of the answers."""
    rounds: int
    gap: float
    """Largest distance of a stratum's weighted share from its target, 0 to 1."""
    trimmed: int
    """People whose weight stands at a bound of the trimming."""
    factors: tuple[Factor, ...]

    @property
    def converged(self) -> bool:
        """Whether every margin is met; trimming usually prevents it."""
        return self.gap <= CLOSE


@dataclass(frozen=True, slots=True, eq=False)
class _Margin:
    name: str
    strata: tuple[str, ...]
    targets: Floats
    places: Places

    def shares(self, weights: Floats) -> Floats:
        """Weighted share of each stratum, shape (strata,)."""
        sums = np.bincount(self.places, weights, len(self.strata))
        return np.asarray(sums / weights.sum(), dtype=np.float64)


def rake(
    people: Mapping[str, Sequence[str]],
    margins: Mapping[str, Mapping[str, float]],
    *,
    trim: tuple[float, float] | None = None,
    most_rounds: int = MOST_ROUNDS,
) -> Raked:
    """Weights for people whose strata stand in `people` (margin to one stratum per person).

    Targets are shares or counts. With `trim`, weights are held between its bounds.
    """
    fitted = [_margin(name, people[name], targets) for name, targets in margins.items()]
    weights = np.ones(len(fitted[0].places))
    rounds, gap = 0, _gap(fitted, weights)
    while gap > CLOSE and rounds < most_rounds:
        for margin in fitted:
            weights = weights * (margin.targets / margin.shares(weights))[margin.places]
            weights = _trimmed(weights * (len(weights) / weights.sum()), trim)
        rounds, gap = rounds + 1, _gap(fitted, weights)
    at_bound = np.isin(weights, trim).sum() if trim else 0
    factors = tuple(factor for margin in fitted for factor in _factors(margin, weights))
    return Raked(weights, rounds, gap, int(at_bound), factors)


def _margin(name: str, strata: Sequence[str], targets: Mapping[str, float]) -> _Margin:
    for stratum, target in targets.items():
        if not 0 <= target < float("inf"):
            raise UnknownStratum(name, stratum, "no share and no count")
    known = tuple(stratum for stratum, target in targets.items() if target > 0)
    position = {stratum: place for place, stratum in enumerate(known)}
    for stratum in strata:
        if stratum not in position:
            raise UnknownStratum(name, stratum, "has no target")
    present = frozenset(strata)
    for stratum in known:
        if stratum not in present:
            raise EmptyStratum(name, stratum, "nobody answered")
    shares = np.array([targets[stratum] for stratum in known], dtype=np.float64)
    places = np.array([position[stratum] for stratum in strata], dtype=np.intp)
    return _Margin(name, known, shares / shares.sum(), places)


def _trimmed(weights: Floats, trim: tuple[float, float] | None) -> Floats:
    return weights if trim is None else np.clip(weights, *trim)


def _gap(margins: Sequence[_Margin], weights: Floats) -> float:
    return max(float(np.abs(each.shares(weights) - each.targets).max()) for each in margins)


def _factors(margin: _Margin, weights: Floats) -> list[Factor]:
    means = np.bincount(margin.places, weights) / np.bincount(margin.places)
    return [
        Factor(margin.name, stratum, float(mean))
        for stratum, mean in zip(margin.strata, means, strict=True)
    ]
