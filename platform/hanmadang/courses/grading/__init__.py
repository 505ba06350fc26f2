"""Right or wrong, and how much of it: pure functions over a question's body, a file for each kind.

`taken` turns what a form sent into the one form in which a response is stored, or says in the
reader's language why it cannot; `mark` says what a response is worth. Shares are fractions until
they are stored: three thirds are a whole.
"""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from hanmadang.courses.grading import choice, gaps, matching, numeric, ordering, short
from hanmadang.courses.grading.marks import (
    AnswerError,
    ChoiceError,
    Mark,
    NumberError,
    OrderError,
    Part,
    Response,
)
from hanmadang.courses.models import QuestionKind
from hanmadang.courses.reading import Table, read_body
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

__all__ = [
    "AnswerError",
    "ChoiceError",
    "Mark",
    "NumberError",
    "OrderError",
    "Part",
    "Response",
    "body_of",
    "body_stored",
    "is_right",
    "mark",
    "taken",
]

_RULES: dict[type[Body], Any] = {
    ChoiceBody: choice,
    SpotsBody: choice,
    NumericBody: numeric,
    ShortBody: short,
    MatchingBody: matching,
    OrderingBody: ordering,
    GapsBody: gaps,
}


@lru_cache(maxsize=4096)
def body_of(kind: str, stored: str) -> Body:
    """A question's body from its JSON; the same text means the same, so it is read once."""
    return read_body(QuestionKind(kind), Table(json.loads(stored)))


def body_stored(kind: str, body: Mapping[str, Any]) -> Body:
    """The same from the stored column."""
    return body_of(kind, json.dumps(body, sort_keys=True))


def taken(kind: str, body: Body, given: Sequence[Any]) -> Response:
    """What was given, in the one form in which it is stored; that form itself stays as it is.

    Raises AnswerError where it is no answer to this question.
    """
    response: Response = _RULES[type(body)].taken(kind, body, list(given))
    return response


def mark(kind: str, body: Body, response: Sequence[Any]) -> Mark:
    """What a response earns, part by part, with what the author says to each."""
    found: Mark = _RULES[type(body)].mark(kind, body, list(response))
    return found


def is_right(kind: str, body: Body, response: Sequence[Any]) -> bool:
    """Whether a response earns the whole credit."""
    return bool(response) and mark(kind, body, response).right
