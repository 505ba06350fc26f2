"""Answers as bytes of one length: what lies in the envelope of a secret poll.

The length follows from the questions alone, so an envelope tells neither how many questions were
answered nor how many options were chosen.
"""

import json
from collections.abc import Iterable, Mapping

from hanmadang.polls.shapes import Answer, Shape

_PER_QUESTION = len('"2147483647":[],')
_PER_NUMBER = len("2147483647,")
_FEWEST_NUMBERS = 8
_STEP = 64


def room_for(shapes: Iterable[Shape]) -> int:
    """Bytes that hold every possible answer to these questions."""
    whole = sum(_PER_QUESTION + _PER_NUMBER * _most_numbers(shape) for shape in shapes)
    return -(-(whole + len("{}")) // _STEP) * _STEP


def _most_numbers(shape: Shape) -> int:
    return max(len(shape.options), shape.most, shape.settings.points, _FEWEST_NUMBERS)


def written(answers: Mapping[int, Answer], room: int) -> bytes:
    """The answers, filled up with spaces. Raises ValueError when they do not fit."""
    texts = {str(question): list(answer) for question, answer in sorted(answers.items())}
    sheet = json.dumps(texts, separators=(",", ":")).encode().ljust(room)
    if len(sheet) > room:
        raise ValueError(f"An answer of {len(sheet)} bytes does not fit into {room}.")
    return sheet


def read(sheet: bytes) -> dict[int, Answer]:
    """The answers again."""
    found: dict[str, list[int]] = json.loads(sheet)
    return {int(question): tuple(answer) for question, answer in found.items()}
