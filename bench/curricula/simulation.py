"""What each policy brings people with three hours, in the three made worlds."""

import random
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev

from bench.curricula.policies import POLICIES, Policy
from bench.curricula.worlds import Fading, Kind, Person, Switching, World, leaves, world
from hanmadang.curricula.engine.inputs import Source

QUESTIONS = 2
"""Asked at the end of each lesson."""
SAME_WORLD = 10
"""People who share a catalogue."""
WORLDS: dict[str, tuple[Kind, bool]] = {
    "switching": (Switching, False),
    "fading": (Fading, False),
    "spoiled graph": (Switching, True),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one policy brought in one world."""

    gain: float
    """Importance-weighted competencies learned by a person, on average."""
    error: float
    """Its standard error."""
    known_minutes: float
    """Share of the minutes spent on what was known already."""
    unfounded: float
    """Share of lessons taken without what they need."""
    finished: float
    """Share of people who did not leave."""


@dataclass(slots=True)
class _Tally:
    minutes: float = 0.0
    known: float = 0.0
    lessons: int = 0
    unfounded: int = 0
    stayed: int = 0


def simulate(kind: str, policy: str, people: int, seed: int) -> Outcome:
    """The same people and catalogues for every policy."""
    build, spoiled = WORLDS[kind]
    gains, tally = [], _Tally()
    for number in range(people):
        where = world(seed * 10_000 + number // SAME_WORLD, spoiled=spoiled)
        person = build(where, random.Random(f"{seed} {number}"))
        before = _worth(where, person)
        chooses = POLICIES[policy](where, person, random.Random(number))
        _learn(chooses, tally, random.Random(f"leaving {seed} {number}"))
        gains.append(_worth(where, person) - before)
    return Outcome(
        mean(gains),
        stdev(gains) / sqrt(people),
        tally.known / tally.minutes,
        tally.unfounded / tally.lessons,
        tally.stayed / people,
    )


def _worth(where: World, person: Person) -> float:
    return sum(each.importance * person.level(each.code) for each in where.true.competencies)


def _learn(policy: Policy, tally: _Tally, dice: random.Random) -> None:
    """Lesson after lesson until the time is up, nothing is left, or the person leaves."""
    person, told = policy.person, policy.told
    policy.meet()
    while unit := policy.next():
        real = policy.world.true.by_id[unit.id]
        lost = any(person.level(need) < 0.5 for (need,) in real.needs)
        tally.lessons += 1
        tally.unfounded += lost
        tally.minutes += unit.minutes
        tally.known += unit.minutes * min(person.level(code) for code, _strength in unit.teaches)
        gone = leaves(person, real, dice, lost=lost)
        person.study(real)
        told.done.append(unit)
        told.minutes -= unit.minutes
        for code, _strength in unit.teaches:
            told.hear(Source.QUIZ, code, *(person.right(code) for _ in range(QUESTIONS)))
        if gone:
            return
    tally.stayed += 1


def words(kind: str, rows: dict[str, Outcome]) -> str:
    """The table of one world."""
    lines = [f"{kind:<14}     gain (error)   on known  unfounded  stayed"]
    lines += [
        f"  {name:<14}{row.gain:7.2f} ({row.error:.2f})  {row.known_minutes:8.0%}"
        f"  {row.unfounded:8.1%}  {row.finished:6.0%}"
        for name, row in rows.items()
    ]
    return "\n".join(lines)
