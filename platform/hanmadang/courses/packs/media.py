"""What is seen and heard in a pack: which files go along, and what is said of those that stay.

Pictures and captions always come along. Documents and recordings come before films, and a large
film, or what no longer fits, is named with its size and a link.
"""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup
from sqlalchemy.orm import Session

from hanmadang.courses.queries.offline import PackContent
from hanmadang.kernel import media
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.i18n import _, current_locale, format_number

FILM_BYTES = 16 * 10**6
"""A larger film stays online."""
MOST_BYTES = 64 * 10**6
"""Of all files of a pack together."""
_MEGABYTE = 10**6
_PICTURE = re.compile(r'src="(?:https?://[^"/]+)?/pictures/([0-9a-f]{32})\.webp"')
_FILE = re.compile(r'(?:src|href)="(?:https?://[^"/]+)?/media/([0-9a-f]{32}\.[a-z0-9]{2,4})"')
_PLAYER = re.compile(
    r'<(?P<tag>video|audio)\b[^>]*?\bsrc="/media/(?P<name>[^"#]+)"[^>]*>.*?</(?P=tag)>', re.DOTALL
)
_SAVED = re.compile(r'<a\b[^>]*?\bhref="/media/(?P<name>[^"#]+)"[^>]*>.*?</a>', re.DOTALL)
_OURS = re.compile(r'(href|src|poster)="(?=/(?!/))')
_LEFT = Markup('<p class="left-out">{} <a href="{}">{}</a></p>')
_CAPTIONS = "vtt"
_FILMS = ("mp4", "webm")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a version's files goes along."""

    pictures: frozenset[str]
    sizes: Mapping[str, int]
    """Of every stored file that the pages name."""
    inside: frozenset[str]
    """Those in the pack."""
    captions: Mapping[str, bytes]

    @property
    def left(self) -> list[str]:
        """The files that are named and not there."""
        return sorted(set(self.sizes) - self.inside - set(self.captions))


def chosen(session: Session, content: PackContent) -> Chosen:
    """What goes along of all that the pages of a version name."""
    texts = [
        html for unit in content.units for block in unit.blocks for html in block.html.values()
    ]
    asked = [name for unit in content.units for name in unit.pictures]
    named = list(dict.fromkeys(name for text in texts for name in _FILE.findall(text)))
    sizes = media.sizes(session, named)
    captions = {
        name: b"".join(parts(session, name)) for name in sizes if name.endswith(f".{_CAPTIONS}")
    }
    pictures = {name for text in texts for name in _PICTURE.findall(text)}
    return Chosen(
        pictures=frozenset({*pictures, *asked}),
        sizes=sizes,
        inside=fitting([(name, sizes[name]) for name in named if name in sizes.keys() - captions]),
        captions=captions,
    )


def fitting(files: Iterable[tuple[str, int]]) -> frozenset[str]:
    """Those of these (name, bytes) that fit, in reading order; films after everything else."""
    room, inside = MOST_BYTES, set()
    for name, size in sorted(files, key=lambda file: _is_film(file[0])):
        if size <= room and not (_is_film(name) and size > FILM_BYTES):
            room -= size
            inside.add(name)
    return frozenset(inside)


def _is_film(name: str) -> bool:
    return name.endswith(_FILMS)


def parts(session: Session, name: str) -> Iterator[bytes]:
    """The content of a stored file, piece by piece."""
    size = media.sizes(session, [name])[name]
    for start in range(0, size, media.PART_BYTES):
        yield media.content(session, name, start, min(size, start + media.PART_BYTES))


def inside(html: str, has: Chosen) -> Markup:
    """A block's HTML: what came along from the pack, and other addresses of ours whole."""
    own = _PICTURE.sub(r'src="../media/\1.webp"', html)
    for shape in (_PLAYER, _SAVED):
        own = shape.sub(lambda found: _of_file(found[0], found["name"], has), own)
    whole = _OURS.sub(rf'\1="{settings().base_url}', own)
    return Markup(whole)  # noqa: S704 (cleaned at publication)


def _of_file(html: str, name: str, has: Chosen) -> str:
    if name not in has.inside:
        size = size_of(has.sizes[name]) if name in has.sizes else ""
        return str(_LEFT.format(_said(name, size), f"{settings().base_url}/media/{name}",
                                _("Open it online")))  # fmt: skip
    return _FILE.sub(lambda found: _address(found[0], found[1], has), html)


def _address(whole: str, name: str, has: Chosen) -> str:
    """A browser loads no captions from a folder on a disk, so they stand in the page itself."""
    attribute = whole.partition("=")[0]
    if name in has.captions:
        return f'{attribute}="data:text/vtt;base64,{b64encode(has.captions[name]).decode()}"'
    return f'{attribute}="../media/{name}"'


def _said(name: str, size: str) -> str:
    if _is_film(name):
        return _("This film (%(size)s) is not in the pack.", size=size)
    return _("This file (%(size)s) is not in the pack.", size=size)


def size_of(count: int) -> str:
    """How large a file is, as people say it."""
    language = current_locale()
    if count >= _MEGABYTE:
        megabytes = (
            round(count / _MEGABYTE, 1) if count < 10 * _MEGABYTE else round(count / _MEGABYTE)
        )
        return _("%(n)s MB", n=format_number(megabytes, language))
    return _("%(n)s KB", n=format_number(max(1, round(count / 1000)), language))
