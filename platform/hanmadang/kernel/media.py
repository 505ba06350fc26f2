"""Files that authors upload to be watched, heard or read: kept by their content, as rows.

What a file is, its first bytes say, not its name. Like pictures, files are rows and not files: a
backup holds them, several processes see the same ones, and one is stored exactly when what refers
to it is. They lie in parts, so that a player that asks for some seconds costs some seconds.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import ForeignKey, LargeBinary, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from hanmadang.kernel.db import Base
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy

_MEGABYTE = 2**20
PART_BYTES = 512 * 1024


class UnusableFileError(DomainError):
    """The file is of no kind that we can show."""

    status = 422
    text = lazy(
        "This file cannot be used. Please choose MP4 or WebM, MP3, M4A or Ogg, PDF, or WebVTT."
    )


class TooLargeFileError(UnusableFileError):
    """The file holds more than its kind may."""

    def __init__(self, kind: "Kind") -> None:
        most = kind.most // _MEGABYTE
        super().__init__(text=lazy("A file of this kind may hold up to %(n)s MB.", n=most))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its ending, what browsers call it, how much of it we take."""

    ending: str
    mimetype: str
    most: int

    @property
    def is_played(self) -> bool:
        """Whether it is played or shown within a page; anything else is saved."""
        return not self.mimetype.startswith("application/")


KINDS: Mapping[str, Kind] = {
    kind.ending: kind
    for kind in (
        Kind("mp4", "video/mp4", 32 * _MEGABYTE),
        Kind("webm", "video/webm", 32 * _MEGABYTE),
        Kind("mp3", "audio/mpeg", 16 * _MEGABYTE),
        Kind("m4a", "audio/mp4", 16 * _MEGABYTE),
        Kind("ogg", "audio/ogg", 16 * _MEGABYTE),
        Kind("pdf", "application/pdf", 16 * _MEGABYTE),
        Kind("vtt", "text/vtt", _MEGABYTE),
    )
}
UPLOAD_BYTES = max(kind.most for kind in KINDS.values())


class StoredFile(Base):
    """A file. Never changed: another content has another name."""

    __tablename__ = "stored_file"

    name: Mapped[str] = mapped_column(primary_key=True)
    """The first 128 bits of the SHA-256 of the content, in hex, and the kind's ending."""
    size: Mapped[int]
    """In bytes."""


class StoredPart(Base):
    """`PART_BYTES` of a file, the last part fewer."""

    __tablename__ = "stored_part"

    name: Mapped[str] = mapped_column(ForeignKey("stored_file.name"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    """From 0."""
    content: Mapped[bytes] = mapped_column(LargeBinary)


@dataclass(frozen=True, slots=True)
class Ready:
    """A file whose kind is known and whose size is allowed."""

    name: str
    kind: Kind
    content: bytes


def ready(upload: bytes) -> Ready:
    """What was uploaded, named. Raises UnusableFileError, TooLargeFileError."""
    kind = kind_of(upload)
    if kind is None:
        raise UnusableFileError
    if len(upload) > kind.most:
        raise TooLargeFileError(kind)
    name = f"{hashlib.sha256(upload).hexdigest()[:32]}.{kind.ending}"
    return Ready(name, kind, upload)


def kind_of(content: bytes) -> Kind | None:
    """The kind of a file by its first bytes."""
    head = content[:64]
    found = next((ending for ending, is_it in _SIGNS.items() if is_it(head)), "")
    return KINDS.get(found)


def kind_named(name: str) -> Kind | None:
    """The kind of a stored file by its name."""
    return KINDS.get(name.rpartition(".")[2])


def keep(session: Session, file: Ready) -> str:
    """Store a file unless it is there; returns its name."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = dialect.insert(StoredFile).values(name=file.name, size=len(file.content))
    is_new = session.execute(row.on_conflict_do_nothing().returning(StoredFile.name)).first()
    for at in range(0, len(file.content) if is_new else 0, PART_BYTES):
        part = file.content[at : at + PART_BYTES]
        said = {"name": file.name, "number": at // PART_BYTES, "content": part}
        session.execute(dialect.insert(StoredPart).values(said))
    return file.name


def sizes(session: Session, names: Iterable[str]) -> Mapping[str, int]:
    """{name: bytes} of those files that are stored."""
    rows = session.execute(
        select(StoredFile.name, StoredFile.size).where(StoredFile.name.in_(set(names)))
    )
    return {row.name: row.size for row in rows}


def content(session: Session, name: str, start: int, stop: int) -> bytes:
    """The bytes of a stored file from `start` up to, not including, `stop`."""
    first = start // PART_BYTES
    rows = session.scalars(
        select(StoredPart.content)
        .where(StoredPart.name == name)
        .where(StoredPart.number.between(first, (stop - 1) // PART_BYTES))
        .order_by(StoredPart.number)
    )
    whole = b"".join(rows)
    return whole[start - first * PART_BYTES : stop - first * PART_BYTES]


def parts(session: Session, name: str) -> Iterator[bytes]:
    """A stored file, part after part, so that it need not be held as a whole."""
    numbers = select(StoredPart.number).where(StoredPart.name == name).order_by(StoredPart.number)
    for number in session.scalars(numbers).all():
        yield session.execute(
            select(StoredPart.content).where(StoredPart.name == name, StoredPart.number == number)
        ).scalar_one()


def path_of(name: str) -> str:
    """The address of a stored file on this site."""
    return f"/media/{name}"


def _is_mp4(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] != b"qt  "


def _is_m4a(head: bytes) -> bool:
    return head[4:8] == b"ftyp" and head[8:12] in {b"M4A ", b"M4B "}


def _is_webm(head: bytes) -> bool:
    return head.startswith(b"\x1aE\xdf\xa3") and b"webm" in head


def _is_mp3(head: bytes) -> bool:
    """A tag, or a frame of MPEG layer III with a bit rate and a sampling rate that exist."""
    if head.startswith(b"ID3"):
        return True
    framed = len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2  # noqa: PLR2004
    return framed and head[2] >> 4 not in {0, 15} and head[2] & 0x0C != 0x0C  # noqa: PLR2004


def _is_vtt(head: bytes) -> bool:
    return head.startswith(b"WEBVTT") and head[6:7] in {b"", b" ", b"\t", b"\n", b"\r"}


_SIGNS: Mapping[str, Callable[[bytes], bool]] = {
    "m4a": _is_m4a,
    "mp4": _is_mp4,
    "webm": _is_webm,
    "mp3": _is_mp3,
    "ogg": lambda head: head.startswith(b"OggS"),
    "pdf": lambda head: head.startswith(b"%PDF-"),
    "vtt": _is_vtt,
}
