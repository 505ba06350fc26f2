"""What a person knows: their answers traced, from priors that the prerequisite graph carries.

Answers from polls, the pre-test and checks count first, then finished lessons, then the answers in
them; inside each group the order does not matter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hanmadang.curricula.engine.inputs import Catalogue, KnowledgeEvidence, Learner, Source
from hanmadang.curricula.engine.propagation import Counts, priors
from hanmadang.curricula.engine.tracing import Parameters, Trace

KNOWN = 0.8
"""From here on a competency counts as known: about two right answers from a common prior."""
FOUNDED = 0.85
"""From here on lessons may build on it."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """How likely it is that a person knows one competency, and what says so."""

    prior: float
    """Before anything about this competency is known."""
    known: float
    """After all evidence, between 0 and 1."""
    right: int = 0
    of: int = 0
    claimed: bool = False
    """Whether it counts as known because the person says so."""

    @property
    def is_known(self) -> bool:
        """Whether lessons that only teach this are left out."""
        return self.known >= KNOWN


def estimate(
    catalogue: Catalogue, learner: Learner, parameters: Parameters | None = None
) -> Mapping[str, Estimate]:
    """An estimate for every competency; without fitted parameters, by the defaults."""
    counts = _counts(learner)
    trace = _traced(catalogue, learner, parameters or Parameters(), counts)
    codes = catalogue.foundations_first
    before = {code: trace.prior(code) for code in codes}
    direct = before | {code: known for code, known in trace.heard.items() if code in before}
    missed = frozenset(code for code in counts if code in before and direct[code] < before[code])
    known = _capped(catalogue, missed, direct)
    claimed = frozenset(learner.known_claims) - missed
    return {
        code: _estimate(
            before[code], known[code], counts.get(code, (0, 0)), claimed=code in claimed
        )
        for code in codes
    }


def _estimate(prior: float, known: float, counts: tuple[int, int], *, claimed: bool) -> Estimate:
    """A claim lifts what is not known otherwise over the line."""
    if claimed and known < FOUNDED:
        return Estimate(prior, FOUNDED, *counts, claimed=True)
    return Estimate(prior, known, *counts)


def _counts(learner: Learner) -> dict[str, tuple[int, int]]:
    """(right, of) by competency."""
    counts: dict[str, tuple[int, int]] = {}
    for piece in learner.knowledge:
        right, of = counts.get(piece.competency, (0, 0))
        counts[piece.competency] = (right + piece.right, of + piece.of)
    return counts


def _traced(
    catalogue: Catalogue, learner: Learner, parameters: Parameters, counts: Counts
) -> Trace:
    trace = Trace(parameters, priors(catalogue, learner, parameters, counts))
    inside = [piece for piece in learner.knowledge if piece.source is Source.QUIZ]
    before = (piece for piece in learner.knowledge if piece.source is not Source.QUIZ)
    _answer(trace, before, teaches=False)
    for unit_id in learner.done:
        unit = catalogue.by_id.get(unit_id)
        for code, strength in unit.teaches if unit else ():
            trace.finish(code, strength)
    _answer(trace, inside, teaches=True)
    return trace


def _answer(trace: Trace, pieces: Iterable[KnowledgeEvidence], *, teaches: bool) -> None:
    """Whoever answered wrong and right is taken to have learned, not forgotten, in between."""
    for piece in sorted(pieces):
        for right in (False,) * (piece.of - piece.right) + (True,) * piece.right:
            trace.answer(piece.competency, right=right, teaches=teaches)


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
