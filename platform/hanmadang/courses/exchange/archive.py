"""Archives from strangers: opened in memory, nothing is ever written to a disk.

A name that leads outside, a link, a device, a bomb, a name that stands there twice or an entry
whose bytes do not fit its checksum refuses the whole archive. What an operating system left behind
and archives inside the archive are listed and not opened; so are encrypted entries.
"""

import io
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from posixpath import normpath

from hanmadang.courses.exchange.failures import UnreadableError, UnsafeArchiveError
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.kernel.i18n import LazyText, lazy

MOST_FILES = 5_000
MOST_BYTES = 96 * 1024 * 1024
"""Of all files together, unpacked."""
MOST_RATIO = 200
"""How often smaller than its content an entry may be; text is packed about 10 times."""
_SMALL = 64 * 1024
"""An entry below this may be packed as tightly as it likes."""
_NAME_LENGTH = 300
_JUNK = re.compile(r"(^|/)(__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")
_NESTED = re.compile(r"\.(zip|tar|tgz|gz|bz2|xz|7z|rar|imscc|mbz)$", re.IGNORECASE)
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_CHUNK = 64 * 1024

_OUTSIDE = lazy("The archive holds a file that leads outside of it")
_LINK = lazy("The archive holds a link or a device")
_TWICE = lazy("The archive holds two files of the same name")
_BOMB = lazy("The archive is packed too tightly or is too large unpacked")
_MANY = lazy("The archive holds too many files")
_BROKEN = lazy("The archive holds a damaged file")
_NAME = lazy("The archive holds a file whose name cannot be used")


@dataclass(slots=True)
class Archive:
    """The files of an archive, by path; `passed_over` says what was not opened, and why."""

    files: dict[str, bytes] = field(default_factory=dict)
    passed_over: list[tuple[str, Reason]] = field(default_factory=list)

    used: set[str] = field(default_factory=set)

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __contains__(self, path: str) -> bool:
        return path in self.files

    def get(self, path: str) -> bytes | None:
        """A file's bytes; it counts as used."""
        if path in self.files:
            self.used.add(path)
        return self.files.get(path)

    def rest(self) -> Iterator[str]:
        """Files that nobody asked for."""
        return (path for path in sorted(self.files) if path not in self.used)

    def below(self, folder: str) -> "Archive":
        """The same without that folder before every name; files outside of it stay out."""
        start = f"{folder}/"
        inside = {n.removeprefix(start): d for n, d in self.files.items() if n.startswith(start)}
        return Archive(inside, list(self.passed_over))


def is_archive(data: bytes) -> bool:
    """Whether the bytes begin like a zip or a tar, packed or not."""
    return data[:2] in (b"PK", b"\x1f\x8b") or data[257:262] == b"ustar"


def opened(data: bytes) -> Archive:
    """All files of a zip or tar. Raises UnreadableError, UnsafeArchiveError."""
    try:
        return _zip(data) if data[:2] == b"PK" else _tar(data)
    except (zipfile.BadZipFile, zlib.error, tarfile.TarError, EOFError, OSError) as error:
        raise UnreadableError from error
    except (NotImplementedError, ValueError, IndexError, OverflowError) as error:
        raise UnreadableError from error


def _zip(data: bytes) -> Archive:
    found = _Taking()
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        entries = packed.infolist()
        found.count(len(entries))
        for entry in entries:
            mode = entry.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
                _refuse(_LINK, entry.filename)
            name = found.name(_zip_name(entry))
            if entry.is_dir() or not name:
                continue
            if entry.flag_bits & _ENCRYPTED:
                found.archive.passed_over.append((name, Reason.ENCRYPTED))
            elif found.wants(name):
                found.fits(name, entry.file_size, entry.compress_size)
                found.keep(name, _zip_bytes(packed, entry))
    return found.archive


def _zip_name(entry: zipfile.ZipInfo) -> str:
    """Names without the flag of UTF-8 are mostly UTF-8 or Korean, whatever the standard says."""
    if entry.flag_bits & _UTF8_NAME or entry.filename.isascii():
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    for encoding in ("utf-8", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    _refuse(_NAME, entry.filename)
    return ""


def _zip_bytes(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry; a header that understates its size is found out."""
    try:
        with packed.open(entry) as file:
            data = file.read(entry.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError):
        _refuse(_BROKEN, entry.filename)
    if len(data) != entry.file_size:
        _refuse(_BOMB, entry.filename)
    return data


def _tar(data: bytes) -> Archive:
    found = _Taking()
    plain = _unpacked(data)
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as packed:
        for number, entry in enumerate(packed, 1):
            found.count(number)
            if not (entry.isreg() or entry.isdir()):
                _refuse(_LINK, entry.name)
            name = found.name(entry.name)
            if not name or entry.isdir() or not found.wants(name):
                continue
            file = packed.extractfile(entry)
            content = file.read() if file else b""
            if len(content) != entry.size:
                _refuse(_BROKEN, name)
            found.fits(name, entry.size, entry.size)
            found.keep(name, content)
    return found.archive


def _unpacked(data: bytes) -> bytes:
    """The tar in a gzip, up to what an archive may hold."""
    if data[:2] != b"\x1f\x8b":
        return data
    unpacker, out, most = zlib.decompressobj(31), bytearray(), MOST_BYTES
    rest = data
    while rest and not unpacker.eof:
        out += unpacker.decompress(rest, _CHUNK)
        rest = unpacker.unconsumed_tail
        if len(out) > most or (len(out) > _SMALL and len(out) > MOST_RATIO * len(data)):
            _refuse(_BOMB, "gzip")
    if not unpacker.eof:
        raise UnreadableError
    return bytes(out)


@dataclass(slots=True)
class _Taking:
    """An archive as it grows, and what of it is still allowed."""

    archive: Archive = field(default_factory=Archive)
    names: set[str] = field(default_factory=set)
    total: int = 0

    def count(self, number: int) -> None:
        if number > MOST_FILES:
            _refuse(_MANY, str(number))

    def name(self, said: str) -> str:
        """The entry's path inside the archive; "" for the archive's own root."""
        if said.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", said) or "\\" in said:
            _refuse(_OUTSIDE, said)
        if ".." in said.split("/"):
            _refuse(_OUTSIDE, said)
        if re.search("[\x00-\x1f\x7f\ud800-\udfff]", said) or len(said) > _NAME_LENGTH:
            _refuse(_NAME, said)
        name = normpath(said)
        if name == ".":
            return ""
        if name in self.names and not said.endswith("/"):
            _refuse(_TWICE, name)
        self.names.add(name)
        return name

    def wants(self, name: str) -> bool:
        if _JUNK.search(name):
            self.archive.passed_over.append((name, Reason.JUNK))
            return False
        if _NESTED.search(name):
            self.archive.passed_over.append((name, Reason.MEDIA))
            return False
        return True

    def fits(self, name: str, size: int, packed: int) -> None:
        self.total += size
        tight = size > _SMALL and size > MOST_RATIO * max(packed, 1)
        if self.total > MOST_BYTES or tight:
            _refuse(_BOMB, name)

    def keep(self, name: str, data: bytes) -> None:
        self.archive.files[name] = data


def _refuse(problem: LazyText, name: str) -> None:
    shown = name.encode("utf-8", "replace").decode()[:80]
    raise UnsafeArchiveError(problem, "".join(c if c.isprintable() else "·" for c in shown))
