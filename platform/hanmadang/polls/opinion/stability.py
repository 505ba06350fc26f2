"""Would the groups come back? They are found anew from fewer statements and compared.

Twenty times a random 80 % of the statements stay; the groups they give are compared with the
groups of all statements by the adjusted Rand index (Hubert and Arabie 1985). In 15 real
conversations a median under 0.7 went with groups that nobody could reproduce (6 of 9).
"""

import numpy as np

from hanmadang.polls.opinion.axes import Places, axes_of, project
from hanmadang.polls.opinion.clusters import MEASURED, Labels, sample, search
from hanmadang.polls.opinion.votes import Sums, Votes

ENOUGH = 0.7
"""Below this median, groups are not shown."""
RUNS, KEPT = 20, 0.8
_SEED = 80_20


def adjusted_rand(one: Labels, other: Labels) -> float:
    """1 for the same groups whatever their names, about 0 for groups by chance."""
    names, mine = np.unique(one, return_inverse=True)
    others, theirs = np.unique(other, return_inverse=True)
    table = np.bincount(mine * len(others) + theirs, minlength=len(names) * len(others))
    table = table.reshape(len(names), len(others))
    both, first, second = (_pairs(each) for each in (table, table.sum(axis=1), table.sum(axis=0)))
    expected = first * second / max(_pairs(np.array([len(one)])), 1)
    most = (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)


def _pairs(counts: Labels) -> float:
    return float((counts * (counts - 1) // 2).sum())


def stability(votes: Votes, sums: Sums, columns: Places, people: Places, labels: Labels) -> float:
    """The median adjusted Rand index of the groups `labels` of `people` under fewer statements."""
    chosen = sample(len(people), MEASURED)
    codes, reference = votes.rows(people[chosen]), labels[chosen]
    count = int(labels.max()) + 1
    rng = np.random.default_rng(_SEED)
    keep = max(2, round(KEPT * len(columns)))
    found = []
    for _ in range(RUNS):
        fewer = np.sort(rng.choice(columns, keep, replace=False))
        points, seen = project(codes, axes_of(sums, fewer))
        voted = seen > 0
        again = search(points[voted], count).labels
        found.append(adjusted_rand(again, reference[voted]))
    return float(np.median(found))
