"""Made worlds: what can be learned, and people who learn it; neither is taken from the engine.

All share one frame: a lesson may teach what it says, less so where its needs are missing; people
leave because they are bored, lost or not interested. They differ in what knowing is.
"""

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from hanmadang.curricula.engine.inputs import Catalogue, Competency, Needs, Unit, met

COMPETENCIES, UNITS, MINUTES = 24, 72, 180
TOPICS = tuple(f"topic {number}" for number in range(6))
WITHOUT_NEEDS = 0.25
"""What is left of a lesson's strength for somebody who lacks what it stands on."""
_LEAVES, _BORED, _LOST, _INDIFFERENT = 0.01, 0.05, 0.06, 0.04
"""The chance to leave after a lesson: always, and by boredom, missing needs and low interest."""


@dataclass(frozen=True, slots=True)
class World:
    """What can be learned, truly and as the engine's graph says."""

    true: Catalogue
    told: Catalogue


class Person(Protocol):
    """Somebody who learns, as the simulator knows them."""

    likes: Mapping[str, float]
    """By topic, 0 to 1."""

    def level(self, code: str) -> float:
        """How far a competency is known, 0 to 1."""

    def right(self, code: str) -> bool:
        """Answer a question."""

    def study(self, unit: Unit) -> None:
        """Take a lesson."""


Kind = Callable[[World, random.Random], Person]


def world(seed: int, *, spoiled: bool = False) -> World:
    """24 competencies that build on each other and 72 lessons; `spoiled`: told with errors.

    A spoiled graph lacks 30 % of the needs and has a tenth as many that do not exist.
    """
    dice = random.Random(seed)
    codes = [f"c{number:02}" for number in range(COMPETENCIES)]
    competencies = tuple(
        Competency(code, dice.uniform(0.2, 1), _needs(dice, codes[:place]))
        for place, code in enumerate(codes)
    )
    homes = {code: dice.choice(TOPICS) for code in codes}
    order = [code for code in codes for _ in range(UNITS // COMPETENCIES)]
    needs = {competency.code: competency.needs for competency in competencies}
    units = tuple(
        Unit(
            number,
            dice.randint(5, 20),
            (homes[code],),
            ((code, dice.uniform(0.35, 0.8)),),
            needs[code],
        )
        for number, code in enumerate(order)
    )
    true = Catalogue(competencies, units)
    return World(true, _spoiled(true, dice) if spoiled else true)


def _needs(dice: random.Random, below: list[str]) -> Needs:
    found = dice.sample(below, min(len(below), dice.choice((0, 1, 1, 2))))
    return tuple((code,) for code in sorted(found))


def _spoiled(true: Catalogue, dice: random.Random) -> Catalogue:
    told: dict[str, Needs] = {}
    for place, competency in enumerate(true.competencies):
        kept = {need for need in competency.needs if dice.random() >= 0.3}
        if place and dice.random() < 0.1:
            kept.add((true.competencies[dice.randrange(place)].code,))
        told[competency.code] = tuple(sorted(kept))
    return Catalogue(
        tuple(replace(each, needs=told[each.code]) for each in true.competencies),
        tuple(replace(unit, needs=told[unit.teaches[0][0]]) for unit in true.units),
    )


def leaves(person: Person, unit: Unit, dice: random.Random, *, lost: bool) -> bool:
    """Whether somebody stops for good after this lesson."""
    bored = sum(person.level(code) for code, _strength in unit.teaches) / len(unit.teaches)
    indifferent = 1 - max(person.likes[topic] for topic in unit.topics)
    chance = _LEAVES + _BORED * bored + _LOST * lost + _INDIFFERENT * indifferent
    return dice.random() < chance


def _likes(dice: random.Random) -> dict[str, float]:
    return {topic: dice.betavariate(1.2, 1.2) for topic in TOPICS}


class Switching:
    """Knows a competency or does not, and learns it in one step: knowledge tracing's people."""

    def __init__(self, where: World, dice: random.Random) -> None:
        self._catalogue, self._dice = where.true, dice
        self.likes: Mapping[str, float] = _likes(dice)
        able = dice.gauss(0, 1)
        self._known: set[str] = set()
        for place, competency in enumerate(where.true.competencies):
            chance = 1 / (1 + math.exp(0.4 + 0.05 * place - able))
            founded = met(competency.needs, self._known)
            if dice.random() < chance * (1 if founded else 0.3):
                self._known.add(competency.code)

    def level(self, code: str) -> float:
        """As `Person` says."""
        return float(code in self._known)

    def right(self, code: str) -> bool:
        """As `Person` says."""
        return self._dice.random() < (0.9 if code in self._known else 0.25)

    def study(self, unit: Unit) -> None:
        """As `Person` says."""
        founded = met(unit.needs, self._known)
        for code, strength in unit.teaches:
            if self._dice.random() < strength * (1 if founded else WITHOUT_NEEDS):
                self._known.add(code)


class Fading:
    """Item response theory: levels rise by degrees, and fade while something else is learned."""

    _STEP, _FADES = 3.5, 0.0008

    def __init__(self, where: World, dice: random.Random) -> None:
        self._catalogue, self._dice = where.true, dice
        self.likes: Mapping[str, float] = _likes(dice)
        able = dice.gauss(-0.6, 1)
        self._own = {
            competency.code: able - 0.04 * place + dice.gauss(0, 0.8)
            for place, competency in enumerate(where.true.competencies)
        }
        self._start = dict(self._own)

    def level(self, code: str) -> float:
        """As `Person` says."""
        return 1 / (1 + math.exp(-1.7 * self._own[code]))

    def right(self, code: str) -> bool:
        """As `Person` says."""
        return self._dice.random() < 0.2 + 0.75 * self.level(code)

    def study(self, unit: Unit) -> None:
        """As `Person` says."""
        founded = math.prod(self.level(need) for (need,) in unit.needs)
        taught = dict(unit.teaches)
        for code in self._own:
            if code in taught:
                share = WITHOUT_NEEDS + (1 - WITHOUT_NEEDS) * founded
                self._own[code] += self._STEP * taught[code] * share * (1 - self.level(code))
            else:
                self._own[code] -= (
                    self._FADES * unit.minutes * (self._own[code] - self._start[code])
                )
