"""From the texts a browser sends to the numbers of an answer.

The short way of a vote and the form read alike, because both read here. What cannot be read
becomes `UNREADABLE`, which no shape accepts.
"""

from collections.abc import Callable, Mapping, Sequence

from werkzeug.datastructures import MultiDict

from hanmadang.polls.models import QuestionType
from hanmadang.polls.shapes import Answer, Settings

Fields = MultiDict[str, str]
UNREADABLE = -1


def sent_id(text: str) -> int:
    """An option's id as sent."""
    readable = text.isdecimal() and len(text) < len("2147483648")
    return int(text) if readable else UNREADABLE


def from_ids(texts: Sequence[str]) -> Answer:
    """Options named by their ids."""
    return tuple(sent_id(text) for text in texts)


def read_answer(
    type_: QuestionType, name: str, settings: Settings, fields: Fields
) -> Answer | None:
    """The answer that a browser sent under this name; None where the question was left alone."""
    return _READERS[type_](name, settings, fields)


def _one(name: str, _settings: Settings, fields: Fields) -> Answer | None:
    return from_ids(fields.getlist(name)[:1]) or None


def _several(name: str, _settings: Settings, fields: Fields) -> Answer | None:
    return from_ids(fields.getlist(name))


def _number(name: str, settings: Settings, fields: Fields) -> Answer | None:
    return from_number(fields.get(name, ""), settings)


def from_number(text: str, settings: Settings) -> Answer:
    """A number as typed; an emptied field takes an answer back."""
    if not text.strip() or settings.range is None:
        return ()
    place = settings.range.place_of(text)
    return (UNREADABLE if place is None else place,)


_READERS: Mapping[QuestionType, Callable[[str, Settings, Fields], Answer | None]] = {
    QuestionType.ONE: _one,
    QuestionType.SEVERAL: _several,
    QuestionType.SCALE: _one,
    QuestionType.NUMBER: _number,
}
