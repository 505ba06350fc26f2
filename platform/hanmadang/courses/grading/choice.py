"""Chosen options, of a list or of places in a picture.

One of several is right or not, unless the author gave an option credit of its own. Where several
are right, the share of the right ones chosen counts less the share of the wrong ones, so that
ticking everything earns nothing.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hanmadang.courses.grading.marks import (
    ChoiceError,
    Mark,
    Part,
    Response,
    credit,
    index_in,
    whole,
)
from hanmadang.courses.models import QuestionKind
from hanmadang.courses.specs import ChoiceBody, OptionSpec, Spot, SpotsBody

_Option = OptionSpec | Spot


def options_of(body: ChoiceBody | SpotsBody) -> Sequence[_Option]:
    """What can be chosen, in the author's order."""
    return body.options if isinstance(body, ChoiceBody) else body.spots


def may_be_several(kind: str, body: ChoiceBody | SpotsBody) -> bool:
    """Whether more than one may be chosen."""
    if kind == QuestionKind.SPOTS.value:
        return sum(option.correct for option in options_of(body)) > 1
    return kind == QuestionKind.SEVERAL.value


def taken(kind: str, body: ChoiceBody | SpotsBody, given: list[Any]) -> Response:
    """Indexes of options, sorted."""
    options = options_of(body)
    chosen = sorted({index_in(value, len(options)) for value in given})
    if not chosen or (len(chosen) > 1 and not may_be_several(kind, body)):
        raise ChoiceError
    return chosen


def mark(kind: str, body: ChoiceBody | SpotsBody, response: Response) -> Mark:
    """By the author's credits where there are any, else by the rule of the kind."""
    options = options_of(body)
    right = sum(option.correct for option in options)
    parts = tuple(
        Part(Fraction(int(options[index].correct)), options[index].feedback, index)
        for index in response
    )
    if [part.index for part in parts] == [i for i, each in enumerate(options) if each.correct]:
        return Mark(Fraction(1), parts, right)
    several = may_be_several(kind, body)
    share = sum((_worth(options[part.index], options, several) for part in parts), Fraction(0))
    return Mark(whole(share), parts, right)


def _worth(option: _Option, options: Sequence[_Option], several: bool) -> Fraction:  # noqa: FBT001
    said = option.credit if isinstance(option, OptionSpec) else None
    if said is not None:
        return credit(said)
    right = sum(each.correct for each in options)
    if option.correct:
        return Fraction(1, right)
    return Fraction(-1, len(options) - right) if several else Fraction(0)
