"""Scores of foretold answers: area under the curve, log loss, calibration."""

import math
from collections.abc import Sequence
from typing import NamedTuple

Foretold = tuple[float, bool]
"""The chance given to a right answer, and whether it was."""
BINS = 10


class Scores(NamedTuple):
    """How good a set of chances was."""

    auc: float
    """Between 0.5 (guessing) and 1: how often a right answer got the higher chance of two."""
    log_loss: float
    """Nats an answer."""
    calibration: float
    """Expected calibration error over ten bins, 0 to 1."""
    chance_gap: float
    """The calibration error that these chances would show on average if all of them were true:
    less than that cannot be told from perfect."""
    answers: int


def scores(foretold: Sequence[Foretold]) -> Scores:
    """All of them. Raises ValueError without right and wrong answers."""
    return Scores(
        _auc(foretold),
        _log_loss(foretold),
        _calibration(foretold),
        _chance_gap(foretold),
        len(foretold),
    )


def _auc(foretold: Sequence[Foretold]) -> float:
    """Mann and Whitney's statistic; ties count half."""
    right = sum(was for _chance, was in foretold)
    wrong = len(foretold) - right
    if not right or not wrong:
        message = "there must be right and wrong answers"
        raise ValueError(message)
    ordered, ranks, place = sorted(foretold), 0.0, 0
    while place < len(ordered):
        end = place
        while end < len(ordered) and ordered[end][0] == ordered[place][0]:
            end += 1
        ranks += (place + 1 + end) / 2 * sum(was for _chance, was in ordered[place:end])
        place = end
    return (ranks - right * (right + 1) / 2) / (right * wrong)


def _log_loss(foretold: Sequence[Foretold]) -> float:
    return -sum(math.log(given if was else 1 - given) for given, was in foretold) / len(foretold)


def _calibration(foretold: Sequence[Foretold]) -> float:
    gaps = [0.0] * BINS
    for given, was in foretold:
        gaps[min(int(given * BINS), BINS - 1)] += given - was
    return sum(map(abs, gaps)) / len(foretold)


def _chance_gap(foretold: Sequence[Foretold]) -> float:
    """The mean of a normal deviation's size is its spread times the root of 2/pi."""
    spreads = [0.0] * BINS
    for given, _was in foretold:
        spreads[min(int(given * BINS), BINS - 1)] += given * (1 - given)
    return math.sqrt(2 / math.pi) * sum(map(math.sqrt, spreads)) / len(foretold)
