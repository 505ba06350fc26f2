"""What answers on one competency say about its neighbours in the graph.

Whoever lacks what a competency needs seldom knows it. So each answer is weighed twice: a right one
makes what stands below more likely, a wrong one makes what stands above less likely. Messages go
through the graph once each way, as in Pearl's belief propagation (1982); that is exact where it is
a tree and holds well enough elsewhere.
"""

from collections.abc import Mapping
from math import prod

from hanmadang.curricula.engine.inputs import Catalogue, Learner
from hanmadang.curricula.engine.tracing import Parameters, Skill, chance, learned, odds

ANYWAY = 0.3
"""How much of a competency's chance is left to somebody who lacks what it needs."""
_STRONGEST = 50.0
"""No message says more than this, as odds."""
_STEEPER = 0.1
"""How much less likely, in log odds, each step up the graph is known before anybody was asked."""
Counts = Mapping[str, tuple[int, int]]


def priors(
    catalogue: Catalogue, learner: Learner, parameters: Parameters, counts: Counts
) -> dict[str, float]:
    """How likely each competency was known, by all answers on others; `counts` is (right, of)."""
    first = _before_anybody_was_asked(catalogue, parameters)
    if not counts:
        return _down(catalogue, first, dict.fromkeys(first, 1.0), {})
    own = {code: _said(parameters.of(code), *counts[code]) for code in counts}
    return _down(catalogue, first, _up(catalogue, learner, first, own), own)


def _before_anybody_was_asked(catalogue: Catalogue, parameters: Parameters) -> dict[str, float]:
    """By somebody who knows all that it needs; fitted where answers told."""
    usual = odds(parameters.usual.prior)
    depths, fitted = catalogue.depths, parameters.skills
    by_depth = {depth: chance(usual - _STEEPER * depth) for depth in set(depths.values())}
    return {
        code: fitted[code].prior if code in fitted else by_depth[depth]
        for code, depth in depths.items()
    }


def _up(
    catalogue: Catalogue, learner: Learner, first: Mapping[str, float], own: Mapping[str, float]
) -> dict[str, float]:
    """What the answers above say of each competency, as a likelihood ratio."""
    strengths = _strengths(catalogue, learner)
    heard = dict.fromkeys(first, 1.0)
    for code in reversed(catalogue.foundations_first):
        said = own.get(code, 1.0) * heard[code]
        if said == 1.0:
            continue
        strength = strengths.get(code, 0.0)
        with_it = learned(first[code], strength)
        without = learned(ANYWAY * first[code], ANYWAY * strength)
        message = (with_it * said + 1 - with_it) / (without * said + 1 - without)
        for group in catalogue.by_code[code].needs:
            for need in group:
                if need in heard:
                    heard[need] = _limited(heard[need] * message ** (1 / len(group)))
    return heard


def _down(
    catalogue: Catalogue,
    first: Mapping[str, float],
    heard: Mapping[str, float],
    own: Mapping[str, float],
) -> dict[str, float]:
    """The prior of each competency, less likely where what it needs is."""
    found: dict[str, float] = {}
    believed: dict[str, float] = {}
    for code in catalogue.foundations_first:
        prior = first[code]
        if needs := catalogue.by_code[code].needs:
            founded = prod(max([believed.get(n, 1.0) for n in g], default=1.0) for g in needs)
            prior *= ANYWAY + (1 - ANYWAY) * founded
        found[code] = _moved(prior, heard[code])
        believed[code] = _moved(found[code], own.get(code, 1.0))
    return found


def _said(skill: Skill, right: int, of: int) -> float:
    """The likelihood ratio of these answers."""
    yes, no = (1 - skill.slip) / skill.guess, skill.slip / (1 - skill.guess)
    return _limited(yes**right * no ** (of - right))


def _strengths(catalogue: Catalogue, learner: Learner) -> dict[str, float]:
    """How much finished lessons taught, by competency."""
    found: dict[str, float] = {}
    for unit in (
        catalogue.by_id[unit_id] for unit_id in learner.done if unit_id in catalogue.by_id
    ):
        for code, strength in unit.teaches:
            found[code] = learned(found.get(code, 0.0), strength)
    return found


def _moved(probability: float, ratio: float) -> float:
    if ratio == 1.0:
        return probability
    yes = probability * ratio
    return yes / (yes + 1 - probability)


def _limited(ratio: float) -> float:
    return min(max(ratio, 1 / _STRONGEST), _STRONGEST)
