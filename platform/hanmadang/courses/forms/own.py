"""What players and reflections send, read by hand: it comes from scripts as often as from forms."""

import re

from hanmadang.courses.domain import Report, SpansError
from hanmadang.courses.forms.quiz import Fields, block_in
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.forms import UNUSABLE
from hanmadang.kernel.text import UnusableTextError, clean

_SPANS = re.compile(r"\d{1,6}-\d{1,6}( \d{1,6}-\d{1,6})*", re.ASCII)
_LONGEST = 20_000


class UnusableWordsError(DomainError):
    """What was written cannot be stored."""

    status = 422
    text = UNUSABLE


def report_in(fields: Fields) -> Report:
    """The seconds played, as ``0-12 40-65``, and where playing stopped. Raises SpansError."""
    said, stopped = fields.get("spans", ""), fields.get("stopped_at", "0")
    sound = _SPANS.fullmatch(said) and re.fullmatch("[0-9]{1,6}", stopped)
    if len(said) > _LONGEST or not sound:
        raise SpansError
    pairs = (pair.split("-") for pair in said.split())
    spans = tuple((int(start), int(stop)) for start, stop in pairs)
    return Report(block_in(fields), spans, int(stopped))


def words_in(fields: Fields) -> str:
    """What was written, in one normal form, lines ending alike. Raises UnusableWordsError."""
    try:
        return clean(fields.get("body", "")).replace("\r\n", "\n").strip()
    except UnusableTextError as error:
        raise UnusableWordsError from error
