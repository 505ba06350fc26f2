"""A few typed words. Letters count; spacing, punctuation, composition and a last particle do not.

통일, 통일이 and 통일을 are one answer where 통일 is accepted: a particle is taken off only where
what remains is accepted, so that 국가 never becomes 국 by itself.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Any

from hanmadang.courses.grading.marks import AnswerError, Mark, Part, Response, credit
from hanmadang.courses.specs import ShortAnswer, ShortBody
from hanmadang.kernel.i18n import lazy

LONGEST = 300
_FIRST, _LAST, _FINALS, _RIEUL = 0xAC00, 0xD7A3, 28, 8
_AFTER_ANY = (
    "의", "에", "도", "만", "에서", "에게", "까지", "부터", "보다", "처럼", "입니다", "이다",
    "이요", "이에요", "요", "에서는", "에서도", "에는", "에도", "까지는", "만은",
)  # fmt: skip
_AFTER_VOWEL = ("가", "는", "를", "와", "랑", "다", "예요", "라고")
_AFTER_CONSONANT = ("이", "은", "을", "과", "이랑", "이라고")
_LONGEST_PARTICLE = 3
_ROUNDS = 2
"""Particles that may follow each other: 통일만을."""


class TextError(AnswerError):
    """Nothing readable was typed, or too much."""

    text = lazy("Please type a few words.")


def taken(_kind: str, _body: ShortBody, given: list[Any]) -> Response:
    """One text, composed, on one line."""
    if len(given) != 1 or not isinstance(given[0], str):
        raise TextError
    text = " ".join(unicodedata.normalize("NFC", given[0]).split())
    if not text or len(text) > LONGEST or not text.isprintable():
        raise TextError
    return [text]


def mark(_kind: str, body: ShortBody, response: Response) -> Mark:
    """The first accepted text that it equals."""
    forms = list(_forms(_fold(response[0], match_case=body.match_case)))
    for answer in body.answers:
        pattern = _pattern(answer.text, match_case=body.match_case)
        if any(_matches(pattern, form) for form in forms):
            return _marked(answer)
    return Mark(Fraction(0), (Part(Fraction(0)),))


def _marked(answer: ShortAnswer) -> Mark:
    earned = credit(answer.credit)
    return Mark(earned, (Part(earned, answer.feedback),))


def _fold(text: str, *, match_case: bool) -> str:
    """Letters, digits and signs in one form; all of it where there is nothing but punctuation."""
    wide = unicodedata.normalize("NFKC", text)
    wide = unicodedata.normalize("NFC", wide if match_case else wide.casefold())
    kept = "".join(letter for letter in wide if unicodedata.category(letter)[0] not in "PZC")
    return kept or "".join(wide.split())


@lru_cache(maxsize=4096)
def _pattern(accepted: str, *, match_case: bool) -> Sequence[str]:
    r"""The pieces between stars; ``\*`` is a star itself."""
    pieces = accepted.replace("\\*", "\0").split("*")
    if len(pieces) == 1:
        return (_fold(accepted.replace("\\*", "*"), match_case=match_case),)
    return tuple(
        _fold(piece, match_case=match_case) if piece.strip() else ""
        for piece in (each.replace("\0", "*") for each in pieces)
    )


def _matches(pieces: Sequence[str], form: str) -> bool:
    """Each piece after the one before it, the first at the start and the last at the end."""
    first, *middle = pieces
    if not middle:
        return form == first
    last = middle.pop()
    if not (form.startswith(first) and form.endswith(last)):
        return False
    place, end = len(first), len(form) - len(last)
    for piece in middle:
        found = form.find(piece, place, end)
        if found < 0:
            return False
        place = found + len(piece)
    return place <= end


def _forms(form: str) -> Iterator[str]:
    """The answer, and what it is without particles at its end."""
    known = [form]
    for _round in range(_ROUNDS):
        known = [stem for each in known for stem in _stems(each)]
        if _round == 0:
            yield form
        yield from known


def _stems(form: str) -> Iterator[str]:
    for cut in range(1, min(_LONGEST_PARTICLE, len(form) - 1) + 1):
        stem, particle = form[:-cut], form[-cut:]
        if _may_follow(stem, particle):
            yield stem


def _may_follow(stem: str, particle: str) -> bool:
    last = stem[-1]
    if not _FIRST <= ord(last) <= _LAST:
        return particle in _AFTER_ANY + _AFTER_VOWEL + _AFTER_CONSONANT + ("로", "으로")
    if particle in _AFTER_ANY:
        return True
    final = (ord(last) - _FIRST) % _FINALS
    if particle == "로":
        return final in (0, _RIEUL)
    if particle == "으로":
        return final not in (0, _RIEUL)
    return particle in (_AFTER_CONSONANT if final else _AFTER_VOWEL)
