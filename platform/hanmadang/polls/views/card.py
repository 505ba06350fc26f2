"""What a poll's card for messengers says, and how it is drawn: 1200 by 630, in one language.

A `Sheet` holds every word and number of the picture, so that the same sheet is the same picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from hanmadang.kernel.canvas import Canvas, Face
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.i18n import _, _n, format_number
from hanmadang.polls.models import PollState
from hanmadang.polls.queries import OptionPage, PollPage, QuestionPage
from hanmadang.polls.queries.figures import Measured
from hanmadang.polls.views.hall import pictures
from hanmadang.polls.views.lines import pattern_of

WIDTH, HEIGHT = 1200, 630
_LEFT, _RIGHT = 72, 1128
_INK, _SOFT, _BLUE, _TRACK = "#1e2124", "#464c53", "#0b50d0", "#e6e8ea"
_STRIPES = ("#0b50d0", "#1b6e4b", "#b5371b", "#74327f", "#dd9a00")
_LABEL, _VALUE = Face(28, 600), Face(28, 800)
_MOST = 6
"""Bars that can be read in a small frame."""
_LABEL_RIGHT, _BAR_LEFT, _BAR_RIGHT = 650, 680, 1104
"""The last is where bars end that have no value beside them."""
_TALL = 72
"""A row in which a label has two lines."""
_ENDS = (".", "?", "!")


@dataclass(frozen=True, slots=True)
class Bar:
    """One option."""

    label: str
    value: str
    share: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything that stands on a card."""

    site: str
    title: str
    state: str
    address: str
    question: str = ""
    bars: tuple[Bar, ...] = ()
    more: str = ""
    answered: str = ""

    @property
    def outline(self) -> "Sheet":
        """The same without its numbers: what changes only when a person decided something."""
        return replace(self, bars=(), answered="", more="")

    @property
    def summary(self) -> str:
        """What is said below the title where a messenger shows words."""
        return " · ".join(part for part in (self.state, self.answered) if part)

    @property
    def description(self) -> str:
        """The picture in words."""
        shown = "; ".join(f"{bar.label} {bar.value}" for bar in self.bars)
        parts = (self.title, self.state, self.question, shown, self.more, self.answered)
        return " ".join(part if part.endswith(_ENDS) else f"{part}." for part in parts if part)


def sheet_of(page: PollPage, language: str) -> Sheet:
    """What a stranger may see of the poll now: its title, and one result where one is public."""
    sheet = Sheet(
        _("Hanmadang"),
        page.title.shown(language).text,
        _state(page),
        f"{urlsplit(settings().base_url).netloc}/p/{page.code}",
    )
    public = pictures(page)
    if not public or not public[0][1].answered:
        return sheet
    question = public[0][1]
    bars = question.measured()
    shown = _largest(bars)
    return replace(
        sheet,
        question=question.text.shown(language).text,
        bars=tuple(_bar(question, option, bar, language) for option, bar in shown),
        more=_more(len(bars) - len(shown), len(page.questions) - 1),
        answered=_("Answers: %(num)s", num=format_number(question.answered, language)),
    )


def _state(page: PollPage) -> str:
    if page.is_closed:
        return _("Final result")
    if page.state is PollState.PAUSED:
        return _("The poll is paused")
    return _("Answer this poll now")


def _largest(bars: Sequence[tuple[OptionPage, Measured]]) -> list[tuple[OptionPage, Measured]]:
    """As many as can be read, in their own order."""
    places = sorted(range(len(bars)), key=lambda place: -(bars[place][1].share or 0))[:_MOST]
    return [bars[place] for place in sorted(places)]


def _bar(question: QuestionPage, option: OptionPage, bar: Measured, language: str) -> Bar:
    pattern = pattern_of(question) or "{share}%"
    share = f"{bar.share or 0:.1f}"
    value = pattern.replace("{count}", f"{bar.count:,}").replace("{share}", share)
    return Bar(option.label.shown(language).text, value, bar.share or 0)


def _more(options: int, questions: int) -> str:
    texts = [
        _n("%(n)s more option", "%(n)s more options", options) if options else "",
        _n("%(n)s more question", "%(n)s more questions", questions) if questions else "",
    ]
    return " · ".join(text for text in texts if text)


def draw(sheet: Sheet) -> bytes:
    """The card as a PNG."""
    canvas = Canvas(WIDTH, HEIGHT)
    step = WIDTH / len(_STRIPES)
    for place, colour in enumerate(_STRIPES):
        canvas.bar((place * step, 0, (place + 1) * step, 13), colour)
    canvas.text((_LEFT, 74), sheet.site, Face(30, 800), _BLUE)
    canvas.text((_RIGHT, 74), sheet.state, Face(30, 600), _SOFT, ends=True)
    if sheet.bars:
        _result(canvas, sheet)
    else:
        _invitation(canvas, sheet)
    canvas.text((_RIGHT, 592), sheet.address, Face(28, 600), _BLUE, ends=True)
    return canvas.png()


def _invitation(canvas: Canvas, sheet: Sheet) -> None:
    face = Face(72, 800)
    lines = face.lines(sheet.title, _RIGHT - _LEFT, 4)
    first = 350 - (len(lines) - 1) * 47
    canvas.column((_LEFT, first), lines, face, _INK)


def _result(canvas: Canvas, sheet: Sheet) -> None:
    face, small = Face(40, 800), Face(30, 600)
    y = canvas.column((_LEFT, 144), face.lines(sheet.title, _RIGHT - _LEFT, 1), face, _INK)
    y = canvas.column((_LEFT, y), small.lines(sheet.question, _RIGHT - _LEFT, 2), small, _SOFT)
    y -= 14
    height = min(84.0, (556 - y) / len(sheet.bars))
    right = _BAR_RIGHT - max(_VALUE.width(bar.value) for bar in sheet.bars)
    for bar in sheet.bars:
        _row(canvas, bar, (y, height), right)
        y += height
    foot = " · ".join(part for part in (sheet.answered, sheet.more) if part)
    canvas.text((_LEFT, 592), foot, Face(28, 400), _SOFT)


def _row(canvas: Canvas, bar: Bar, row: tuple[float, float], right: float) -> None:
    top, height = row
    middle = top + height / 2
    lines = _LABEL.lines(bar.label, _LABEL_RIGHT - _LEFT, 2 if height >= _TALL else 1)
    first = middle + 10 - (len(lines) - 1) * _LABEL.size * 0.65
    canvas.column((_LEFT, first), lines, _LABEL, _INK)
    canvas.bar((_BAR_LEFT, middle - 13, right, middle + 13), _TRACK, 6)
    filled = (right - _BAR_LEFT) * min(bar.share, 100) / 100
    if filled >= 1:
        end = _BAR_LEFT + max(filled, 12)
        canvas.bar((_BAR_LEFT, middle - 13, end, middle + 13), _BLUE, 6)
    canvas.text((_RIGHT, middle + 10), bar.value, _VALUE, _INK, ends=True)
