"""Numbers as people type them: grouped, in full-width digits, with a power of ten, with 만 and 억.

In both languages of the house the point is decimal and the comma groups. Numbers are compared as
decimals, both ends of a range included.
"""

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hanmadang.courses.grading.marks import Mark, NumberError, Part, Response, credit
from hanmadang.courses.specs import NumericAnswer, NumericBody

_LONGEST = 40
_NO_DIGITS = ("<super>", "<sub>", "<fraction>", "<circle>")
"""Signs that hold a digit and mean something else: 10² is not 102."""
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", re.ASCII)
_PLAIN = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,2})?", re.ASCII)
_LARGE = (("조", 10**12), ("억", 10**8), ("만", 10**4), ("", 1))
_SMALL = (("천", 1000), ("백", 100), ("십", 10), ("", 1))
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\uff0d": "-"})


def taken(_kind: str, body: NumericBody, given: list[Any]) -> Response:
    """One number, as plain decimal digits."""
    if len(given) != 1 or not isinstance(given[0], str):
        raise NumberError
    return [plain(number_in(_without_unit(given[0], body)))]


def mark(_kind: str, body: NumericBody, response: Response) -> Mark:
    """The first range that holds the number."""
    number = Decimal(response[0])
    for answer in body.answers:
        if Decimal(str(answer.low)) <= number <= Decimal(str(answer.high)):
            return _marked(answer)
    return Mark(Fraction(0), (Part(Fraction(0)),))


def _marked(answer: NumericAnswer) -> Mark:
    earned = credit(answer.credit)
    return Mark(earned, (Part(earned, answer.feedback),))


def plain(number: Decimal) -> str:
    """The number in digits alone: 1953, 0.5, -3."""
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def number_in(typed: str) -> Decimal:
    """The number somebody typed; raises NumberError."""
    if any(unicodedata.decomposition(letter).startswith(_NO_DIGITS) for letter in typed):
        raise NumberError
    text = unicodedata.normalize("NFKC", typed).translate(_MINUS)
    text = "".join(text.split()).casefold()
    sign, text = (-1, text[1:]) if text[:1] == "-" else (1, text.removeprefix("+"))
    if not text or len(text) > _LONGEST:
        raise NumberError
    found = _digits(text)
    return sign * (_korean(text) if found is None else found)


def _digits(text: str) -> Decimal | None:
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", ""))
    return Decimal(text) if _PLAIN.fullmatch(text) else None


def _korean(text: str) -> Decimal:
    """3억 2천5백만 1,000: each large unit once, largest first, and in it each small one."""
    total, rest = Decimal(0), text
    for unit, size in _LARGE:
        if not unit:
            return total + _group(rest) if rest else total
        head, found, tail = rest.partition(unit)
        if found:
            total += (_group(head) if head else 1) * size
            rest = tail
    raise NumberError  # pragma: no cover  (the last unit is empty)


def _group(text: str) -> Decimal:
    total, rest = Decimal(0), text
    for unit, size in _SMALL:
        if not unit:
            return total + _only_digits(rest) if rest else total
        head, found, tail = rest.partition(unit)
        if found:
            total += (_only_digits(head) if head else 1) * size
            rest = tail
    raise NumberError  # pragma: no cover  (the last unit is empty)


def _only_digits(text: str) -> Decimal:
    found = _digits(text)
    if found is None:
        raise NumberError
    return found


def _without_unit(typed: str, body: NumericBody) -> str:
    """Without the unit that stands behind the field, where somebody typed it too."""
    text = typed.strip()
    units = [part.text for part in body.unit.parts.values()] if body.unit else []
    for unit in sorted(units, key=len, reverse=True):
        if unit and text.casefold().endswith(unit.casefold()):
            return text[: -len(unit)]
    return text
