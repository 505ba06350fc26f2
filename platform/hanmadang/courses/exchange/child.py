"""The process that reads what a stranger sent: its own time, its own memory, no database.

``python -m hanmadang.courses.exchange.child`` takes an order (one line of JSON) and the file on its
standard input. It answers with one line of JSON and, where all went well, an archive of ours.
`apart` starts it; a file that kills it harms nobody else.
"""

import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from hanmadang.courses.exchange import own
from hanmadang.courses.exchange.failures import ExchangeError, TooHeavyError
from hanmadang.courses.exchange.formats import read
from hanmadang.courses.exchange.imported import Format, Imported, Options
from hanmadang.courses.exchange.pictures import draw_all
from hanmadang.kernel.i18n import LazyText

SECONDS = 1.0
"""Processor time for reading a file of up to `SMALL`; a quarter of a second for each MB beyond."""
SMALL = 4 * 1024 * 1024
DRAWING = 20.0
"""Processor time for all pictures together."""
MEGABYTES = 256
_MEGABYTE = 1024 * 1024
_POLITE = 5


class SlowError(BaseException):
    """Time is up; no importer catches it."""


def seconds_for(size: int) -> float:
    """Processor time for reading a file of that size."""
    return SECONDS + max(0, size - SMALL) / _MEGABYTE / 4


def main() -> None:
    """Read the one file on standard input."""
    os.nice(_POLITE)
    order = json.loads(sys.stdin.buffer.readline())
    _limit(resource.RLIMIT_AS, MEGABYTES * _MEGABYTE)
    spent = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    try:
        data = sys.stdin.buffer.read()
        within = seconds_for(len(data))
        _limit(resource.RLIMIT_CPU, int(spent + within + DRAWING) + 3)
        imported = _imported(order, data)
        del data  # what came out is held now, and is about to be written
        head, archive = _packed(imported)
    except (MemoryError, SlowError):
        head, archive = _refusal(TooHeavyError()), b""
    except ExchangeError as error:
        head, archive = _refusal(error), b""
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n")
    sys.stdout.buffer.write(archive)


def answer(order: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """What a file gives: facts for the page, and the archive. Raises ExchangeError, SlowError."""
    return _packed(_imported(order, data))


def _imported(order: dict[str, Any], data: bytes) -> Imported:
    options = Options(order["language"], order["competency"])
    chosen = Format(order["format"]) if order["format"] else None
    imported: Imported = _timed(
        seconds_for(len(data)), lambda: read(order["name"], data, options, chosen)
    )
    _timed(DRAWING, lambda: draw_all(imported))
    return imported


def _packed(imported: Imported) -> tuple[dict[str, Any], bytes]:
    packed = own.Packed(
        imported.course,
        imported.pictures,
        imported.media,
        imported.is_bank,
        imported.language,
    )
    head = {
        "format": imported.format.value,
        "language": imported.language,
        "figures": imported.figures(),
        "notes": [note.to_json() for note in imported.notes],
    }
    return head, own.write(packed)


def _timed(seconds: float, work: Callable[[], Any]) -> Any:
    signal.signal(signal.SIGPROF, _slow)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return work()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _slow(_number: int, _frame: Any) -> None:
    raise SlowError


def _refusal(error: ExchangeError) -> dict[str, Any]:
    return {"refused": packed_text(error.text)}


def packed_text(text: object) -> Any:
    """A message as JSON, to be translated by whoever shows it."""
    if isinstance(text, LazyText):
        values = {name: packed_text(value) for name, value in text.values.items()}
        return {"message": text.message, "values": values}
    return text if isinstance(text, int | float) else str(text)


def _limit(what: int, most: int) -> None:
    with suppress(ValueError, OSError):  # a system that cannot hold it, or holds it tighter
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main()
