"""Right or wrong, and how much of it: pure functions over a question's body."""

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from hanmadang.courses.models import QuestionKind
from hanmadang.courses.reading import Table, read_body
from hanmadang.courses.specs import Body, ChoiceBody
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy

Response = list[Any]
"""What was chosen or typed: indexes of options, sorted, for the kinds with options."""


class ChoiceError(DomainError):
    """The chosen options do not fit the question."""

    status = 422
    text = lazy("Please choose one of the answers shown.")


@lru_cache(maxsize=4096)
def body_of(kind: str, stored: str) -> Body:
    """A question's body from its JSON; the same text means the same, so it is read once."""
    return read_body(QuestionKind(kind), Table(json.loads(stored)))


def taken(kind: str, body: Body, given: Iterable[Any]) -> Response:
    """What was given, in the one form in which it is stored. Raises ChoiceError."""
    assert isinstance(body, ChoiceBody)  # noqa: S101
    choices = sorted(set(given))
    if not choices or choices[0] < 0 or choices[-1] >= len(body.options):
        raise ChoiceError
    if len(choices) > 1 and kind != QuestionKind.SEVERAL.value:
        raise ChoiceError
    return choices


def score(body: Body, response: Sequence[Any]) -> float:
    """The share of the credit that a response earns, from 0 to 1."""
    assert isinstance(body, ChoiceBody)  # noqa: S101
    right = [index for index, option in enumerate(body.options) if option.correct]
    return float(list(response) == right)


def is_right(body: Body, response: Sequence[Any]) -> bool:
    """Whether a response earns the whole credit."""
    return score(body, response) >= 1
