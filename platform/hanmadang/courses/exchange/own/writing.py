"""The archive (``course.json``, ``pictures/``, ``media/``): same content, same bytes."""

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from hanmadang.courses.exchange.imported import File

VERSION = 1
COURSE = "course.json"
_BEGIN_OF_TIME = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Packed:
    """What lies in an archive."""

    course: File
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    media: Mapping[str, bytes | Iterable[bytes]] = field(default_factory=dict)
    """By name; a stored one in its parts, read as they are written."""
    is_bank: bool = False
    language: str = ""


def write(packed: Packed) -> bytes:
    """The archive's bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        _add(archive, COURSE, [document(packed)], zipfile.ZIP_DEFLATED)
        for name, data in sorted(packed.pictures.items()):
            _add(archive, f"pictures/{name}.webp", [data], zipfile.ZIP_STORED)
        for name, stored in sorted(packed.media.items()):
            parts = [stored] if isinstance(stored, bytes) else stored
            _add(archive, f"media/{name}", parts, zipfile.ZIP_STORED)
    return out.getvalue()


def document(packed: Packed) -> bytes:
    """What stands in `COURSE`."""
    said = {
        "version": VERSION,
        "language": packed.language,
        "is_bank": packed.is_bank,
        "course": packed.course,
    }
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True).encode()


def _add(archive: zipfile.ZipFile, name: str, parts: Iterable[bytes], method: int) -> None:
    entry = zipfile.ZipInfo(name, _BEGIN_OF_TIME)
    entry.external_attr = _PLAIN_FILE
    entry.create_system = 3
    entry.compress_type = method
    with archive.open(entry, "w") as file:
        for part in parts:
            file.write(part)
