"""The right answer to a question of whatever kind, as a response and as a form sends it."""

import json
from collections.abc import Sequence
from typing import Any

from hanmadang.courses.grading import Response, body_of
from hanmadang.courses.grading.choice import options_of
from hanmadang.courses.grading.matching import rights_of
from hanmadang.courses.models import Question
from hanmadang.courses.queries.questions import part_count
from hanmadang.courses.specs import (
    Body,
    ChoiceBody,
    GapsBody,
    MatchingBody,
    NumericBody,
    OrderingBody,
    ShortBody,
    SpotsBody,
)

_WHOLE = 0.999_999


def right_response(body: Body) -> Response:
    """What earns the whole credit."""
    match body:
        case ChoiceBody() | SpotsBody():
            return [n for n, option in enumerate(options_of(body)) if option.correct]
        case NumericBody():
            return [next(f"{each.low:f}" for each in body.answers if each.credit >= _WHOLE)]
        case ShortBody():
            whole = (each.text for each in body.answers if each.credit >= _WHOLE)
            return [next(text for text in whole if "*" not in text)]
        case MatchingBody():
            return [rights_of(body).index(pair.right) for pair in body.pairs]
        case OrderingBody():
            return list(range(len(body.items)))
        case GapsBody():
            return [right_response(gap)[0] for gap in body.gaps]


def wrong_response(body: Body) -> Response:
    """What earns nothing."""
    match body:
        case ChoiceBody() | SpotsBody():
            return [next(n for n, option in enumerate(options_of(body)) if not option.correct)]
        case NumericBody():
            return ["-987654321"]
        case ShortBody():
            return ["xyzzy"]
        case MatchingBody():
            right = right_response(body)
            return [(index + 1) % len(rights_of(body)) for index in right]
        case OrderingBody():
            return [*range(1, len(body.items)), 0]
        case GapsBody():
            return [wrong_response(gap)[0] for gap in body.gaps]


def form_fields(question: Question, response: Sequence[Any] | None = None) -> dict[str, list[str]]:
    """The fields of the lesson's form with that response, the right one by default."""
    body = body_of(question.kind, json.dumps(question.body))
    values = [str(each) for each in (right_response(body) if response is None else response)]
    if part_count(body) is None:
        return {f"q-{question.slug}": values}
    return {f"q-{question.slug}.{part}": [value] for part, value in enumerate(values)}
