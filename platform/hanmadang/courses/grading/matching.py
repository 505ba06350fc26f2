"""Which right side goes with each left one; an open one earns nothing."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hanmadang.courses.grading.marks import (
    ChoiceError,
    Mark,
    Part,
    Response,
    index_in,
    mean,
    open_part,
)
from hanmadang.courses.specs import MatchingBody
from hanmadang.kernel.bilingual import Bilingual


def rights_of(body: MatchingBody) -> Sequence[Bilingual]:
    """What can be chosen for each left side, each text once, in the author's order."""
    rights = [*(pair.right for pair in body.pairs), *body.extra]
    return tuple(text for place, text in enumerate(rights) if text not in rights[:place])


def taken(_kind: str, body: MatchingBody, given: list[Any]) -> Response:
    """For each left side the index of its right side, or None."""
    if len(given) != len(body.pairs) or all(map(open_part, given)):
        raise ChoiceError
    response: Response = []
    rights = len(rights_of(body))
    for place, value in enumerate(given):
        try:
            response.append(None if open_part(value) else index_in(value, rights))
        except ChoiceError as error:
            error.part = place
            raise
    return response


def mark(_kind: str, body: MatchingBody, response: Response) -> Mark:
    """Each left side counts the same."""
    rights = rights_of(body)
    return mean(
        Part(Fraction(int(chosen is not None and rights[chosen] == pair.right)), index=place)
        for place, (pair, chosen) in enumerate(zip(body.pairs, response, strict=True))
    )
