"""What a device tells of learning it kept: read strictly, bounded, and never believed for more.

A device says what was opened, reached, read and answered, when by its own clock, and in which
version. Whether an answer is right is never told; the house works it out again.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from hanmadang.courses.models import EventKind
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import digest
from hanmadang.kernel.text import UnusableTextError, clean

FORMAT = 1
MOST_EVENTS = 1_000
MOST_LETTERS = 400_000
"""A thousand happenings with long slugs; below what a form may hold as text."""
_KEY = re.compile(r"[A-Za-z0-9_-]{8,40}")
_SLUG = re.compile(r"[a-z0-9-]{1,60}")
_KINDS = frozenset(
    {EventKind.OPENED, EventKind.BLOCK_REACHED, EventKind.ANSWERED, EventKind.COMPLETED}
)
_LONGEST_ANSWER = 500
_MOST_PARTS = 60


class UnreadableDeviceError(DomainError):
    """What the device sent is not what our pages keep (422)."""

    status = 422
    text = lazy("This is not a file of answers that our pages wrote.")


@dataclass(frozen=True, slots=True)
class Told:
    """One happening as a device tells it."""

    key: str
    """What makes it one happening, however often it is told."""
    kind: EventKind
    course: str
    module: str
    unit: str
    version: int
    """The version's number, as it was read."""
    at: datetime
    """The device's clock."""
    block: int = 0
    question: str = ""
    response: tuple[Any, ...] = ()


def read_told(text: str) -> list[Told]:
    """The happenings in a file that a device wrote. Raises UnreadableDeviceError."""
    if len(text) > MOST_LETTERS:
        raise UnreadableDeviceError
    try:
        whole = json.loads(clean(text), parse_constant=_refuse)
    except (ValueError, RecursionError, UnusableTextError) as error:
        raise UnreadableDeviceError from error
    if not isinstance(whole, dict) or whole.get("hanmadang") != FORMAT:
        raise UnreadableDeviceError
    events = whole.get("events")
    if not isinstance(events, list) or len(events) > MOST_EVENTS:
        raise UnreadableDeviceError
    return [_event(each) for each in events]


def write_told(events: list[Told]) -> str:
    """The file that says this: what a device would write."""
    return json.dumps({"hanmadang": FORMAT, "events": [_plain(each) for each in events]})


def told_answers(given: Mapping[str, Iterable[Any]], key: str) -> str:
    """Answers that were checked without an account, for the device to keep if it likes."""
    kept = [
        {"k": digest(f"{key}:{slug}:{list(response)}")[:24], "q": slug, "r": list(response)}
        for slug, response in given.items()
    ]
    return json.dumps(kept, ensure_ascii=False)


def clipped(at: datetime, earliest: datetime, now: datetime) -> datetime:
    """A device's clock, held between the day the course appeared and this moment."""
    return min(max(at, earliest), now)


def _refuse(_value: object) -> NoReturn:
    raise UnreadableDeviceError


def _event(each: object) -> Told:
    if not isinstance(each, dict):
        raise UnreadableDeviceError
    kind = _text(each, "e", re.compile("[a-z_]{1,20}"))
    if kind not in _KINDS:
        raise UnreadableDeviceError
    return Told(
        key=_text(each, "k", _KEY),
        kind=EventKind(kind),
        course=_text(each, "c", _SLUG),
        module=_text(each, "m", _SLUG),
        unit=_text(each, "u", _SLUG),
        version=_number(each, "v"),
        at=_instant(each),
        block=_number(each, "b") if kind == EventKind.BLOCK_REACHED else 0,
        question=_text(each, "q", _SLUG) if kind == EventKind.ANSWERED else "",
        response=_response(each) if kind == EventKind.ANSWERED else (),
    )


def _text(each: Mapping[str, Any], name: str, shape: re.Pattern[str]) -> str:
    value = each.get(name)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise UnreadableDeviceError
    return value


def _number(each: Mapping[str, Any], name: str) -> int:
    value = each.get(name)
    if type(value) is not int or not 0 < value <= 9_999:  # noqa: PLR2004  (no course has more)
        raise UnreadableDeviceError
    return value


def _instant(each: Mapping[str, Any]) -> datetime:
    try:
        told = datetime.fromisoformat(str(each.get("t")))
        return told.astimezone(UTC) if told.tzinfo else _refuse(told)
    except (ValueError, OverflowError) as error:
        raise UnreadableDeviceError from error


def _response(each: Mapping[str, Any]) -> tuple[Any, ...]:
    """A list of small numbers and short texts; what else it must be is the question's business."""
    value = each.get("r")
    if not isinstance(value, list) or not 0 < len(value) <= _MOST_PARTS:
        raise UnreadableDeviceError
    if not all(_is_part(part) for part in value):
        raise UnreadableDeviceError
    return tuple(value)


def _is_part(part: object) -> bool:
    if isinstance(part, str):
        return len(part) <= _LONGEST_ANSWER
    return type(part) in {int, float} or part is None


def _plain(told: Told) -> dict[str, Any]:
    plain: dict[str, Any] = {
        "k": told.key, "e": told.kind.value, "c": told.course, "m": told.module, "u": told.unit,
        "v": told.version, "t": told.at.isoformat(),
    }  # fmt: skip
    if told.kind is EventKind.BLOCK_REACHED:
        plain["b"] = told.block
    if told.kind is EventKind.ANSWERED:
        plain |= {"q": told.question, "r": list(told.response)}
    return plain
