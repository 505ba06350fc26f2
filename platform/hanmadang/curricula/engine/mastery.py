"""What a person knows: Bayesian knowledge tracing per competency over one prerequisite graph.

The prior of a competency comes from one global ability (logistic), because tracing alone is weak
on what was never asked. Answers brought from polls count first, then finished lessons, then the
answers given in lessons; inside each group the order does not matter.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from hanmadang.curricula.engine.inputs import Catalogue, KnowledgeEvidence, Learner, Source

SLIP, GUESS = 0.10, 0.25
"""How often somebody who knows answers wrong, and somebody who does not answers right."""
KNOWN = 0.8
"""From here on a competency counts as known: about two right answers from a common prior."""
_DIFFICULTY, _STEEPER = 0.6, 0.1
_PRACTICE = 1.5  # imagined answers, half of them right, that keep the ability of a beginner near 0
_LIFT = 0.6
_RIGHT, _WRONG = (1 - SLIP) / GUESS, SLIP / (1 - GUESS)


@dataclass(frozen=True, slots=True)
class Estimate:
    """How likely it is that a person knows one competency, and what says so."""

    prior: float
    """Before anything about this competency is known."""
    known: float
    """After all evidence, between 0 and 1."""
    right: int = 0
    of: int = 0

    @property
    def is_known(self) -> bool:
        """Whether lessons that only teach this are left out."""
        return self.known >= KNOWN


def estimate(catalogue: Catalogue, learner: Learner) -> Mapping[str, Estimate]:
    """An estimate for every competency."""
    priors = _priors(catalogue, ability(learner))
    direct = {code: _traced(code, prior, catalogue, learner) for code, prior in priors.items()}
    missed = frozenset(code for code, found in direct.items() if found < priors[code])
    known = _capped(catalogue, missed, _lifted(catalogue, priors, direct))
    return {code: Estimate(priors[code], known[code], *learner.counts((code,))) for code in priors}


def ability(learner: Learner) -> float:
    """Global ability in logits; 0 for somebody who never answered."""
    right = sum(piece.right for piece in learner.knowledge)
    of = sum(piece.of for piece in learner.knowledge)
    return 0.5 * math.log((right + _PRACTICE) / (of - right + _PRACTICE))


def after_lesson(known: float, strength: float) -> float:
    """The chance that a competency is known once a lesson that teaches it is done."""
    return known + (1 - known) * strength


def _priors(catalogue: Catalogue, theta: float) -> dict[str, float]:
    """Deeper in the graph is harder."""
    depth: dict[str, int] = {}
    for code in catalogue.foundations_first:
        needs = catalogue.by_code[code].needs
        depth[code] = max((depth.get(need, 0) + 1 for need in needs), default=0)
    return {
        code: 1 / (1 + math.exp(_DIFFICULTY + _STEEPER * steps - theta))
        for code, steps in depth.items()
    }


def _traced(code: str, prior: float, catalogue: Catalogue, learner: Learner) -> float:
    asked = [piece for piece in learner.knowledge if piece.competency == code]
    known = _answered(prior, [piece for piece in asked if piece.source is not Source.QUIZ])
    for unit_id in learner.done:
        unit = catalogue.by_id.get(unit_id)
        known = after_lesson(known, dict(unit.teaches).get(code, 0) if unit else 0)
    return _answered(known, [piece for piece in asked if piece.source is Source.QUIZ])


def _answered(known: float, pieces: list[KnowledgeEvidence]) -> float:
    """Bayes' rule, in odds."""
    right = sum(piece.right for piece in pieces)
    wrong = sum(piece.of for piece in pieces) - right
    odds = known / max(1 - known, 1e-9) * _RIGHT**right * _WRONG**wrong
    return odds / (1 + odds)


def _lifted(
    catalogue: Catalogue, priors: Mapping[str, float], known: Mapping[str, float]
) -> dict[str, float]:
    """Whoever shows a competency has shown some of what it needs."""
    lifted = dict(known)
    for code in reversed(catalogue.foundations_first):
        shown = max(0.0, lifted[code] - priors[code])
        for need in catalogue.by_code[code].needs:
            if need in lifted:
                lifted[need] = after_lesson(lifted[need], _LIFT * shown)
    return lifted


def _capped(
    catalogue: Catalogue, missed: frozenset[str], known: Mapping[str, float]
) -> dict[str, float]:
    """What stands on something missed stands on sand: at most halfway above it."""
    capped = dict(known)
    for code in catalogue.foundations_first:
        for need in catalogue.by_code[code].needs:
            if need in missed:
                capped[code] = min(capped[code], (1 + capped[need]) / 2)
    return capped
