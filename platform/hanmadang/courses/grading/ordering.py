"""Lines put in order; each that stands in its own place counts."""

from fractions import Fraction
from typing import Any

from hanmadang.courses.grading.marks import (
    ChoiceError,
    Mark,
    OrderError,
    Part,
    Response,
    index_in,
    mean,
)
from hanmadang.courses.specs import OrderingBody


def taken(_kind: str, body: OrderingBody, given: list[Any]) -> Response:
    """For each item, in the author's order, the place it was given, from 0: each place once."""
    try:
        places = [index_in(value, len(body.items)) for value in given]
    except ChoiceError as error:
        raise OrderError from error
    if sorted(places) != list(range(len(body.items))):
        raise OrderError
    return places


def mark(_kind: str, body: OrderingBody, response: Response) -> Mark:
    """Each item counts the same; one that reads as another may stand in its place."""
    items = body.items
    return mean(
        Part(Fraction(int(items[place] == items[index])), index=index)
        for index, place in enumerate(response)
    )
