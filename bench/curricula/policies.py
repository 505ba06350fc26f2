"""Who chooses the next lesson: fixed orders, one motive alone, the engine, one who knows all."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.curricula.worlds import MINUTES, TOPICS, WITHOUT_NEEDS, Person, World
from hanmadang.curricula.engine.inputs import (
    InterestEvidence,
    KnowledgeEvidence,
    Learner,
    Source,
    Unit,
)
from hanmadang.curricula.engine.mastery import Estimate, estimate
from hanmadang.curricula.engine.plan import make_plan
from hanmadang.curricula.engine.pretest import Asked, Item, next_item, worth_checking

QUESTION_MINUTES = 0.5
"""What each question of a pre-test or a check takes from the time for lessons."""
CHECK = 2
"""Questions of a check."""
MOST_CHECKS = 2
"""Of one competency."""
LIKED = 2
"""Topics that a person names as theirs."""


@dataclass(slots=True)
class Told:
    """What a product knows of a person: what it asked them, and what they did."""

    minutes: float = MINUTES
    """Left for lessons and questions."""
    done: list[Unit] = field(default_factory=list)
    answers: dict[Source, dict[str, list[bool]]] = field(default_factory=dict)
    """By source and competency."""
    topics: tuple[str, ...] = ()

    def hear(self, source: Source, code: str, *rights: bool) -> None:
        """Keep answers."""
        self.answers.setdefault(source, {}).setdefault(code, []).extend(rights)

    def learner(self, *, interested: bool) -> Learner:
        """As the engine sees them."""
        knowledge = [
            KnowledgeEvidence(code, sum(rights), len(rights), source)
            for source, answers in self.answers.items()
            for code, rights in answers.items()
        ]
        interests = (InterestEvidence(topic, Source.DECLARED) for topic in self.topics)
        return Learner(
            int(self.minutes),
            tuple(sorted(knowledge)),
            tuple(sorted(interests)) if interested else (),
            tuple(sorted(unit.id for unit in self.done)),
        )


class Policy:
    """Meets one person, then names one lesson after the other."""

    def __init__(self, where: World, person: Person, dice: random.Random) -> None:
        self.world, self.person, self.dice = where, person, dice
        self.told = Told()

    def meet(self) -> None:
        """Ask what it wants to know."""

    def next(self) -> Unit | None:
        """The next lesson that fits the time; None to stop."""
        left = [unit for unit in self.world.told.units if unit not in self.told.done]
        fits = [unit for unit in left if unit.minutes <= self.told.minutes]
        return min(fits, key=self.rank, default=None)

    def rank(self, unit: Unit) -> tuple[float, ...]:
        """The lowest comes next; here the syllabus, everything in its teaching order."""
        return (unit.id,)

    def ask_topics(self) -> None:
        """The topics this person likes best."""
        ranked = sorted(TOPICS, key=lambda topic: -self.person.likes[topic])
        self.told.topics = tuple(ranked[:LIKED])


class Anything(Policy):
    """By chance."""

    def rank(self, _unit: Unit) -> tuple[float, ...]:
        """A throw of the dice."""
        return (self.dice.random(),)


class Popular(Policy):
    """What most people like, the same for all."""

    def rank(self, unit: Unit) -> tuple[float, ...]:
        """Topics in a fixed order, the shortest lesson first."""
        return (TOPICS.index(unit.topics[0]), unit.minutes, unit.id)


class Liked(Policy):
    """What this person likes."""

    def meet(self) -> None:
        """Their topics."""
        self.ask_topics()

    def rank(self, unit: Unit) -> tuple[float, ...]:
        """Their topics first."""
        return (unit.topics[0] not in self.told.topics, unit.id)


class Unchecked(Policy):
    """Ours without checks: a pre-test, a plan, and a new plan after each lesson."""

    interested, pretested = True, True

    def meet(self) -> None:
        """The topics, and the pre-test: one question a competency."""
        self.ask_topics()
        items = [Item(place, code) for place, code in enumerate(self.world.told.by_code)]
        asked: list[Asked] = []
        while self.pretested and (item := next_item(self.world.told, self._found(), items, asked)):
            right = self.person.right(item.competency)
            asked.append(Asked(item.id, item.competency, right))
            self.told.hear(Source.PRETEST, item.competency, right)
            self.told.minutes -= QUESTION_MINUTES

    def next(self) -> Unit | None:
        """The first step of a new plan."""
        plan = make_plan(self.world.told, self._learner())
        return self.world.told.by_id[plan.steps[0].unit_id] if plan.steps else None

    def _learner(self) -> Learner:
        return self.told.learner(interested=self.interested)

    def _found(self) -> dict[str, Estimate]:
        return dict(estimate(self.world.told, self._learner()))


class Engine(Unchecked):
    """Ours: before what somebody may well know, the two questions of "I know this" as well."""

    def next(self) -> Unit | None:
        """The first step that no check makes needless; each competency is checked once."""
        while unit := super().next():
            checked = self.told.answers.get(Source.CHECK, {})
            worth = worth_checking(unit, self._found())
            codes = [code for code in worth if len(checked.get(code, ())) < CHECK * MOST_CHECKS]
            minutes = CHECK * QUESTION_MINUTES * len(codes)
            if not codes or self.told.minutes - unit.minutes < minutes:
                break
            self.told.minutes -= minutes
            for code in codes:
                self.told.hear(Source.CHECK, code, *(self.person.right(code) for _ in range(CHECK)))
        return unit


class Untested(Engine):
    """Ours without the pre-test."""

    pretested = False


class Mastery(Engine):
    """Ours without interests."""

    interested = False


class Oracle(Policy):
    """Knows what the person knows and what a lesson would teach: most gain for a minute."""

    def rank(self, unit: Unit) -> tuple[float, ...]:
        """By the true gain."""
        real = self.world.true.by_id[unit.id]
        return (-self._gain(real) / unit.minutes, unit.id)

    def _gain(self, unit: Unit) -> float:
        founded = min((self.person.level(need) for (need,) in unit.needs), default=1.0)
        share = WITHOUT_NEEDS + (1 - WITHOUT_NEEDS) * founded
        weight = self.world.true.by_code
        return sum(
            weight[code].importance * (1 - self.person.level(code)) * strength * share
            for code, strength in unit.teaches
        )


POLICIES: dict[str, Callable[[World, Person, random.Random], Policy]] = {
    "fixed": Policy,
    "random": Anything,
    "popular": Popular,
    "liked": Liked,
    "mastery only": Mastery,
    "no pre-test": Untested,
    "no checks": Unchecked,
    "ours": Engine,
    "oracle": Oracle,
}
