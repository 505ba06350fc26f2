"""What an answer is worth, and what is said where it is none."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy

Response = list[Any]
"""What was chosen or typed; see docs/subsystems/quizzes.md for each kind."""
_SURE = Fraction(999_999, 1_000_000)
_FINEST = 1_000
"""Largest denominator of a credit: 0.3333333 in a file means a third."""


class AnswerError(DomainError):
    """What was given is no answer to the question."""

    status = 422
    text = lazy("This answer does not fit the question.")
    part: int | None = None
    """The part of the question, from 0, where it has several."""


class ChoiceError(AnswerError):
    """The chosen options do not fit the question."""

    text = lazy("Please choose one of the answers shown.")


class NumberError(AnswerError):
    """What was typed is no number."""

    text = lazy("Please type a number, such as 1,953 or 0.5.")


class OrderError(AnswerError):
    """Places are missing, or given twice."""

    text = lazy("Please give each line a place of its own.")


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of an answer earned."""

    credit: Fraction
    """Of this part alone, from 0 to 1."""
    feedback: Bilingual | None = None
    index: int = 0
    """Of the option, where options were chosen; else the place of the part."""

    @property
    def right(self) -> bool:
        """Whether there is nothing left to improve in it."""
        return self.credit >= 1


@dataclass(frozen=True, slots=True)
class Mark:
    """What a whole answer earned."""

    share: Fraction
    parts: tuple[Part, ...]
    of: int = 1
    """How many parts could be right."""

    @property
    def right(self) -> bool:
        """Whether it earned the whole credit."""
        return self.share >= 1

    @property
    def score(self) -> float:
        """The share as it is stored."""
        return float(self.share)

    @property
    def right_parts(self) -> int:
        """How many parts are right."""
        return sum(part.right for part in self.parts)

    @property
    def wrong_parts(self) -> int:
        """How many parts are given and not right."""
        return len(self.parts) - self.right_parts

    def feedback_of(self, index: int) -> Bilingual | None:
        """What is said to that option or part."""
        return next((part.feedback for part in self.parts if part.index == index), None)


def credit(stored: float) -> Fraction:
    """An author's credit without the rounding of the file."""
    return Fraction(str(stored)).limit_denominator(_FINEST)


def whole(share: Fraction) -> Fraction:
    """A share between 0 and 1, whole where only rounding lacks."""
    return Fraction(1) if share >= _SURE else max(Fraction(0), share)


def mean(parts: Iterable[Part]) -> Mark:
    """The mark of parts that count the same."""
    given = tuple(parts)
    return Mark(whole(sum((part.credit for part in given), Fraction(0)) / len(given)), given,
                len(given))  # fmt: skip


def index_in(value: Any, count: int) -> int:
    """A whole number from 0 below `count`, from a form or from storage; raises ChoiceError."""
    if isinstance(value, str):
        if not (value.isascii() and value.isdigit() and len(value) <= 3):  # noqa: PLR2004 (no list has 1,000)
            raise ChoiceError
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < count:
        raise ChoiceError
    return value


def open_part(value: Any) -> bool:
    """Whether a part was left open."""
    return value is None or (isinstance(value, str) and not value.strip())
