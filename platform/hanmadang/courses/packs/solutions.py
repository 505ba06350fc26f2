"""What a pack holds of the answers: for practice only, in plain sight, as the page says.

A pack can check what is chosen. Of what is typed it knows the words of the author and no more:
spacing and particles are the house's business, so what does not equal them is kept and checked
when it arrives.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal

from hanmadang.courses import grading
from hanmadang.courses.grading.choice import options_of
from hanmadang.courses.grading.matching import rights_of
from hanmadang.courses.grading.numeric import plain
from hanmadang.courses.queries.questions import QuestionView
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
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import _

Typed = NumericBody | ShortBody


def key(body: Body, part: int = 0) -> str:
    """The indexes that are right in a list of a question's part, with spaces between."""
    match body:
        case ChoiceBody() | SpotsBody():
            return " ".join(str(n) for n, each in enumerate(options_of(body)) if each.correct)
        case MatchingBody():
            return str(rights_of(body).index(body.pairs[part].right))
        case OrderingBody():
            return " ".join(str(n) for n, each in enumerate(body.items) if each == body.items[part])
        case GapsBody():
            return key(body.gaps[part])
    return ""


def typed_key(body: Typed) -> dict[str, object]:
    """What of a typed answer can be told without the house."""
    if isinstance(body, NumericBody):
        ranges = [[each.low, each.high, each.credit >= 1] for each in body.answers]
        units = [part.text for part in body.unit.parts.values()] if body.unit else []
        return {"ranges": ranges, "units": units}
    return {"accepted": _whole(body), "case": body.match_case}


def _whole(body: ShortBody) -> list[str]:
    """The author's words that earn everything; a pattern with stars is the house's business."""
    return [
        unicodedata.normalize("NFC", each.text)
        for each in body.answers
        if "*" not in each.text and grading.is_right("short", body, [each.text])
    ]


def is_typed(body: Body) -> bool:
    """Whether the answer is typed, and so not wholly checked without the house."""
    return isinstance(body, NumericBody | ShortBody)


def solution(q: QuestionView, language: str) -> Sequence[str]:
    """The right answer in words, line by line."""
    return list(_lines(q.body, language))


def _lines(body: Body, language: str) -> Iterator[str]:
    match body:
        case ChoiceBody() | SpotsBody():
            yield from (_in(each.label, language) for each in options_of(body) if each.correct)
        case NumericBody() | ShortBody():
            yield _typed(body, language)
        case MatchingBody():
            for pair in body.pairs:
                yield f"{_in(pair.left, language)}: {_in(pair.right, language)}"
        case OrderingBody():
            yield from (f"{n}. {_in(item, language)}" for n, item in enumerate(body.items, 1))
        case GapsBody():
            for n, gap in enumerate(body.gaps, 1):
                name = _("Gap %(n)s of %(total)s", n=n, total=len(body.gaps))
                yield f"{name}: {', '.join(_lines(gap, language))}"


def _typed(body: Typed, language: str) -> str:
    if isinstance(body, ShortBody):
        whole = [each.text for each in body.answers if each.credit >= 1]
        return " / ".join(text.replace("*", "…") for text in whole)
    unit = f" {_in(body.unit, language)}" if body.unit else ""
    whole_ranges = (each for each in body.answers if each.credit >= 1)
    return " / ".join(_range(each.low, each.high) + unit for each in whole_ranges)


def _range(low: float, high: float) -> str:
    first, last = (plain(Decimal(str(end))) for end in (low, high))
    return first if first == last else _("from %(low)s to %(high)s", low=first, high=last)


def _in(text: Bilingual, language: str) -> str:
    return text.shown(language).text
