"""Figures beside the bars, made from the counters that the bars show and from nothing finer."""

from collections.abc import Mapping, Sequence

from hanmadang.polls.models import QuestionType
from hanmadang.polls.shapes import Settings

Figures = Mapping[str, float | None]
"""By name; None before the first answer."""


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
