"""Sentences beside the bars, in the page's language, which live.js can fill anew.

A line is a pattern with ``{value}`` in it and the name of a figure of the live snapshot.
"""

from dataclasses import dataclass

from hanmadang.kernel.i18n import _, current_locale
from hanmadang.polls.models import QuestionType
from hanmadang.polls.queries import QuestionPage

_VALUE = "{value}"
_PERCENT = "{value}%"


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence with one figure."""

    figure: str
    pattern: str
    value: float | None
    places: int = 1
    """Decimals shown."""
    labels: tuple[str, ...] = ()
    """Where the figure names a bar, from 0: the bars' labels."""

    @property
    def text(self) -> str:
        """The sentence as it reads now."""
        return self.pattern.replace(_VALUE, "–" if self.value is None else self._shown(self.value))

    def _shown(self, value: float) -> str:
        return self.labels[int(value)] if self.labels else f"{value:.{self.places}f}"


def lines_of(question: QuestionPage) -> tuple[Line, ...]:
    """What is said of a question beside its bars."""
    if question.type is QuestionType.SCALE:
        return tuple(_of_scale(question))
    if question.type is QuestionType.NUMBER:
        return tuple(_of_number(question))
    if question.type is QuestionType.RANKING:
        text = _(
            "Counted by Borda’s method: the first of %(n)s options earns %(n)s points, the last 1, "
            "an option without a rank none.",
            n=len(question.options),
        )
        return (Line("", text, None),)
    if question.type is QuestionType.POINTS:
        text = _("Everyone distributed %(n)s points.", n=question.shape.settings.points)
        return (Line("", text, None),)
    return ()


def pattern_of(question: QuestionPage) -> str | None:
    """How a bar's value reads, where it is points; None for the usual way."""
    if question.type in (QuestionType.RANKING, QuestionType.POINTS):
        return _("%(count)s points (%(share)s%%)", count="{count}", share="{share}")
    return None


@dataclass(frozen=True, slots=True)
class Column:
    """A further column of the table, by the name of its figure."""

    figure: str
    head: str
    places: int


def columns_of(question: QuestionPage) -> tuple[Column, ...]:
    """What the table says beyond amount and share."""
    if question.type is QuestionType.RANKING:
        return Column("mean", _("Mean rank"), 2), Column("first", _("Ranked first"), 0)
    if question.is_statements:
        return (
            Column("agree", _("Agree"), 0),
            Column("disagree", _("Disagree"), 0),
            Column("passed", _("Pass"), 0),
        )
    return ()


def _labels(question: QuestionPage) -> list[str]:
    return [option.label.shown(current_locale()).text for option in question.options]


def _of_number(question: QuestionPage) -> list[Line]:
    labels, found = tuple(_labels(question)), question.figures
    patterns = {
        "median": _("Median lies in: %(value)s", value=_VALUE),
        "lower": _("Lower quartile lies in: %(value)s", value=_VALUE),
        "upper": _("Upper quartile lies in: %(value)s", value=_VALUE),
    }
    return [Line(name, text, found[name], labels=labels) for name, text in patterns.items()]


def _of_scale(question: QuestionPage) -> list[Line]:
    labels, found = _labels(question), question.figures
    lines = [
        Line("top", _both(*labels[:2]), found["top"]),
        Line("bottom", _both(*labels[-2:]), found["bottom"]),
    ]
    if question.shape.settings.is_semantic:
        ends = {"first": labels[0], "last": labels[-1]}
        pattern = _("Mean, from “%(first)s” to “%(last)s”: %(value)s", value=_VALUE, **ends)
        lines.append(Line("mean", pattern, found["mean"], 2))
    elif "mean" in found:
        values = {"first": labels[0], "n": len(labels), "last": labels[-1]}
        pattern = _(
            "Mean, where “%(first)s” counts %(n)s and “%(last)s” counts 1: %(value)s",
            value=_VALUE,
            **values,
        )
        lines.append(Line("mean", pattern, found["mean"], 2))
    return lines


def _both(one: str, two: str) -> str:
    return _("“%(one)s” and “%(two)s” together: %(value)s", one=one, two=two, value=_PERCENT)
