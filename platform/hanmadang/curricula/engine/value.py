"""What a lesson is worth to one person: what it would teach them, times what moves them."""

import math
from collections.abc import Mapping, Sequence

from hanmadang.curricula.engine.inputs import (
    Catalogue,
    InterestEvidence,
    Learner,
    Needs,
    Source,
    Unit,
)

WEIGHTS: Mapping[Source, float] = {
    Source.DECLARED: 3,
    Source.POLL: 2,
    Source.EVENT: 2,
    Source.COHORT: 2,
    Source.QUESTION: 1,
}
"""How much an interest counts by where it was told; no topic falls below the floor."""
HALF_LIFE = 90
"""Days after which what was told on a day counts half."""
FLOOR, CEILING = 0.7, 1.3
BEFORE_EVENT, AFTER_BOOKED, AFTER_ATTENDED, AFTER_POLL = 1.8, 1.5, 1.8, 1.5
CORE = 1.5
MISSED = 2.0
"""How much more a competency counts on which the person answered something wrong."""
UNFOUNDED = 0.3
"""What a lesson teaches to somebody who lacks what it stands on."""
UNHELPED = 0.85
"""The same where what would help is missing."""


class Worth:
    """Values lessons for one learner."""

    def __init__(self, catalogue: Catalogue, learner: Learner) -> None:
        self._by_code = catalogue.by_code
        self._helped_ones = catalogue.helped
        self._interests = interest_factors(learner)
        self._other = FLOOR if self._interests else 1.0
        self._events = event_factors(learner)
        self._fulls: dict[int, list[tuple[str, float]]] = {}
        missed = {piece.competency for piece in learner.knowledge if piece.right < piece.of}
        self._weight = {
            code: each.importance * (MISSED if code in missed else 1)
            for code, each in catalogue.by_code.items()
        }

    def of(self, unit: Unit, known: Mapping[str, float]) -> float:
        """Importance times what is still unknown times strength, moved by what moves the person."""
        gain = 0.0
        for code, full in self._full(unit):
            more = full * (1 - known[code])
            gain += more * self._helped(code, known) if code in self._helped_ones else more
        return gain * ready(unit.needs, known) if unit.needs else gain

    def _full(self, unit: Unit) -> Sequence[tuple[str, float]]:
        """What each competency of a lesson is worth to somebody who knows nothing of it."""
        found = self._fulls.get(unit.id)
        if found is None:
            weight, factor = self._weight, self.factor(unit)
            found = [(c, weight[c] * s * factor) for c, s in unit.teaches if c in weight]
            self._fulls[unit.id] = found
        return found

    def most(self, unit: Unit, known: Mapping[str, float]) -> float:
        """Its value per minute to somebody who has all that it stands on."""
        if not unit.minutes:
            return 0.0
        gain = 0.0
        for code, full in self._full(unit):
            gain += full * (1 - known[code])
        return gain / unit.minutes

    def factor(self, unit: Unit) -> float:
        """What moves this person towards it or away."""
        factor = self._events.get(unit.id, 1.0) * (CORE if unit.core else 1.0)
        return factor * self.interest(unit) if self._interests else factor

    def interest(self, unit: Unit) -> float:
        """Between the floor and the ceiling; 1 for everything where no interest is known."""
        topics = unit.topics
        if len(topics) == 1:
            return self._interests.get(topics[0], self._other)
        return max((self._interests.get(t, self._other) for t in topics), default=1.0)

    def _helped(self, code: str, known: Mapping[str, float]) -> float:
        helps = [known[helper] for helper in self._by_code[code].helps if helper in known]
        return UNHELPED + (1 - UNHELPED) * sum(helps) / len(helps) if helps else 1.0


def ready(needs: Needs, known: Mapping[str, float]) -> float:
    """How much of a lesson somebody can take in, by what they know of what it stands on."""
    founded = 1.0
    for group in needs:
        if len(group) == 1:
            founded *= known.get(group[0], 1.0)
        else:
            founded *= max((known.get(code, 1.0) for code in group), default=1.0)
    return UNFOUNDED + (1 - UNFOUNDED) * founded


def interest_factors(learner: Learner) -> dict[str, float]:
    """The factor of each chosen topic: nearer to the ceiling the more evidence, but never there."""
    weights: dict[str, float] = {}
    for interest in learner.interests:
        weights[interest.topic] = weights.get(interest.topic, 0.0) + _weight(interest, learner)
    return {topic: FLOOR + (CEILING - FLOOR) * w / (w + 1) for topic, w in weights.items() if w}


def _weight(interest: InterestEvidence, learner: Learner) -> float:
    weight = WEIGHTS.get(interest.source, 0) * interest.share
    if interest.day is None or learner.today is None:
        return weight
    return weight * math.pow(0.5, max(0, (learner.today - interest.day).days) / HALF_LIFE)


def event_factors(learner: Learner) -> dict[int, float]:
    """The factor of each lesson that leads to an event, or follows an event or a poll."""
    factors: dict[int, float] = {}
    for evening in learner.evenings:
        after = AFTER_ATTENDED if evening.attended else AFTER_BOOKED
        units, factor = (
            (evening.follow_up, after) if evening.over else (evening.lead_in, BEFORE_EVENT)
        )
        _raise(factors, units, factor)
    for poll in learner.follow_ups:
        _raise(factors, poll.units, AFTER_POLL)
    return factors


def _raise(factors: dict[int, float], units: tuple[int, ...], factor: float) -> None:
    for unit_id in units:
        factors[unit_id] = max(factor, factors.get(unit_id, 1.0))
