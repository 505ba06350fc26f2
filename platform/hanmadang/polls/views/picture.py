"""One result as a drawing of fixed size: where each word and bar stands."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from hanmadang.polls.queries import QuestionPage
from hanmadang.polls.views.lines import pattern_of

WIDTH = 1200
_LEFT, _RIGHT = 60, 1140
_TITLE, _LABEL = 44, 30
"""Sizes of letters."""
_LEADING = 1.35
_NARROW = 0.56
"""How wide a letter is beside a Hangul syllable."""
_BAR, _AFTER = 26, 26


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text, its baseline at `y`."""

    text: str
    y: int


@dataclass(frozen=True, slots=True)
class Row:
    """An option: its label, its value and its bar."""

    lines: tuple[Words, ...]
    value: str
    bar_y: int
    bar_width: int


@dataclass(frozen=True, slots=True)
class Picture:
    """The whole drawing."""

    title: str
    heading: tuple[Words, ...]
    rows: tuple[Row, ...]
    answered: int
    foot_y: int
    height: int

    @property
    def description(self) -> str:
        """What the picture shows, for those who hear it."""
        return "; ".join(
            f"{' '.join(line.text for line in row.lines)} {row.value}" for row in self.rows
        )


def picture_of(question: QuestionPage, language: str) -> Picture:
    """The question's bars as they stand now."""
    title = question.text.shown(language).text
    y = 90
    heading, y = _column(wrapped(title, (_RIGHT - _LEFT) / _TITLE), y, _TITLE)
    y += 24
    rows, pattern = [], pattern_of(question) or "{count} · {share}%"
    for option, bar in question.measured():
        label = wrapped(option.label.shown(language).text, (_RIGHT - _LEFT - 260) / _LABEL)
        lines, y = _column(label, y + _LABEL, _LABEL)
        top = lines[-1].y + 14
        width = round((_RIGHT - _LEFT) * (bar.share or 0) / 100)
        rows.append(Row(lines, _value(bar.count, bar.share, pattern), top, width))
        y = top + _BAR + _AFTER
    foot = y + 40
    return Picture(title, heading, tuple(rows), question.answered, foot, max(630, foot + 50))


def _value(count: int, share: float | None, pattern: str) -> str:
    amount = f"{count:,}"
    if share is None:
        return amount
    return pattern.replace("{count}", amount).replace("{share}", f"{share:.1f}")


def _column(texts: Sequence[str], y: int, size: int) -> tuple[tuple[Words, ...], int]:
    step = round(size * _LEADING)
    lines = tuple(Words(text, y + place * step) for place, text in enumerate(texts))
    return lines, y + len(texts) * step


def wrapped(text: str, most: float) -> list[str]:
    """The text in lines of at most `most` Hangul widths, broken between words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _width(longer) > most:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _width(text: str) -> float:
    return sum(1 if unicodedata.east_asian_width(c) in "WF" else _NARROW for c in text)
