"""Orders in which things are shown: the same for the same reader, question and attempt.

A seed is any text that names them, so that a page shown again, in either language, is the same
page, and a neighbour's is another.
"""

import hashlib
import random
from collections.abc import Sequence

from hanmadang.courses.specs import OrderingBody


def shuffled(count: int, seed: str) -> list[int]:
    """The numbers below `count` in the order of that seed."""
    order = list(range(count))
    _chance(seed).shuffle(order)
    return order


def drawn(ids: Sequence[int], count: int | None, seed: str) -> list[int]:
    """So many of these in the order of that seed; all of them, as they stand, for None."""
    if count is None:
        return list(ids)
    return _chance(seed).sample(list(ids), min(count, len(ids)))


def out_of_order(body: OrderingBody, seed: str) -> list[int]:
    """The items' indexes as they are first shown: never in an order that is right."""
    order = shuffled(len(body.items), seed)
    while _is_right(body, order) and any(item != body.items[0] for item in body.items):
        order = order[1:] + order[:1]
    return order


def _is_right(body: OrderingBody, order: Sequence[int]) -> bool:
    return [body.items[index] for index in order] == list(body.items)


def _chance(seed: str) -> random.Random:
    return random.Random(hashlib.sha256(seed.encode()).digest())  # noqa: S311  (an order, no secret)
