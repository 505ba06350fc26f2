"""What a lesson is worth to one person: what it would teach them, times what moves them."""

from collections.abc import Mapping
from datetime import date

from hanmadang.curricula.engine.inputs import Catalogue, Learner, Source, Unit

WEIGHTS: Mapping[Source, int] = {
    Source.DECLARED: 3,
    Source.POLL: 2,
    Source.EVENT: 2,
    Source.COHORT: 2,
    Source.QUESTION: 1,
}
"""How much an interest counts by where it was told; no topic falls below the floor."""
FLOOR, CEILING = 0.7, 1.3
BEFORE_EVENT, AFTER_EVENT = 1.8, 1.5
MISSED = 2.0
"""How much more a competency counts on which the person answered something wrong."""


class Worth:
    """Values lessons for one learner."""

    def __init__(self, catalogue: Catalogue, learner: Learner) -> None:
        self._catalogue = catalogue
        self._factors = interest_factors(learner)
        self._other = FLOOR if self._factors else 1.0
        self._events = event_factors(learner)
        self._missed = frozenset(p.competency for p in learner.knowledge if p.right < p.of)

    def of(self, unit: Unit, known: Mapping[str, float]) -> float:
        """Importance times what is still unknown times strength, moved by interest and events."""
        learned = sum(
            self._weight(code) * (1 - known[code]) * strength
            for code, strength in unit.teaches
            if code in known
        )
        return learned * self.interest(unit) * self._events.get(unit.id, 1.0)

    def _weight(self, code: str) -> float:
        importance = self._catalogue.by_code[code].importance
        return importance * (MISSED if code in self._missed else 1)

    def interest(self, unit: Unit) -> float:
        """Between the floor and the ceiling; 1 for everything where no interest is known."""
        return max((self._factors.get(topic, self._other) for topic in unit.topics), default=1.0)


def interest_factors(learner: Learner) -> dict[str, float]:
    """The factor of each chosen topic; the strongest gets the ceiling."""
    weights: dict[str, float] = {}
    for interest in learner.interests:
        weight = WEIGHTS.get(interest.source, 0) * interest.share
        weights[interest.topic] = weights.get(interest.topic, 0.0) + weight
    top = max(weights.values(), default=0.0)
    return {
        topic: FLOOR + (CEILING - FLOOR) * weight / top for topic, weight in weights.items() if top
    }


def event_factors(learner: Learner) -> dict[int, float]:
    """The factor of each lesson that leads to a booked event, or follows one that is over."""
    factors: dict[int, float] = {}
    for evening in learner.evenings:
        units, factor = (
            (evening.follow_up, AFTER_EVENT) if evening.over else (evening.lead_in, BEFORE_EVENT)
        )
        for unit_id in units:
            factors[unit_id] = max(factor, factors.get(unit_id, 1.0))
    return factors


def deadlines(learner: Learner) -> dict[int, date]:
    """The day before which a lesson should be done: the earliest event it leads to."""
    days: dict[int, date] = {}
    for evening in sorted(learner.evenings, key=lambda evening: evening.day, reverse=True):
        if not evening.over:
            days.update(dict.fromkeys(evening.lead_in, evening.day))
    return days
