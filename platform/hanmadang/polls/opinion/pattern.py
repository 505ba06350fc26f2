"""Is there any pattern at all, or does each statement get its answers by itself?

Horn's parallel analysis (1965, "A rationale and test for the number of factors"): the votes on each
statement are dealt anew among those who voted on it, nineteen times. If the first axis of the
real votes is not longer than every dealt one, the votes show no groups (5 % level). Stability
alone does not see this: when each statement stands for itself, the axes follow the most
disputed ones and come back as long as these are kept.
"""

import numpy as np

from hanmadang.polls.opinion.axes import Places, covariance
from hanmadang.polls.opinion.clusters import MEASURED, sample
from hanmadang.polls.opinion.votes import UNSEEN, Codes, Sums, Votes

DEALS = 19
_SEED = 1965


def has_pattern(votes: Votes, columns: Places) -> bool:
    """Whether the first axis is longer than chance makes it."""
    codes = votes.rows(sample(len(votes), MEASURED))[:, columns]
    rng = np.random.default_rng(_SEED)
    real = _longest(codes)
    return all(_longest(_dealt(codes, rng)) < real for _ in range(DEALS))


def _longest(codes: Codes) -> float:
    return float(np.linalg.eigvalsh(covariance(Sums.of(codes))[1])[-1])


def _dealt(codes: Codes, rng: np.random.Generator) -> Codes:
    """The same votes on each statement, by other people among those who saw it."""
    dealt = codes.copy()
    for column in dealt.T:
        seen = column != UNSEEN
        column[seen] = rng.permutation(column[seen])
    return dealt
