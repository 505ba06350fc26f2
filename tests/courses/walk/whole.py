"""A whole walk by chance: fifty steps, everything told again, and the same told to others."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.courses import checks
from hanmadang.courses.checks_certificates import certificates
from hanmadang.courses.told import clipped
from hanmadang.kernel.ids import new_key
from tests.courses.walk.editions import Stage
from tests.courses.walk.seen import Watch, at_the_end, stored
from tests.courses.walk.steps import by_chance
from tests.courses.walk.walker import START, Walker, happened
from tests.factories.runs import make_citizen

STEPS = 50
Stored = list[list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Walked:
    """What came of a walk."""

    faults: list[str]
    told: int
    certificates: int


def walk(session: Session, stage: Stage, chance: random.Random) -> Walked:
    """Walk; the caller undoes it."""
    walker = Walker(session, make_citizen(session), stage)
    watch = Watch(walker)
    for _ in range(STEPS):
        walker.do(by_chance(chance))
        watch.look()
    faults = [*_told_again(walker, watch, chance), *at_the_end(walker)]
    faults += _beside(session, stage, chance)
    faults += [*checks.progress(session), *checks.attempts(session), *certificates(session)]
    return Walked([*walker.faults, *faults], len(walker.told), walker.model.numbers)


def _told_again(walker: Walker, watch: Watch, chance: random.Random) -> list[str]:
    """Everything that a device told, once more and shuffled.

    In a newer version, happenings of units that were not there may count now; the model knows.
    """
    before = stored(walker.session, walker.who)
    known = set(walker.model.heard)
    walker.take(chance.sample(walker.told, len(walker.told)))
    walker.session.flush()
    after = stored(walker.session, walker.who)
    watch.look()
    new = len(walker.model.heard - known)
    faults = []
    if len(_tries(after)) != len(_tries(before)) + new:
        faults.append("telling everything again made new tries")
    is_in_first = walker.model.taken == walker.model.published[0]
    if is_in_first and not new and settled(after) != settled(before):
        faults.append("telling everything again changed something")
    return faults


def _tries(state: Stored) -> list[tuple[Any, ...]]:
    """The answers, without what was opened and read."""
    return [row for row in state[0] if row[4] is not None]


def settled(state: Stored) -> Stored:
    """Without the place to continue, which follows the latest clock."""
    return state[:3]


def _beside(session: Session, stage: Stage, chance: random.Random) -> list[str]:
    """Two newcomers are told the same, one in order, one shuffled and doubled in parcels.

    Where two clocks say the same instant, the place to continue may be either of the two.
    """
    end = START + timedelta(days=60)
    told_at = START + timedelta(days=2)
    events = [happened(chance, new_key(), told_at, chance.choice((1, 1, 2))) for _ in range(12)]
    shuffled = chance.sample(events, 12) + chance.choices(events, k=6)
    cuts = sorted(chance.sample(range(1, 18), 2))
    parcels = [shuffled[: cuts[0]], shuffled[cuts[0] : cuts[1]], shuffled[cuts[1] :]]
    states = []
    for told in ([events], parcels):
        other = Walker(session, make_citizen(session), stage, end)
        for parcel in told:
            other.take(parcel)
        session.flush()
        states.append(stored(session, other.who))
    is_clear = len({clipped(each.at, START, end) for each in events}) == len(events)
    one, other_state = states if is_clear else map(settled, states)
    if one != other_state:
        return ["the order or the parcels of what was told made a difference"]
    return []
