"""Making a pack, once for each version and choice of languages.

Its name follows from everything that goes into it, so that nothing needs to be thrown away in
time. Files from the database are written part by part: a film is never held whole.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

from sqlalchemy import select

from hanmadang.courses.packs import media, pages
from hanmadang.courses.queries.offline import PackContent, PackHead, pack_content
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pictures import Picture
from hanmadang.paths import STATIC, TEMPLATES, TRANSLATIONS

CHOICES: Mapping[str, tuple[str, ...]] = {
    "both": LANGUAGES,
    **{language: (language,) for language in LANGUAGES},
}
"""Which languages a pack may hold."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can tell: the same content is the same file."""
_FILES = ("css/pack.css", "js/pack.js")
_CODE = Path(__file__).parent


def pack_file(head: PackHead, choice: str) -> Path:
    """The pack as a file, made now unless it is there."""
    folder = settings().instance / "packs"
    path = folder / f"{head.slug}-{head.number}-{choice}-{_name(head, choice)}.zip"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, pack_content(head), CHOICES[choice])
        for old in folder.glob(f"{head.slug}-{head.number}-{choice}-*.zip"):
            if old != path:
                old.unlink(missing_ok=True)
    return path


def _write(path: Path, content: PackContent, languages: Sequence[str]) -> None:
    """Whole or not at all: two requests may make the same pack at the same time."""
    whole = path.with_name(f"{new_key()}.part")
    try:
        with whole.open("wb") as out:
            _write_into(out, content, languages)
        whole.replace(path)
    finally:
        whole.unlink(missing_ok=True)


def _name(head: PackHead, choice: str) -> str:
    made_of = (head.content_hash, choice, settings().base_url, _house_hash())
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:24]


@cache
def _house_hash() -> str:
    """What the house adds to a course: pages, style, script, words, and how it makes them."""
    files = [STATIC / name for name in _FILES]
    files += sorted((TEMPLATES / "courses" / "offline").glob("pack_*.html"))
    files += sorted(TRANSLATIONS.rglob("courses.po"))
    files += sorted(_CODE.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def build(content: PackContent, languages: Sequence[str]) -> bytes:
    """The zip; the same content gives the same bytes."""
    out = io.BytesIO()
    _write_into(out, content, languages)
    return out.getvalue()


def _write_into(out: IO[bytes], content: PackContent, languages: Sequence[str]) -> None:
    chosen = media.chosen(db.session(), content)
    made = pages.made(content, languages, chosen)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, body in sorted([*made, *_beside()]):
            archive.writestr(_entry(f"{content.slug}/{name}"), body)
        for name, picture in _pictures(chosen):
            archive.writestr(_entry(f"{content.slug}/media/{name}", packed=False), picture)
        for name in sorted(chosen.inside):
            with archive.open(_entry(f"{content.slug}/media/{name}", packed=False), "w") as entry:
                for part in media.parts(db.session(), name):
                    entry.write(part)


def _entry(name: str, *, packed: bool = True) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _LONG_AGO)
    entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    entry.external_attr = 0o644 << 16
    return entry


def _beside() -> Iterator[tuple[str, bytes]]:
    for name in _FILES:
        yield f"assets/{name.rpartition('/')[2]}", (STATIC / name).read_bytes()


def _pictures(chosen: media.Chosen) -> Iterator[tuple[str, bytes]]:
    rows = db.session.execute(
        select(Picture.name, Picture.content)
        .where(Picture.name.in_(chosen.pictures))
        .order_by(Picture.name)
    )
    for name, picture in rows:
        yield f"{name}.webp", picture
