"""How large a slide can be set so that nothing needs scrolling: reckoned here, drawn by screen.css.

Lengths are in hundredths of the projector's width, or of 1.6 times its height where that is less
(`--u` in screen.css); 4:3 gives the least width, 16:9 the least height.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from math import ceil

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.polls.models import QuestionType
from hanmadang.polls.queries import QuestionPage

SIZES = (5.2, 4.4, 3.8, 3.3, 2.8, 2.4, 2.0, 1.6)
"""Letters of a row, as the classes ``screen__figure--s0`` and on set them."""
_WIDTH, _HEIGHT = 68.0, 49.0
_SECOND = 0.68
"""How large the second language stands beside the first."""
_VALUE = 5.0
"""Letters that count and share take up beside a label."""
_WIDE, _NARROW, _SPACE = 0.9, 0.56, 0.28
"""How wide Pretendard's Hangul, Latin letters and spaces are."""
_BAR = 1.0
"""What a bar and the gap after it take, in letters."""
_BELOW = 2.2
"""Letters of a text below the bars, as ``screen__why``."""
_PICTURE = (2.9, 0.35)
"""What a picture takes beside and above a label."""
_ONE_COLUMN = 6
_TYPED_SIZE = 3
"""Leaves most of the height to what people type; screen.css gives it sizes of its own."""
_ORDERED = frozenset({QuestionType.SCALE, QuestionType.NUMBER})


def columns_of(question: QuestionPage) -> int:
    """Two where there are many options, unless their order means something."""
    is_long = len(question.options) > _ONE_COLUMN
    return 2 if is_long and question.type not in _ORDERED else 1


def size_of(
    question: QuestionPage, languages: Sequence[str], *, below: Bilingual | None = None
) -> int:
    """The place in `SIZES` of the largest size that fits, with a text below the bars if any."""
    if question.is_typed:
        return _TYPED_SIZE
    left = _HEIGHT
    if below:
        left -= _BELOW * 1.4 * (_lines(below, languages, _WIDTH / _BELOW) + 1)
    fitting = (
        place for place, size in enumerate(SIZES) if _height(question, languages, size) <= left
    )
    return next(fitting, len(SIZES) - 1)


def _height(question: QuestionPage, languages: Sequence[str], size: float) -> float:
    columns = columns_of(question)
    beside, above = _PICTURE if question.has_pictures else (0.0, 0.0)
    width = _WIDTH / columns / size - _VALUE - beside
    head = (size + 1) * _lines(question.text, languages, _WIDTH / (size + 1)) * 1.25
    shown = () if question.is_statements else question.options
    rows = sum(_lines(option.label, languages, width) * 1.2 + _BAR + above for option in shown)
    return head + rows * size / columns


def _lines(text: Bilingual, languages: Iterable[str], width: float) -> float:
    """Lines of the first language, and those of the second as the part of a line they are."""
    heights: list[float] = []
    for language in languages:
        share = _SECOND if heights else 1.0
        needed = ceil(_width(text.get(language)) * share / max(width, 1.0))
        heights.append(needed * share)
    return sum(heights)


def _width(text: str) -> float:
    return sum(_WIDE if _is_wide(c) else _SPACE if c == " " else _NARROW for c in text)


def _is_wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in "WF"
