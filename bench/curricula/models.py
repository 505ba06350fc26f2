"""Who foretells: two averages, performance factors, Elo's ratings, knowledge tracing, and ours."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import log1p
from typing import Protocol

from bench.curricula.data import Answers
from hanmadang.curricula.engine.fitting import fit
from hanmadang.curricula.engine.tracing import (
    DAMPING,
    STEP,
    Parameters,
    Trace,
    answered,
    chance,
    learned,
    odds,
)


class Model(Protocol):
    """One person, followed answer by answer."""

    def right(self, code: str) -> float:
        """How likely the next answer on this competency is right."""

    def answer(self, code: str, *, right: bool) -> None:
        """It came."""


Fresh = Callable[[], Model]
"""Begins with somebody new."""


def models(people: Sequence[Answers]) -> dict[str, Fresh]:
    """All of them, fitted to these people."""
    parameters = fit(people)
    shares = _shares(people)
    factors = _factors(people)
    return {
        "mean": lambda: _Share({}, _share(people)),
        "skill mean": lambda: _Share(shares, _share(people)),
        "PFA": lambda: _Pfa(factors),
        "Elo": lambda: _Elo(parameters),
        "BKT": lambda: _Bkt(parameters),
        "ours": lambda: Trace(parameters),
    }


def _share(people: Iterable[Answers]) -> float:
    every = [right for answers in people for _code, right in answers]
    return sum(every) / len(every)


def _shares(people: Iterable[Answers]) -> dict[str, float]:
    found: dict[str, list[bool]] = defaultdict(list)
    for answers in people:
        for code, right in answers:
            found[code].append(right)
    return {code: (sum(rights) + 1) / (len(rights) + 2) for code, rights in found.items()}


class _Share:
    """The share of right answers, for each competency or for all; learns nothing of a person."""

    def __init__(self, shares: dict[str, float], usual: float) -> None:
        self._shares, self._usual = shares, usual

    def right(self, code: str) -> float:
        return self._shares.get(code, self._usual)

    def answer(self, code: str, *, right: bool) -> None:
        pass


class _Elo:
    """One ability, and the difficulty of each competency's first answer."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters, self._ability, self._asked = parameters, 0.0, 0

    def right(self, code: str) -> float:
        return chance(self._ability + odds(self._parameters.of(code).first))

    def answer(self, code: str, *, right: bool) -> None:
        self._ability += STEP / (1 + DAMPING * self._asked) * (right - self.right(code))
        self._asked += 1


class _Bkt:
    """Four parameters a competency, and nothing that joins two of them."""

    def __init__(self, parameters: Parameters) -> None:
        self._parameters = parameters
        self._known: dict[str, float] = {}

    def right(self, code: str) -> float:
        skill = self._parameters.of(code)
        known = self._known.get(code, skill.prior)
        return known * (1 - skill.slip) + (1 - known) * skill.guess

    def answer(self, code: str, *, right: bool) -> None:
        skill = self._parameters.of(code)
        known = answered(self._known.get(code, skill.prior), skill, right=right)
        self._known[code] = learned(known, skill.learn)


_Factors = dict[str, list[float]]
"""By competency: easiness, weight of right answers before, weight of wrong ones."""


class _Pfa:
    """Pavlik, Cen and Koedinger's performance factors (2009), with logarithms of the counts."""

    def __init__(self, factors: _Factors) -> None:
        self._factors = factors
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])

    def right(self, code: str) -> float:
        return chance(sum(map(_times, self._factors.get(code, [0.0, 0.0, 0.0]), self.seen(code))))

    def seen(self, code: str) -> tuple[float, float, float]:
        """What its weights are multiplied with."""
        right, wrong = self._counts[code]
        return 1.0, log1p(right), log1p(wrong)

    def answer(self, code: str, *, right: bool) -> None:
        self._counts[code][not right] += 1


def _times(weight: float, value: float) -> float:
    return weight * value


def _factors(people: Sequence[Answers], rounds: int = 4, seed: int = 7) -> _Factors:
    """Fitted by stochastic gradient steps that become smaller."""
    factors: _Factors = {code: [odds(share), 0.0, 0.0] for code, share in _shares(people).items()}
    order = list(people)
    for number in range(rounds):
        random.Random(seed + number).shuffle(order)
        step = 0.05 / (1 + number)
        for answers in order:
            model = _Pfa(factors)
            for code, right in answers:
                error = right - model.right(code)
                seen, weights = model.seen(code), factors[code]
                for place, rate in enumerate((step, 0.3 * step, 0.3 * step)):
                    weights[place] += rate * error * seen[place]
                model.answer(code, right=right)
    return factors
