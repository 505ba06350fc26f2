"""Compiling message catalogues: at start, when a text is newer than its compiled form."""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from hanmadang.paths import TRANSLATIONS


def compile_stale(folder: Path = TRANSLATIONS) -> list[Path]:
    """Compile every ``.po`` that is newer than its ``.mo``; returns the files written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        part = target.with_suffix(f".{os.getpid()}.part")  # several processes may start at once
        with part.open("wb") as file:
            write_mo(file, catalogue)
        part.replace(target)
        written.append(target)
    return written
