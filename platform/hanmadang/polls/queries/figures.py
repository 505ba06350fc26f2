"""Figures beside the bars, made from the counters that the bars show and from nothing finer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hanmadang.polls.models import QuestionType
from hanmadang.polls.shapes import Settings

Figures = Mapping[str, float | None]
"""By name; None before the first answer."""


@dataclass(frozen=True, slots=True)
class Tallied:
    """An option's counters."""

    count: int
    points: int
    firsts: int
    agree: int = 0
    disagree: int = 0
    passed: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """What one bar shows."""

    count: int
    """Ballots, or points where points are what counts."""
    share: float | None
    """Percent of those who answered; of all points given; of the most Borda points possible."""
    more: Figures
    """Further figures of this option alone."""


def measure(type_: QuestionType, tallies: Sequence[Tallied], answered: int) -> list[Measured]:
    """The bars of a question."""
    if type_ is QuestionType.POINTS:
        given = sum(each.points for each in tallies)
        return [Measured(each.points, share(each.points, given), {}) for each in tallies]
    if type_ is QuestionType.RANKING:
        return [_ranked(each, len(tallies), answered) for each in tallies]
    if type_ is QuestionType.STATEMENTS:
        return [_voted(each, answered) for each in tallies]
    return [Measured(each.count, share(each.count, answered), {}) for each in tallies]


def _voted(tally: Tallied, answered: int) -> Measured:
    stances = {"agree": tally.agree, "disagree": tally.disagree, "passed": tally.passed}
    return Measured(tally.count, share(tally.count, answered), stances)


def _ranked(tally: Tallied, options: int, answered: int) -> Measured:
    """Ranks add up to (options + 1) for each ranking less its Borda points."""
    ranks = (options + 1) * tally.count - tally.points
    mean = round(ranks / tally.count, 2) if tally.count else None
    most = options * answered
    return Measured(tally.points, share(tally.points, most), {"mean": mean, "first": tally.firsts})


def figures(
    type_: QuestionType, settings: Settings, counts: Sequence[int], answered: int
) -> Figures:
    """What is said of a question beside its bars; nothing for choices without an order."""
    if type_ is QuestionType.SCALE:
        return _of_scale(settings, counts, answered)
    if type_ is QuestionType.NUMBER:
        return {name: _band(counts, answered, of_4) for name, of_4 in _QUARTERS.items()}
    return {}


def share(count: int, answered: int) -> float | None:
    """Percent with one decimal; None where nobody answered."""
    return round(100 * count / answered, 1) if answered else None


_QUARTERS = {"lower": 1, "median": 2, "upper": 3}


def _band(counts: Sequence[int], answered: int, quarters: int) -> int | None:
    """The band, from 0, in which the answer stands that this many quarters do not exceed."""
    wanted = -(-answered * quarters // 4)
    reached = 0
    for band, count in enumerate(counts):
        reached += count
        if wanted and reached >= wanted:
            return band
    return None


def _of_scale(settings: Settings, counts: Sequence[int], answered: int) -> Figures:
    """Two ends of a scale count together, as Korean surveys report them."""
    found = {
        "top": share(sum(counts[:2]), answered),
        "bottom": share(sum(counts[-2:]), answered),
    }
    if settings.is_semantic:
        found["mean"] = _mean(counts, answered)
    elif settings.mean:
        found["mean"] = _mean(counts[::-1], answered)
    return found


def _mean(counts: Sequence[int], answered: int) -> float | None:
    """The mean place, from 1."""
    total = sum(place * count for place, count in enumerate(counts, 1))
    return round(total / answered, 2) if answered else None
