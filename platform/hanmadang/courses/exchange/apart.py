"""Reading in another process: what a stranger's file costs is bounded, whatever is in it."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import Any

from hanmadang.courses.exchange.child import DRAWING, seconds_for
from hanmadang.courses.exchange.failures import ExchangeError, TooHeavyError
from hanmadang.courses.exchange.imported import Format, Options
from hanmadang.courses.exchange.report import Note
from hanmadang.kernel.i18n import LazyText
from hanmadang.paths import PACKAGES

_NEEDED = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
_PATIENCE = 4
"""How much longer than its processor time a child may take on a busy machine."""
_START = 20


@dataclass(frozen=True, slots=True)
class Read:
    """What reading a file gave."""

    format: Format
    language: str
    figures: dict[str, int]
    notes: tuple[Note, ...]
    archive: bytes
    """An archive of ours with everything that was taken over."""


def read_apart(name: str, data: bytes, options: Options, format_: Format | None = None) -> Read:
    """The whole of a file, read in a process of its own. Raises ExchangeError."""
    order = {
        "name": name,
        "format": format_.value if format_ else "",
        "language": options.language,
        "competency": options.competency,
    }
    head, archive = _ask(json.dumps(order).encode() + b"\n", data)
    said = json.loads(head)
    if "refused" in said:
        raise ExchangeError(text=_unpacked(said["refused"]))
    return Read(
        Format(said["format"]),
        said["language"],
        said["figures"],
        tuple(Note.from_json(note) for note in said["notes"]),
        archive,
    )


def _ask(order: bytes, data: bytes) -> tuple[bytes, bytes]:
    """What the child said: its line, and the archive. Raises TooHeavyError where it was ended.

    Both ways go through files without a name, so that a film is not held here several times.
    """
    surroundings = {name: value for name, value in os.environ.items() if name in _NEEDED}
    until = _START + _PATIENCE * (seconds_for(len(data)) + DRAWING)
    with TemporaryFile() as asked, TemporaryFile() as said:
        asked.write(order)
        asked.write(data)
        asked.seek(0)
        try:
            subprocess.run(
                [sys.executable, "-m", "hanmadang.courses.exchange.child"],
                stdin=asked,
                stdout=said,
                stderr=subprocess.DEVNULL,
                env=surroundings | {"PYTHONPATH": str(PACKAGES)},
                timeout=until,
                check=True,
            )
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
            raise TooHeavyError from error
        said.seek(0)
        return said.readline(), said.read()


def _unpacked(said: Any) -> Any:
    if isinstance(said, dict):
        values = {name: _unpacked(value) for name, value in said["values"].items()}
        return LazyText(said["message"], values)
    return said
