"""What a person knows: their answers traced, then carried along one prerequisite graph.

Answers brought from polls count first, then finished lessons, then the answers given in lessons;
inside each group the order does not matter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from hanmadang.curricula.engine.inputs import Catalogue, KnowledgeEvidence, Learner, Source
from hanmadang.curricula.engine.tracing import Parameters, Skill, Trace, chance, learned, odds

KNOWN = 0.8
"""From here on a competency counts as known: about two right answers from a common prior."""
_STEEPER = 0.1
"""How much less likely, in log odds, each step up the graph is known before anybody was asked."""
_LIFT = 0.6


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


def estimate(
    catalogue: Catalogue, learner: Learner, parameters: Parameters | None = None
) -> Mapping[str, Estimate]:
    """An estimate for every competency; without fitted parameters, by the defaults."""
    trace = _traced(catalogue, learner, parameters or Parameters())
    codes = catalogue.foundations_first
    priors = {code: trace.prior(code) for code in codes}
    direct = {code: trace.mastery(code) for code in codes}
    missed = frozenset(code for code in codes if direct[code] < priors[code])
    known = _capped(catalogue, missed, _lifted(catalogue, priors, direct))
    return {code: Estimate(priors[code], known[code], *learner.counts((code,))) for code in codes}


def _traced(catalogue: Catalogue, learner: Learner, parameters: Parameters) -> Trace:
    trace = Trace(_deeper_is_harder(catalogue, parameters))
    quiz = [piece for piece in learner.knowledge if piece.source is Source.QUIZ]
    _answer(trace, (p for p in learner.knowledge if p.source is not Source.QUIZ), teaches=False)
    for unit_id in learner.done:
        unit = catalogue.by_id.get(unit_id)
        for code, strength in unit.teaches if unit else ():
            trace.finish(code, strength)
    _answer(trace, quiz, teaches=True)
    return trace


def _answer(trace: Trace, pieces: Iterable[KnowledgeEvidence], *, teaches: bool) -> None:
    """Whoever answered wrong and right is taken to have learned, not forgotten, in between."""
    for piece in sorted(pieces):
        for right in (False,) * (piece.of - piece.right) + (True,) * piece.right:
            trace.answer(piece.competency, right=right, teaches=teaches)


def _deeper_is_harder(catalogue: Catalogue, parameters: Parameters) -> Parameters:
    """What nobody was asked about is less often known the more it stands on."""
    depth: dict[str, int] = {}
    for code in catalogue.foundations_first:
        groups = catalogue.by_code[code].needs
        steps = [min(depth.get(need, 0) for need in group) + 1 for group in groups if group]
        depth[code] = max(steps, default=0)
    usual = parameters.usual
    guessed: dict[str, Skill] = {
        code: replace(usual, prior=chance(odds(usual.prior) - _STEEPER * steps))
        for code, steps in depth.items()
    }
    return replace(parameters, skills={**guessed, **parameters.skills})


def _lifted(
    catalogue: Catalogue, priors: Mapping[str, float], known: Mapping[str, float]
) -> dict[str, float]:
    """Whoever shows a competency has shown some of what it needs, less where others would do."""
    lifted = dict(known)
    for code in reversed(catalogue.foundations_first):
        shown = max(0.0, lifted[code] - priors[code])
        for group in catalogue.by_code[code].needs:
            for need in group:
                if need in lifted:
                    lifted[need] = learned(lifted[need], _LIFT * shown / len(group))
    return lifted


def _capped(
    catalogue: Catalogue, missed: frozenset[str], known: Mapping[str, float]
) -> dict[str, float]:
    """What stands on something missed stands on sand: at most halfway above it."""
    capped = dict(known)
    for code in catalogue.foundations_first:
        for group in catalogue.by_code[code].needs:
            if group and missed.issuperset(group):
                best = max(capped[need] for need in group)
                capped[code] = min(capped[code], (1 + best) / 2)
    return capped
