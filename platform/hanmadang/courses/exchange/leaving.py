"""A course in each of the forms in which it can leave, with a report of what each cannot say."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from hanmadang.courses.exchange import own
from hanmadang.courses.exchange.gift import writing as gift
from hanmadang.courses.exchange.imported import File
from hanmadang.courses.exchange.olx import writing as olx
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Note, Report
from hanmadang.courses.exchange.table import writing as table
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.sheets import CSV
from hanmadang.kernel.uploads import IMPORT_BYTES

_AROUND = 1024
"""Bytes that an archive needs for each file beside its content, with room to spare."""


@dataclass(frozen=True, slots=True)
class Films:
    """Stored films, sounds and documents: how large each is, and a way to read it in parts."""

    sizes: Mapping[str, int] = field(default_factory=dict)
    parts: Callable[[str], Iterable[bytes]] = lambda _name: ()


NO_FILMS = Films()


@dataclass(frozen=True, slots=True)
class _Stored:
    """A stored file that is read each time it is gone through, and not before."""

    films: Films
    name: str

    def __iter__(self) -> Iterator[bytes]:
        yield from self.films.parts(self.name)


@dataclass(frozen=True, slots=True)
class Leaving:
    """A file, made when it is wanted, and what it does not say."""

    made: Callable[[], bytes]
    ending: str
    mimetype: str
    notes: list[Note]

    @property
    def content(self) -> bytes:
        """The file's bytes."""
        return self.made()


def leave(  # noqa: PLR0913  (a course, and what belongs to it)
    kind: str, course: File, pictures: Mapping[str, bytes], language: str, films: Films = NO_FILMS,
    *, is_bank: bool = False,
) -> Leaving:  # fmt: skip
    """The course as ``zip``, ``gift``, ``olx`` or ``csv``."""
    report = Report()
    if kind == "zip":
        packed = _packed(own.Packed(course, pictures, is_bank=is_bank), films, report)
        return Leaving(lambda: own.write(packed), "zip", "application/zip", report.notes)
    if kind == "csv":
        content = table.write(course, report)
        return Leaving(lambda: content, "csv", CSV, report.notes)
    for other in LANGUAGES:
        if other != language:
            report.left(f"language: {other}", Reason.NOT_CARRIED)
    if kind == "gift":
        content = gift.write(course, report, language)
        return Leaving(lambda: content, "gift", "text/plain; charset=utf-8", report.notes)
    content = olx.write(course, pictures, report, language)
    return Leaving(lambda: content, "tar.gz", "application/gzip", report.notes)


def _packed(packed: own.Packed, films: Films, report: Report) -> own.Packed:
    """With as many of its films, in reading order, as an archive to be read back may hold."""
    room = IMPORT_BYTES - len(own.document(packed)) - _AROUND
    room -= sum(len(picture) + _AROUND for picture in packed.pictures.values())
    taken: dict[str, Iterable[bytes]] = {}
    for block in _blocks(packed.course):
        name = str(block.get("media", "https://"))
        size = films.sizes.get(name)
        if name.startswith("https://") or name in taken:
            report.kept(block["kind"])
        elif size is None:
            report.left(block["kind"], Reason.MISSING_FILE, name)
        elif size + _AROUND > room:
            report.left(block["kind"], Reason.TOO_LARGE_TOGETHER, name)
        else:
            report.kept(block["kind"])
            room -= size + _AROUND
            taken[name] = _Stored(films, name)
    return own.Packed(packed.course, packed.pictures, taken, packed.is_bank, packed.language)


def _blocks(course: File) -> Iterator[File]:
    for module in course["modules"]:
        for unit in module["units"]:
            yield from unit["blocks"]
