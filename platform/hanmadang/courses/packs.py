"""Offline packs: a course as a zip that opens without a server, the same bytes every time.

A pack is made once for each version and choice of languages and kept as a file; its name follows
from everything that goes into it, so that nothing needs to be thrown away in time.
"""

import hashlib
import io
import os
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from markupsafe import Markup
from sqlalchemy import select

from hanmadang.courses.queries.offline import PackContent, PackHead, PackUnit, pack_content
from hanmadang.courses.specs import ChoiceBody
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.pages import fragment
from hanmadang.kernel.pictures import Picture
from hanmadang.paths import STATIC, TEMPLATES, TRANSLATIONS

CHOICES: Mapping[str, tuple[str, ...]] = {
    "both": LANGUAGES,
    **{language: (language,) for language in LANGUAGES},
}
"""Which languages a pack may hold."""
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can tell: the same content is the same file."""
_PICTURE = re.compile(r'src="(?:https?://[^"/]+)?/pictures/([0-9a-f]{32})\.webp"')
_OURS = re.compile(r'(href|src|poster)="(?=/(?!/))')
_FILES = ("css/pack.css", "js/pack.js")


def pack_file(head: PackHead, choice: str) -> Path:
    """The pack as a file, made now unless it is there."""
    folder = settings().instance / "packs"
    path = folder / f"{head.slug}-{head.number}-{choice}-{_name(head, choice)}.zip"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        _write(path, build(pack_content(head), CHOICES[choice]))
        for old in folder.glob(f"{head.slug}-{head.number}-{choice}-*.zip"):
            if old != path:
                old.unlink(missing_ok=True)
    return path


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: two requests may make the same pack at the same time."""
    whole = path.with_name(f"{new_key()}.part")
    whole.write_bytes(content)
    os.replace(whole, path)  # noqa: PTH105  (replaces also where the file is there)


def _name(head: PackHead, choice: str) -> str:
    made_of = (head.content_hash, choice, settings().base_url, _house_hash())
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:24]


@cache
def _house_hash() -> str:
    """What the house adds to a course: pages, style, script and words."""
    files = [STATIC / name for name in _FILES]
    files += sorted((TEMPLATES / "courses" / "offline").glob("pack_*.html"))
    files += sorted(TRANSLATIONS.rglob("courses.po"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def build(content: PackContent, languages: Sequence[str]) -> bytes:
    """The zip; the same content gives the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, body in sorted(_entries(content, languages)):
            entry = zipfile.ZipInfo(f"{content.slug}/{name}", _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, body)
    return out.getvalue()


def _entries(content: PackContent, languages: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    pictures: set[str] = set()
    for language in languages:
        with use_locale(language):
            page = fragment(
                "courses/offline/pack_index.html", content=content, up="../", languages=languages,
                base=settings().base_url,
            )  # fmt: skip
            yield f"{language}/index.html", page.encode()
            for place, unit in enumerate(content.units):
                html = _unit_page(content, place, unit, language, languages, pictures)
                yield f"{language}/{unit.file}", html.encode()
    first = languages[0]
    with use_locale(first):
        door = fragment("courses/offline/pack_door.html", content=content, languages=languages)
    yield "index.html", door.encode()
    for name in _FILES:
        yield f"assets/{name.rpartition('/')[2]}", (STATIC / name).read_bytes()
    rows = db.session.execute(
        select(Picture.name, Picture.content).where(Picture.name.in_(pictures))
    )
    for name, picture in rows:
        yield f"media/{name}.webp", picture


def _unit_page(  # noqa: PLR0913, PLR0917  (one page of a pack)
    content: PackContent, place: int, unit: PackUnit, language: str, languages: Sequence[str],
    pictures: set[str],
) -> str:  # fmt: skip
    units = content.units
    blocks = [(number, _inside(html[language], pictures)) for number, html in unit.blocks]
    return fragment(
        "courses/offline/pack_unit.html",
        content=content,
        unit=unit,
        blocks=blocks,
        previous=units[place - 1] if place else None,
        next=units[place + 1] if place + 1 < len(units) else None,
        up="../",
        languages=languages,
        base=settings().base_url,
        is_choice=lambda question: isinstance(question.body, ChoiceBody),
    )


def _inside(html: str, pictures: set[str]) -> Markup:
    """The block's HTML with its pictures from the pack, and other addresses of ours whole."""
    pictures.update(_PICTURE.findall(html))
    own = _PICTURE.sub(r'src="../media/\1.webp"', html)
    whole = _OURS.sub(rf'\1="{settings().base_url}', own)
    return Markup(whole)  # noqa: S704 (cleaned at publication)
