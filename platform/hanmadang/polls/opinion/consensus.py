"""What people share, and what is typical of a group.

Shares are smoothed by one imagined vote for and one against (Laplace), so that three out of three
do not beat ninety out of a hundred. The group-informed consensus multiplies the groups' shares: a
statement must please each of them, not only the largest (Small et al. 2021, 4.3).
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from hanmadang.polls.opinion.axes import Floats, Places
from hanmadang.polls.opinion.clusters import Labels
from hanmadang.polls.opinion.disclosure import LEAST
from hanmadang.polls.opinion.result import Divided, Shared, Tally, Vote
from hanmadang.polls.opinion.votes import UNSEEN, Integers, Votes

LISTED, TYPICAL = 10, 5
"""Statements in a list of consensus, and those shown for a group."""
_SURE = 2.58  # standard errors: 99 %
_STANCES = (Vote.AGREE, Vote.DISAGREE)
_SEEN = 2
_SIDE = 0.3
"""The share that either side of a dividing statement has at least."""


def counts(votes: Votes, labels: Labels, groups: int) -> Integers:
    """Agree, disagree and seen (last axis) of each statement in each group, exactly.

    The last group is that of people in none.
    """
    found = np.zeros((groups + 1, len(votes.statements), 3), np.int64)
    for here, codes in votes.blocks():
        member = np.eye(groups + 1, dtype=np.float32)[labels[here]].T
        for place, mask in enumerate((codes == Vote.AGREE, codes == Vote.DISAGREE)):
            found[:, :, place] += _summed(member, mask)
        found[:, :, _SEEN] += _summed(member, codes != UNSEEN)
    return found


def _summed(member: npt.NDArray[np.float32], mask: npt.NDArray[np.bool_]) -> Integers:
    """Floats hold whole numbers of this size exactly."""
    return (member @ mask.astype(np.float32)).astype(np.int64)


def tally(cell: Integers) -> Tally:
    """One cell of `counts` in words."""
    agree, disagree, seen = (int(number) for number in cell)
    return Tally(agree, disagree, seen - agree - disagree)


def shares(counted: Integers) -> Floats:
    """The smoothed shares of agreement and disagreement (last axis)."""
    return (counted[..., :_SEEN] + 1) / (counted[..., _SEEN:] + 2)


def shared(votes: Votes, counted: Integers, columns: Places) -> tuple[Shared, ...]:
    """Statements that more than half of everybody agrees or disagrees with."""
    total = counted.sum(axis=0)
    return _ranked(votes, total, shares(total), _majority(shares(total)), columns)


def across(votes: Votes, counted: Integers, columns: Places) -> tuple[Shared, ...]:
    """The group-informed consensus: more than half in every group, by the product of shares."""
    each = shares(counted[:-1])
    return _ranked(
        votes, counted.sum(axis=0), each.prod(axis=0), np.all(_majority(each), axis=0), columns
    )


def divided(votes: Votes, counted: Integers, columns: Places) -> tuple[Divided, ...]:
    """Statements of which more than three in ten agree and more than three in ten disagree."""
    total = counted.sum(axis=0)
    smaller = shares(total).min(axis=-1)
    places = [
        int(column)
        for column in columns
        if smaller[column] > _SIDE and total[column, _SEEN] >= LEAST
    ]
    places.sort(key=lambda column: -float(smaller[column]))
    return tuple(
        Divided(
            votes.statements[column],
            _STANCES[int(total[column, 1] > total[column, 0])],
            tally(total[column]),
        )
        for column in places[:TYPICAL]
    )


def typical(counted: Integers, group: int, columns: Places) -> tuple[tuple[int, Vote], ...]:
    """Columns on which most of a group agrees (or disagrees), and clearly more than the others.

    A two-proportion z-test at 99 % lets a statement in; it is ranked by the share times its ratio
    to the others' share (the representativeness of Small et al. 2021, 4.3).
    """
    mine, others = counted[group], counted[:-1].sum(axis=0) - counted[group]
    one, two = shares(mine), shares(others)
    seen, unseen = mine[:, _SEEN:] + 2, others[:, _SEEN:] + 2
    pooled = (one * seen + two * unseen) / (seen + unseen)
    error = np.sqrt(pooled * (1 - pooled) * (1 / seen + 1 / unseen))
    sure = ((one - two) > _SURE * error) & _majority(one)
    places = ((int(column), side) for column in columns for side in range(len(_STANCES)))
    fitting = [place for place in places if sure[place]]
    fitting.sort(key=lambda place: -float(one[place] ** 2 / two[place]))
    return tuple((column, _STANCES[side]) for column, side in fitting[:TYPICAL])


def _majority(of: Floats) -> npt.NDArray[np.bool_]:
    return of > 0.5  # noqa: PLR2004 (half)


def _ranked(
    votes: Votes,
    total: Integers,
    score: Floats,
    fitting: npt.NDArray[np.bool_],
    columns: Iterable[int],
) -> tuple[Shared, ...]:
    places = [
        (int(column), side)
        for column in columns
        for side in range(len(_STANCES))
        if fitting[column, side] and total[column, _SEEN] >= LEAST
    ]
    places.sort(key=lambda place: -float(score[place]))
    return tuple(
        Shared(
            votes.statements[column],
            _STANCES[side],
            round(float(score[column, side]), 3),
            tally(total[column]),
        )
        for column, side in places[:LISTED]
    )
