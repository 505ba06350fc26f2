"""A question as a page shows it: its fields with what stands in them, and what is said to it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup

from hanmadang.courses import grading
from hanmadang.courses.grading import AnswerError, Mark, choice, matching, shuffle
from hanmadang.courses.models import QuestionKind
from hanmadang.courses.specs import (
    Body,
    ChoiceBody,
    Gap,
    GapsBody,
    MatchingBody,
    NumericBody,
    OrderingBody,
    Spot,
    SpotsBody,
)
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.text import rich

_STRETCH = re.compile(r"\[\[(?P<gap>\d{1,2})\]\]|<[^>]*>|[^<\[]+|\[", re.ASCII)
"""A gap, a tag as a whole (what stands in an attribute is no gap), or text."""
_OPTIONS = (ChoiceBody, SpotsBody)


@dataclass(frozen=True, slots=True)
class OptionView:
    """A possible answer."""

    index: int
    label: Bilingual
    correct: bool
    feedback: Bilingual | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class PartView:
    """A field of a question that has several."""

    index: int
    """From 0, in the author's order: field and response go by it."""
    label: Bilingual | None
    value: str
    """What stands in it."""
    options: Sequence[tuple[int, Bilingual]] = ()
    """What can be chosen; none where it is typed."""
    right: bool = False
    feedback: Bilingual | None = None
    unit: Bilingual | None = None


