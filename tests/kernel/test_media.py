"""Stored files: told apart by their bytes, named by them, read in parts."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from hanmadang.kernel import media, uploads
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.media import (
    KINDS,
    PART_BYTES,
    StoredFile,
    StoredPart,
    TooLargeFileError,
    UnusableFileError,
    ready,
)
from tests.factories import media as bytes_of

Write = Callable[[], Any]
LONG = bytes_of.MP4 + bytes(range(256)) * (PART_BYTES // 128)


@pytest.mark.parametrize(
    ("upload", "ending"),
    [
        (bytes_of.MP4, "mp4"), (bytes_of.M4A, "m4a"), (bytes_of.WEBM, "webm"),
        (bytes_of.OGG, "ogg"), (bytes_of.MP3, "mp3"), (bytes_of.TAGGED_MP3, "mp3"),
        (bytes_of.PDF, "pdf"), (bytes_of.VTT, "vtt"),
    ],
)  # fmt: skip
def test_a_file_is_what_its_bytes_say(upload: bytes, ending: str) -> None:
    file = ready(upload)
    assert (file.kind, file.name[32:]) == (KINDS[ending], f".{ending}")


@pytest.mark.parametrize(
    "upload",
    [
        b"", b"<html><script>", b"MZ\x90", b"PK\x03\x04", bytes_of.QUICKTIME, bytes_of.MATROSKA,
        b"\xff\xfb\xf0\x44", b"\xff\xfb\x9c\x44", b"WEBVTTX", b"<svg/>",
    ],
)  # fmt: skip
def test_anything_else_is_refused(upload: bytes) -> None:
    with pytest.raises(UnusableFileError):
        ready(upload)


def test_each_kind_has_its_own_largest_size() -> None:
    most = KINDS["pdf"].most
    assert ready(bytes_of.PDF.ljust(most, b" ")).kind is KINDS["pdf"]
    with pytest.raises(TooLargeFileError) as refused:
        ready(bytes_of.PDF.ljust(most + 1, b" "))
    with use_locale("en"):
        assert str(refused.value.text) == "A file of this kind may hold up to 16 MB."


def test_the_same_file_twice_is_stored_once(write: Write, read: Write) -> None:
    for _ in range(2):
        with write() as session:
            assert media.keep(session, ready(LONG)) == ready(LONG).name
    with read() as session:
        assert session.scalar(select(func.count()).select_from(StoredFile)) == 1
        assert session.scalar(select(func.count()).select_from(StoredPart)) == 3
        assert media.sizes(session, [ready(LONG).name, "none"]) == {ready(LONG).name: len(LONG)}


@pytest.mark.parametrize(
    ("start", "stop"),
    [(0, 1), (PART_BYTES - 1, PART_BYTES + 1), (PART_BYTES, 2 * PART_BYTES), (0, len(LONG))],
)
def test_any_bytes_of_it_can_be_read(write: Write, start: int, stop: int) -> None:
    with write() as session:
        name = media.keep(session, ready(LONG))
        assert media.content(session, name, start, stop) == LONG[start:stop]


def test_only_the_pages_that_take_files_take_large_bodies() -> None:
    megabyte = 2**20
    assert uploads.most_bytes("/ko/desk/courses/files") == 32 * megabyte
    assert uploads.most_bytes("/ko/desk/polls/evening/pictures") == 8 * megabyte
    assert uploads.most_bytes("/ko/desk/courses/files/more") is None
    assert uploads.most_bytes("/ko/courses/division/start/one/reflect") is None
