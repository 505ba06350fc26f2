"""From the texts a browser sends to the numbers of an answer.

The short way of a vote and the form read alike, because both read here. What cannot be read
becomes `UNREADABLE`, which no shape accepts.
"""

from collections.abc import Callable, Container, Mapping, Sequence
from itertools import islice

from werkzeug.datastructures import MultiDict

from hanmadang.polls.models import QuestionType
from hanmadang.polls.shapes import MOST_POINTS, UNREADABLE, Answer, Settings
from hanmadang.polls.words import MOST_WORDS

Fields = MultiDict[str, str]
_MOST_FIELDS = 20
"""More than any question has options; what a form never holds need not be read."""


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


def marker(name: str) -> str:
    """What a question with boxes sends beside them: browsers send nothing for unticked ones."""
    return f"{name}-asked"


def is_several_sent(name: str, fields: Container[str]) -> bool:
    """Whether boxes were on the page and could be ticked, which is no matter of ticks."""
    return name in fields or marker(name) in fields


def _several(name: str, _settings: Settings, fields: Fields) -> Answer | None:
    return from_ids(fields.getlist(name)) if is_several_sent(name, fields) else None


def _number(name: str, settings: Settings, fields: Fields) -> Answer | None:
    return from_number(fields[name], settings) if name in fields else None


def from_number(text: str, settings: Settings) -> Answer:
    """A number as typed; an emptied field takes an answer back."""
    if not text.strip() or settings.range is None:
        return ()
    place = settings.range.place_of(text)
    return (UNREADABLE if place is None else place,)


def _by_option(name: str, fields: Fields) -> dict[int, str]:
    """What was sent for each option under ``<name>-<option id>``."""
    sent = (key for key in fields if key.startswith(f"{name}-"))
    few = islice(sent, _MOST_FIELDS)
    return {sent_id(key.removeprefix(f"{name}-")): fields[key] for key in few}


def _ranking(name: str, _settings: Settings, fields: Fields) -> Answer | None:
    typed = _by_option(name, fields)
    return from_ranks(typed) if typed else None


def from_ranks(typed: Mapping[int, str]) -> Answer:
    """Ranks by option; they must run from 1 with none twice and none left out."""
    ranked = sorted((sent_id(text.strip()), id_) for id_, text in typed.items() if text.strip())
    if [rank for rank, _id in ranked] != list(range(1, len(ranked) + 1)):
        return (UNREADABLE,)
    return tuple(id_ for _rank, id_ in ranked)


def _points(name: str, _settings: Settings, fields: Fields) -> Answer | None:
    typed = _by_option(name, fields)
    return from_points(typed) if typed else None


def from_points(typed: Mapping[int, str]) -> Answer:
    """Points by option; an empty field is none."""
    answer: list[int] = []
    for id_, text in typed.items():
        points = sent_id(text.strip() or "0")
        if points == UNREADABLE:
            return (UNREADABLE,)
        answer += [id_] * min(points, MOST_POINTS + 1)  # a wrong sum stays wrong
    return tuple(answer)


def sent_lines(texts: Sequence[str]) -> tuple[str, ...]:
    """Typed answers as sent; one more than any question takes shows that it is too many."""
    return tuple(texts[: MOST_WORDS + 1])


def read_texts(name: str, fields: Fields) -> tuple[str, ...] | None:
    """What was typed under this name; None where the question was left alone."""
    return sent_lines(fields.getlist(name)) if name in fields else None


_READERS: Mapping[QuestionType, Callable[[str, Settings, Fields], Answer | None]] = {
    QuestionType.ONE: _one,
    QuestionType.SEVERAL: _several,
    QuestionType.SCALE: _one,
    QuestionType.NUMBER: _number,
    QuestionType.RANKING: _ranking,
    QuestionType.POINTS: _points,
    QuestionType.STATEMENTS: _one,
}