@dataclass(frozen=True)
class QuestionView:
    """A question, with what the reader answered last."""

    id: int
    slug: str
    kind: str
    text: Bilingual
    explanation: Bilingual | None
    body: Body
    hints: tuple[Bilingual, ...]
    response: Sequence[Any]
    kept_right: bool
    """Whether it was answered right once, perhaps in an earlier version."""
    seed: str = ""
    """Of the order in which things are shown."""
    told: int = 0
    """Hints told so far."""
    typed: tuple[str, ...] | None = None
    """What stands in the fields of a form that is shown again; else what was answered."""
    error: AnswerError | None = None
    judged: bool = True
    """Whether the page says what is right: not while an attempt is under way."""
    mixed: bool = False
    """Whether the options stand in an order of their own for each attempt."""

    @property
    def answered(self) -> bool:
        """Whether there is something to judge."""
        same = self.typed is None or self.typed == _written(self.response)
        return bool(self.response) and self.judged and same

    @cached_property
    def mark(self) -> Mark:
        """What the response shown earns."""
        return grading.mark(self.kind, self.body, self.response)

    @property
    def right(self) -> bool:
        """Whether the response shown is right."""
        return self.answered and self.mark.right

    @cached_property
    def values(self) -> tuple[str, ...]:
        """What stands in the fields, as a form sends it."""
        return _written(self.response) if self.typed is None else self.typed

    @property
    def value(self) -> str:
        """What stands in the one field."""
        return self.values[0] if self.values else ""

    @property
    def may_be_several(self) -> bool:
        """Whether more than one option may be chosen."""
        assert isinstance(self.body, _OPTIONS)  # noqa: S101
        return choice.may_be_several(self.kind, self.body)

    @property
    def error_id(self) -> str:
        """The field to which a message about this question leads."""
        place = f"question-{self.slug}"
        if isinstance(self.body, _OPTIONS):
            return f"{place}-{self.shown_options()[0].index}"
        if part_count(self.body) is None:
            return f"{place}-field"
        part = self.error.part if self.error else None
        return f"{place}-part-{(part or 0) + 1}"

    @property
    def hints_told(self) -> tuple[Bilingual, ...]:
        """The hints told so far."""
        return self.hints[: self.told]

    def shown_options(self) -> list[OptionView]:
        """The options as the page shows them."""
        assert isinstance(self.body, _OPTIONS)  # noqa: S101
        options = [
            OptionView(index, each.label, each.correct, each.feedback, str(index) in self.values)
            for index, each in enumerate(choice.options_of(self.body))
        ]
        if not self.mixed or self.kind == QuestionKind.TRUE_FALSE.value:
            return options
        return [options[index] for index in shuffle.shuffled(len(options), self.seed)]

    def shown_spots(self) -> Sequence[Spot]:
        """The places outlined in the picture, in the order of their numbers."""
        assert isinstance(self.body, SpotsBody)  # noqa: S101
        return self.body.spots

    def shown_pairs(self) -> list[PartView]:
        """The left sides, each with the right sides to choose from."""
        assert isinstance(self.body, MatchingBody)  # noqa: S101
        rights = matching.rights_of(self.body)
        order = shuffle.shuffled(len(rights), self.seed)
        options = [(index, rights[index]) for index in order]
        return [self._part(index, pair.left, options) for index, pair in enumerate(self.body.pairs)]

    def shown_lines(self) -> list[PartView]:
        """The lines to be ordered: as the reader put them, else in no order that is right."""
        assert isinstance(self.body, OrderingBody)  # noqa: S101
        items = self.body.items
        lines = [self._part(index, item, ()) for index, item in enumerate(items)]
        if sorted(self.values) == sorted(map(str, range(len(items)))):
            return sorted(lines, key=lambda line: int(line.value))
        return [lines[index] for index in shuffle.out_of_order(self.body, self.seed)]

    def shown_passage(self, language: str) -> list[Markup | PartView]:
        """The text with its gaps: stretches of cleaned HTML and fields in turn."""
        assert isinstance(self.body, GapsBody)  # noqa: S101
        html = str(rich(self.body.passage.shown(language).text))
        gaps, shown = self.shown_gaps(), list[Markup | PartView]()
        for found in _STRETCH.finditer(html):
            if found["gap"]:
                shown.append(gaps[int(found["gap"]) - 1])
            else:
                shown.append(Markup(found[0]))  # noqa: S704 (cleaned by `rich`)
        return shown

    def shown_gaps(self) -> list[PartView]:
        """The gaps in the order of their numbers."""
        assert isinstance(self.body, GapsBody)  # noqa: S101
        return [self._gap(index, gap) for index, gap in enumerate(self.body.gaps)]

    def _gap(self, index: int, gap: Gap) -> PartView:
        options: Sequence[tuple[int, Bilingual]] = ()
        if isinstance(gap, ChoiceBody):
            options = [(n, option.label) for n, option in enumerate(gap.options)]
            if self.mixed:
                order = shuffle.shuffled(len(options), f"{self.seed}:{index}")
                options = [options[n] for n in order]
        unit = gap.unit if isinstance(gap, NumericBody) else None
        return self._part(index, None, options, unit)

    def _part(
        self,
        index: int,
        label: Bilingual | None,
        options: Sequence[tuple[int, Bilingual]],
        unit: Bilingual | None = None,
    ) -> PartView:
        earned = self.mark.parts[index] if self.answered else None
        return PartView(
            index,
            label,
            self.values[index] if index < len(self.values) else "",
            options,
            right=earned is not None and earned.right,
            feedback=earned.feedback if earned else None,
            unit=unit,
        )


def part_count(body: Body) -> int | None:
    """How many fields a question has where it has several; None for one field or a list."""
    if isinstance(body, MatchingBody):
        return len(body.pairs)
    if isinstance(body, OrderingBody):
        return len(body.items)
    return len(body.gaps) if isinstance(body, GapsBody) else None


def texts_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Bilingual, ...]:
    """Texts of a JSON column, in the short or the long form."""
    return tuple(map(_text, stored))


def _text(stored: Mapping[str, Any]) -> Bilingual:
    if "source" in stored:
        return Bilingual.from_json(stored)
    return Bilingual.of(**{language: stored.get(language, "") for language in LANGUAGES})


def _written(response: Sequence[Any]) -> tuple[str, ...]:
    """A response as a form would send it."""
    return tuple("" if value is None else str(value) for value in response)
