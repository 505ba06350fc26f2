"""What the desk's small forms send."""

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from hanmadang.courses.editing.texts import CHECKED
from hanmadang.courses.editing.typed import Sent, line
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.forms import KEY_LENGTH, KEY_SHORTEST
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import new_key

_LARGEST = 2**31 - 1
_NOTE = 2_000
_SKIPPED = frozenset({"csrf_token", "idempotency_key"})


class TitleMissingError(DomainError):
    """A name is needed in one language at least."""

    status = 422
    text = lazy("Please give a title, in Korean or in English.")


class WrongDayError(DomainError):
    """Not a day of the calendar."""

    status = 422
    text = lazy("Please give the day as year-month-day, such as 2026-12-01.")


def key_in(form: Mapping[str, str]) -> str:
    """The idempotency key sent, or a fresh one."""
    key = form.get("idempotency_key", "")
    return key if KEY_SHORTEST <= len(key) <= KEY_LENGTH else new_key()


def fields_of(form: Mapping[str, str]) -> list[tuple[str, str]]:
    """What tells one request from another."""
    return sorted((name, form[name]) for name in form if name not in _SKIPPED)


def whole(value: str) -> int:
    """A number such as a revision; 0 for anything else."""
    small = value.isascii() and value.isdecimal() and len(value) <= len(str(_LARGEST))
    return min(int(value), _LARGEST) if small else 0


def texts_in(form: Mapping[str, str], name: str, *, optional: bool = False) -> dict[str, str]:
    """A text in the languages in which it was typed, at most 200 characters. Raises."""
    said = {each: line(form.get(f"{name}.{each}", ""))[:200] for each in LANGUAGES}
    found = {each: text for each, text in said.items() if text}
    if not found and not optional:
        raise TitleMissingError
    return found


def note_in(form: Mapping[str, str], name: str) -> str:
    """A note, cut at 2,000 characters."""
    return line(form.get(name, ""))[:_NOTE]


def day_in(form: Mapping[str, str], name: str, zone: str) -> datetime | None:
    """The first instant of a day there; None where none was given. Raises WrongDayError."""
    said = line(form.get(name, ""))
    if not said:
        return None
    try:
        return datetime.combine(date.fromisoformat(said), time(), ZoneInfo(zone))
    except (ValueError, OverflowError) as error:
        raise WrongDayError from error


class AllChecked:
    """The same form, with the box "checked" ticked beside every text."""

    def __init__(self, form: Sent) -> None:
        self._form = form

    def __contains__(self, name: object) -> bool:
        return str(name).endswith(f".{CHECKED}") or name in self._form

    def get(self, key: str, default: str) -> str:
        """As the form has it."""
        return self._form.get(key, default)

    def getlist(self, key: str) -> list[str]:
        """As the form has it."""
        return self._form.getlist(key)
