"""Every format by its name, and how a file tells which one it is."""

import re
from collections.abc import Callable, Mapping

from hanmadang.courses.exchange import own
from hanmadang.courses.exchange.archive import Archive, is_archive, opened
from hanmadang.courses.exchange.cartridge import reading as cartridge
from hanmadang.courses.exchange.cartridge.manifest import root_of
from hanmadang.courses.exchange.failures import UnknownFormatError, UnreadableError
from hanmadang.courses.exchange.gift import reading as gift
from hanmadang.courses.exchange.imported import Format, Imported, Options
from hanmadang.courses.exchange.moodle import reading as moodle
from hanmadang.courses.exchange.olx import reading as olx
from hanmadang.courses.exchange.own.reading import is_own
from hanmadang.courses.exchange.qti1 import reading as qti1
from hanmadang.courses.exchange.qti2 import reading as qti2
from hanmadang.courses.exchange.table import reading as table

_ROOTS = {
    b"quiz": Format.MOODLE,
    b"questestinterop": Format.QTI1,
    b"assessmentitem": Format.QTI2,
    b"assessmenttest": Format.QTI2,
}
_ROOT = re.compile(b"<(?:[a-z0-9_.-]{1,40}:)?(" + b"|".join(_ROOTS) + b")[\\s>]")
Reader = Callable[[str, bytes, Options], Imported]
READERS: Mapping[Format, Reader] = {
    Format.OWN: own.read,
    Format.GIFT: gift.read,
    Format.MOODLE: moodle.read,
    Format.OLX: olx.read,
    Format.CARTRIDGE: cartridge.read,
    Format.QTI1: qti1.read,
    Format.QTI2: qti2.read,
    Format.CSV: table.read,
}


def read(name: str, data: bytes, options: Options, format_: Format | None = None) -> Imported:
    """The whole of a file, in its own format where none is given. Raises ExchangeError."""
    try:
        return READERS[format_ or format_of(name, data)](name, data, options)
    except (RecursionError, OverflowError) as error:
        raise UnreadableError from error


def format_of(name: str, data: bytes) -> Format:
    """What the file is, by its content first. Raises UnknownFormatError and the archive's own."""
    if is_archive(data):
        return _of_archive(opened(data))
    begin = data[:4_000].lower()
    root = _ROOT.search(begin)
    if root is not None:
        return _ROOTS[root[1]]
    if begin.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise UnknownFormatError
    if name.lower().endswith((".csv", ".tsv")):
        return Format.CSV
    if name.lower().endswith((".gift", ".txt")) or b"{" in data[:100_000]:
        return Format.GIFT
    raise UnknownFormatError


def _of_archive(archive: Archive) -> Format:
    root = root_of(archive)
    if root is not None:
        manifest = archive.files[f"{root}/imsmanifest.xml" if root else "imsmanifest.xml"].lower()
        kinds = (b"imsqti_item_xmlv2", b"imsqti_test_xmlv2", b"imsqti_assessment_xmlv2",
                 b"imsqti_xmlv2", b"imsqti_section_xmlv2")  # fmt: skip
        return Format.QTI2 if any(kind in manifest for kind in kinds) else Format.CARTRIDGE
    if is_own(archive):
        return Format.OWN
    if olx.is_olx(archive):
        return Format.OLX
    raise UnknownFormatError
