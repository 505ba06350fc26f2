"""A text with gaps: each is a small question of its own, and counts the same."""

from fractions import Fraction
from typing import Any

from hanmadang.courses.grading import choice, numeric, short
from hanmadang.courses.grading.marks import (
    AnswerError,
    Mark,
    Part,
    Response,
    mean,
    open_part,
)
from hanmadang.courses.models import QuestionKind
from hanmadang.courses.specs import ChoiceBody, Gap, GapsBody, NumericBody

_ONE = QuestionKind.ONE.value


def taken(_kind: str, body: GapsBody, given: list[Any]) -> Response:
    """For each gap what was chosen or typed, or None."""
    if len(given) != len(body.gaps) or all(map(open_part, given)):
        raise AnswerError
    response: Response = []
    for place, (gap, value) in enumerate(zip(body.gaps, given, strict=True)):
        try:
            response.append(None if open_part(value) else _rules(gap).taken(_ONE, gap, [value])[0])
        except AnswerError as error:
            error.part = place
            raise
    return response


def mark(_kind: str, body: GapsBody, response: Response) -> Mark:
    """Each gap counts the same; an open one earns nothing."""
    return mean(
        _part(gap, value, place)
        for place, (gap, value) in enumerate(zip(body.gaps, response, strict=True))
    )


def _part(gap: Gap, value: Any, place: int) -> Part:
    if value is None:
        return Part(Fraction(0), index=place)
    found: Mark = _rules(gap).mark(_ONE, gap, [value])
    return Part(found.share, found.parts[0].feedback, place)


def _rules(gap: Gap) -> Any:
    if isinstance(gap, ChoiceBody):
        return choice
    return numeric if isinstance(gap, NumericBody) else short
