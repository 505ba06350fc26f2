"""Is there any pattern at all, or does each statement get its answers by itself?

Horn's parallel analysis (1965, "A rationale and test for the number of factors"): the votes on each
statement are dealt anew among those who voted on it, nineteen times. The first axis of the real
votes must be longer than the dealt ones' mean by five of their standard deviations. Of 720
conversations in which each statement stands for itself none passed 4.2; of 12 real ones 11 lie
above 16 and one, of 26 people, at 4.3. Stability alone does not see this: without a pattern the
axes follow the most disputed statements, and come back as long as these are kept.
"""

import numpy as np

from hanmadang.polls.opinion.axes import Places, covariance
from hanmadang.polls.opinion.clusters import MEASURED, sample
from hanmadang.polls.opinion.votes import UNSEEN, Codes, Sums, Votes

DEALS, DEVIATIONS = 19, 5.0
_SEED = 1965


def has_pattern(votes: Votes, columns: Places) -> bool:
    """Whether the first axis is longer than chance makes it."""
    codes = votes.rows(sample(len(votes), MEASURED))[:, columns]
    rng = np.random.default_rng(_SEED)
    dealt = np.array([_longest(_dealt(codes, rng)) for _ in range(DEALS)])
    return bool(_longest(codes) > dealt.mean() + DEVIATIONS * dealt.std(ddof=1))


def _longest(codes: Codes) -> float:
    return float(np.linalg.eigvalsh(covariance(Sums.of(codes))[1])[-1])


def _dealt(codes: Codes, rng: np.random.Generator) -> Codes:
    """The same votes on each statement, by other people among those who saw it."""
    dealt = codes.copy()
    for column in dealt.T:
        seen = column != UNSEEN
        column[seen] = rng.permutation(column[seen])
    return dealt
