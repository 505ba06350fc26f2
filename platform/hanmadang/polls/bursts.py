"""Which minutes of a poll were a burst: a rule anybody can work out again from counts by minute.

A minute is part of a burst when

1. at least `FLOOR` devices answered for the first time in it, and
2. that is more than `FACTOR` times the median of the `WINDOW` minutes before it, minutes without
   an answer counted as nought, and
3. no question was put to the room in this minute or the `EXPECTED` minutes before it: a hall
   that is asked something answers within seconds, from one address, and is no robot.

Neighbouring minutes are one burst. It is a flag and nothing else: no answer is left out for it.
The window keeps minutes that were bursts, so that a lasting rush becomes the usual pace.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from statistics import median

FLOOR = 30
FACTOR = 5
WINDOW = 30
EXPECTED = 2


@dataclass(frozen=True, slots=True)
class Burst:
    """Minutes in a row in which more people answered than the pace before them."""

    start: int
    """The first minute."""
    end: int
    """The minute after the last."""
    people: int


def bursts_of(people: Mapping[int, int], asked: Collection[int]) -> list[Burst]:
    """The bursts among counts by minute, given the minutes in which the room was asked."""
    found: list[Burst] = []
    for minute in sorted(people):
        if not _is_burst(minute, people, asked):
            continue
        count = people[minute]
        if found and found[-1].end == minute:
            last = found.pop()
            found.append(Burst(last.start, minute + 1, last.people + count))
        else:
            found.append(Burst(minute, minute + 1, count))
    return found


def _is_burst(minute: int, people: Mapping[int, int], asked: Collection[int]) -> bool:
    count = people[minute]
    if count < FLOOR or any(minute - back in asked for back in range(EXPECTED + 1)):
        return False
    before = median(people.get(minute - back, 0) for back in range(1, WINDOW + 1))
    return count > FACTOR * before
