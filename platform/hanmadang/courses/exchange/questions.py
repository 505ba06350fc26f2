"""Questions in the form of a file of ours, made from what other systems say of theirs."""

from collections.abc import Sequence
from dataclasses import dataclass

from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.work import SAID, Work

LARGEST = 1e15
MOST_GAPS = 99
_SURE = 0.999_999
FILL_IN: File = {"ko": "빈칸을 채워 주세요.", "en": "Fill in the gaps."}
TRUE: File = {"ko": "맞아요", "en": "True"}
FALSE: File = {"ko": "아니에요", "en": "False"}


class UnusableQuestionError(ValueError):
    """A question lacks what its kind needs; it is left out, and named with the reason."""

    def __init__(self, reason: Reason = Reason.BROKEN) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to choose."""

    label: File
    share: float
    """1 for right, 0 for wrong, anything from -1 to 1 where the source says so."""
    feedback: File | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """Words that are accepted."""

    text: str
    share: float = 1.0
    feedback: File | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers that are accepted."""

    low: float
    high: float
    share: float = 1.0
    feedback: File | None = None


def one(work: Work, choices: Sequence[Choice]) -> File:
    """One of several answers: the one with the most credit is right."""
    _enough(choices, 2)
    best = max(choice.share for choice in choices)
    if best <= 0:
        raise UnusableQuestionError
    if best < _SURE:
        work.report.changed("credit", Reason.CREDIT, f"{best:g}")
    right = next(n for n, choice in enumerate(choices) if choice.share == best)
    options = []
    for number, choice in enumerate(choices):
        option = _option(choice, correct=number == right)
        share = _bounded(work, choice.share, -1)
        if number != right and share:
            option["credit"] = _number(share)
        options.append(option)
    return {"options": options}


def several(work: Work, choices: Sequence[Choice], *, weighted: bool) -> File:
    """Several answers are right; with `weighted` each has the credit of the source."""
    _enough(choices, 2)
    if not any(choice.share > 0 for choice in choices):
        raise UnusableQuestionError
    options = []
    for choice in choices:
        option = _option(choice, correct=choice.share > 0)
        if weighted:
            option["credit"] = _number(_bounded(work, choice.share, -1))
        options.append(option)
    return {"options": options}


def true_false(*, is_true: bool, when_true: File | None, when_false: File | None) -> File:
    """True or false, with what is said to whoever chose each."""
    return {
        "options": [
            _option(Choice(TRUE, 1.0, when_true), correct=is_true),
            _option(Choice(FALSE, 0.0, when_false), correct=not is_true),
        ]
    }


def short(work: Work, answers: Sequence[Accepted], *, match_case: bool = False) -> File:
    """Words to type."""
    said = [_accepted(work, answer) for answer in answers if answer.text.strip()]
    _enough(said, 1)
    _whole(work, said)
    body: File = {"answers": said}
    if match_case:
        body["match_case"] = True
    return body


def numeric(work: Work, answers: Sequence[Range], unit: File | None = None) -> File:
    """A number to type."""
    said = [_ranged(work, answer) for answer in answers]
    _enough(said, 1)
    _whole(work, said)
    return {"answers": said} | ({"unit": unit} if unit else {})


def matching(pairs: Sequence[tuple[File, File]], extra: Sequence[File] = ()) -> File:
    """What belongs together."""
    _enough(pairs, 2)
    body: File = {"pairs": [{"left": left, "right": right} for left, right in pairs]}
    if extra:
        body["extra"] = list(extra)
    return body


def ordering(items: Sequence[File]) -> File:
    """Things in their right order."""
    _enough(items, 2)
    return {"items": list(items)}


def gaps(passage: File, kinds: Sequence[tuple[str, File]]) -> File:
    """A text with gaps, each with its kind and body."""
    _enough(kinds, 1)
    if len(kinds) > MOST_GAPS:
        raise UnusableQuestionError
    return {"passage": passage, "gaps": [{"kind": kind} | body for kind, body in kinds]}


def _enough(what: Sequence[object], least: int) -> None:
    if len(what) < least:
        raise UnusableQuestionError


def _option(choice: Choice, *, correct: bool) -> File:
    option: File = {"label": choice.label, "correct": correct}
    return option | ({"feedback": choice.feedback} if choice.feedback else {})


def _accepted(work: Work, answer: Accepted) -> File:
    text = work.text(answer.text, 300)[work.language]
    return _with_share(work, {"text": text}, answer.share, answer.feedback)


def _ranged(work: Work, answer: Range) -> File:
    low, high = sorted((answer.low, answer.high))
    if not (-LARGEST <= low <= high <= LARGEST):
        raise UnusableQuestionError
    said: File = {"low": _number(low), "high": _number(high)}
    return _with_share(work, said, answer.share, answer.feedback)


def _with_share(work: Work, said: File, share: float, feedback: File | None) -> File:
    share = _bounded(work, share, 0)
    if share < _SURE:
        said["credit"] = _number(share)
    return said | ({"feedback": feedback} if feedback else {})


def _whole(work: Work, answers: Sequence[File]) -> None:
    """One answer has the whole credit; the best gets it where the source has none."""
    best = max(answer.get("credit", 1.0) for answer in answers)
    if best <= 0:
        raise UnusableQuestionError
    if best < _SURE:
        work.report.changed("credit", Reason.CREDIT, f"{best:g}")
        for answer in answers:
            if answer.get("credit") == best:
                del answer["credit"]


def _bounded(work: Work, share: float, low: float) -> float:
    inside = min(1.0, max(low, share))
    if inside != share:
        work.report.changed("credit", Reason.CREDIT, f"{share:g}")
    return inside


def _number(value: float) -> float | int:
    rounded = round(value, 12)
    return int(rounded) if float(rounded).is_integer() else rounded


def number_in(text: str) -> float:
    """A number as other systems write them. Raises UnusableQuestionError."""
    try:
        value = float(text.strip().replace(",", ".") if text.count(",") == 1 else text.strip())
    except ValueError as error:
        raise UnusableQuestionError from error
    if not -LARGEST <= value <= LARGEST:
        raise UnusableQuestionError
    return value


def joined(work: Work, *texts: File | None, longest: int = SAID) -> File | None:
    """Texts one under another, as one."""
    said = [text for text in texts if text]
    if len(said) < 2:  # noqa: PLR2004  (nothing to join)
        return said[0] if said else None
    work.report.changed("feedback", Reason.COMBINED)
    lines = [str(text.get(work.language, "")) for text in said]
    return work.text("\n".join(lines), longest)
