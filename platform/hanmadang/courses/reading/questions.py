"""The questions of a quiz, one reader for each kind of body."""

import re
from collections import Counter
from collections.abc import Callable, Mapping

from hanmadang.courses.models import QuestionKind
from hanmadang.courses.reading.blocks import stored_name
from hanmadang.courses.reading.table import Table
from hanmadang.courses.specs import (
    Body,
    ChoiceBody,
    Gap,
    GapsBody,
    MatchingBody,
    NumericAnswer,
    NumericBody,
    OptionSpec,
    OrderingBody,
    Pair,
    QuestionSpec,
    QuizSpec,
    ShortAnswer,
    ShortBody,
    Spot,
    SpotsBody,
)
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.i18n import lazy

_LABEL = 500
_SAID = 1_000
_LARGEST = 1e15
_SURE = 0.999_999
_GAP = re.compile(r"\[\[(\d{1,2})\]\]")
_GAP_KINDS = (QuestionKind.ONE, QuestionKind.NUMERIC, QuestionKind.SHORT)


def read_question(table: Table) -> QuestionSpec:
    """A question of whatever kind. Raises CourseFileError."""
    kind = table.kind("kind", QuestionKind)
    question = QuestionSpec(
        slug=table.slug("slug"),
        kind=kind,
        competency=table.slug("competency"),
        text=table.text("text", 4_000),
        explanation=_optional(table, "explanation", 2_000),
        body=read_body(kind, table),
        hints=table.texts("hints", 0),
    )
    table.finish()
    return question


def read_body(kind: QuestionKind, table: Table) -> Body:
    """What the kind holds beyond the text; the caller finishes the table."""
    return _READERS[kind](kind, table)


def read_quiz(table: Table) -> QuizSpec:
    """How the questions are asked; what is not said is as in a practice without limits."""
    quiz = QuizSpec(
        attempts=_count(table, "attempts"),
        cooldown_minutes=_count(table, "cooldown_minutes") or 0,
        time_limit_minutes=_count(table, "time_limit_minutes"),
        draw=_count(table, "draw"),
        pass_share=table.share("pass_share") if table.has("pass_share") else None,
    )
    table.finish()
    return quiz


def _count(table: Table, key: str) -> int | None:
    return table.integer(key, 1) if table.has(key) else None


def _optional(table: Table, key: str, most: int = _SAID) -> Bilingual | None:
    return table.text(key, most) if table.has(key) else None


def _choice(kind: QuestionKind, table: Table) -> ChoiceBody:
    body = ChoiceBody(tuple(_option(each) for each in table.tables("options", 2)))
    right = sum(option.correct for option in body.options)
    if right == 0 or (right > 1 and kind is not QuestionKind.SEVERAL):
        table.refuse("options", lazy("the number of right answers does not fit the kind"))
    if kind is QuestionKind.TRUE_FALSE and len(body.options) != 2:  # noqa: PLR2004
        table.refuse("options", lazy("true or false has exactly two options"))
    return body


def _option(table: Table) -> OptionSpec:
    option = OptionSpec(
        label=table.text("label", _LABEL),
        correct=table.flag("correct"),
        feedback=_optional(table, "feedback"),
        credit=table.number("credit", -1, 1) if table.said("credit") else None,
    )
    table.finish()
    return option


def _numeric(_kind: QuestionKind, table: Table) -> NumericBody:
    answers = tuple(_range(each) for each in table.tables("answers", 1))
    _someone_is_right(table, [answer.credit for answer in answers])
    return NumericBody(answers, _optional(table, "unit", 40))


def _range(table: Table) -> NumericAnswer:
    low = table.number("low", -_LARGEST, _LARGEST)
    answer = NumericAnswer(
        low, table.number("high", low, _LARGEST), _credit(table), _optional(table, "feedback")
    )
    table.finish()
    return answer


def _short(_kind: QuestionKind, table: Table) -> ShortBody:
    answers = tuple(_accepted(each) for each in table.tables("answers", 1))
    _someone_is_right(table, [answer.credit for answer in answers])
    return ShortBody(answers, table.flag("match_case") if table.said("match_case") else False)


def _accepted(table: Table) -> ShortAnswer:
    answer = ShortAnswer(table.line("text", 300), _credit(table), _optional(table, "feedback"))
    table.finish()
    return answer


def _credit(table: Table) -> float:
    return table.number("credit", 0, 1) if table.said("credit") else 1.0


def _someone_is_right(table: Table, credits_given: list[float]) -> None:
    if max(credits_given) < _SURE:
        table.refuse("answers", lazy("one answer with the whole credit is expected"))


def _matching(_kind: QuestionKind, table: Table) -> MatchingBody:
    pairs = tuple(_pair(each) for each in table.tables("pairs", 2))
    return MatchingBody(pairs, table.texts("extra", 0))


def _pair(table: Table) -> Pair:
    pair = Pair(table.text("left", _LABEL), table.text("right", _LABEL))
    table.finish()
    return pair


def _ordering(_kind: QuestionKind, table: Table) -> OrderingBody:
    return OrderingBody(table.texts("items", 2))


def _gaps(_kind: QuestionKind, table: Table) -> GapsBody:
    passage = table.text("passage")
    gaps = tuple(_gap(each) for each in table.tables("gaps", 1))
    wanted = Counter(range(1, len(gaps) + 1))
    for language in LANGUAGES:
        if Counter(int(number) for number in _GAP.findall(passage.get(language))) != wanted:
            table.refuse(
                f"passage.{language}",
                lazy("[[1]] to [[%(n)s]] are expected here, each once", n=len(gaps)),
            )
    return GapsBody(passage, gaps)


def _gap(table: Table) -> Gap:
    kind = table.kind("kind", QuestionKind)
    if kind not in _GAP_KINDS:
        names = ", ".join(_GAP_KINDS)
        table.refuse("kind", lazy("one of these is expected: %(names)s", names=names))
    gap = read_body(kind, table)
    table.finish()
    assert isinstance(gap, ChoiceBody | NumericBody | ShortBody)  # noqa: S101  (the kinds above)
    return gap


def _spots(_kind: QuestionKind, table: Table) -> SpotsBody:
    body = SpotsBody(
        stored_name(table, "picture"),
        table.text("alt", _LABEL),
        tuple(_spot(each) for each in table.tables("spots", 2)),
    )
    if not any(spot.correct for spot in body.spots):
        table.refuse("spots", lazy("the number of right answers does not fit the kind"))
    return body


def _spot(table: Table) -> Spot:
    x, y = table.number("x", 0, 1), table.number("y", 0, 1)
    spot = Spot(
        table.text("label", _LABEL), x, y,
        table.number("width", 0, 1), table.number("height", 0, 1),
        table.flag("correct"), _optional(table, "feedback"),
    )  # fmt: skip
    table.finish()
    return spot


_READERS: Mapping[QuestionKind, Callable[[QuestionKind, Table], Body]] = {
    QuestionKind.ONE: _choice,
    QuestionKind.SEVERAL: _choice,
    QuestionKind.TRUE_FALSE: _choice,
    QuestionKind.NUMERIC: _numeric,
    QuestionKind.SHORT: _short,
    QuestionKind.MATCHING: _matching,
    QuestionKind.ORDERING: _ordering,
    QuestionKind.GAPS: _gaps,
    QuestionKind.SPOTS: _spots,
}
