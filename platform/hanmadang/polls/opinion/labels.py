"""What must not flicker: a group's letter, and the number of groups."""

from dataclasses import dataclass
from itertools import permutations

import numpy as np

from hanmadang.polls.opinion.clusters import SIZES, Labels

NOBODY = -1
"""The group of people who are in none."""
AGREEING = 4
"""Reviews in a row that must want the same other number of groups."""
NAMES = "ABCDE"


def by_size(labels: Labels, count: int) -> Labels:
    """First names: the largest group is 0."""
    order = np.argsort(-np.bincount(labels, minlength=count), kind="stable")
    names = np.empty(count, np.int64)
    names[order] = np.arange(count)
    return names[labels]


def matched(labels: Labels, earlier: Labels, count: int) -> Labels:
    """The same groups under the earlier names with which they share the most people.

    All assignments of at most five groups to five names are tried: 120.
    """
    both = earlier != NOBODY
    if not both.any():
        return by_size(labels, count)
    most = max(SIZES)
    shared = np.bincount(labels[both] * most + earlier[both], minlength=most * most)
    shared = shared.reshape(most, most)[:count]
    ways = permutations(range(most), count)
    best = max(ways, key=lambda way: sum(shared[group, name] for group, name in enumerate(way)))
    return np.array(best, np.int64)[labels]


@dataclass(frozen=True, slots=True)
class Count:
    """How many groups there are, and whether reviews want another number."""

    current: int
    wanted: int | None = None
    times: int = 0

    def after(self, best: int) -> "Count":
        """What a review that finds `best` changes."""
        if best == self.current:
            return Count(self.current)
        return Count(self.current, best, self.times + 1 if best == self.wanted else 1)

    @property
    def is_ripe(self) -> bool:
        """Whether enough reviews in a row want the other number."""
        return self.times >= AGREEING
