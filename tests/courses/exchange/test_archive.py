"""Archives from strangers."""

import io
import stat
import tarfile
import zipfile

import pytest

from hanmadang.courses.exchange import archive
from hanmadang.courses.exchange.archive import opened
from hanmadang.courses.exchange.failures import ExchangeError, UnreadableError, UnsafeArchiveError
from hanmadang.courses.exchange.reasons import Reason
from tests.factories.foreign.archives import tarred, zipped


def entry(name: str, **fields: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    for key, value in fields.items():
        setattr(made, key, value)
    return made


def written(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries:
            made.writestr(name, data)
    return out.getvalue()


def special(kind: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        item = tarfile.TarInfo("x")
        item.type, item.linkname = kind, "/etc/passwd"
        made.addfile(item)
    return out.getvalue()


def test_files_come_out_by_their_paths() -> None:
    assert opened(zipped({"a/b.txt": "x"})).files == {"a/b.txt": b"x"}
    assert opened(tarred({"./a/b.txt": "x"})).files == {"a/b.txt": b"x"}


@pytest.mark.parametrize(
    "name", ["../x", "a/../../x", "/x", "C:/x", "a\\b", "a\x07b", "x" * 400], ids=repr
)
def test_names_that_lead_outside_refuse_the_archive(name: str) -> None:
    for data in (zipped({name: "x"}), tarred({name: "x"})):
        with pytest.raises(UnsafeArchiveError):
            opened(data)


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE]
)
def test_links_and_devices_refuse_a_tar(kind: bytes) -> None:
    with pytest.raises(UnsafeArchiveError):
        opened(special(kind))


def test_a_link_refuses_a_zip() -> None:
    link = entry("x", external_attr=(stat.S_IFLNK | 0o777) << 16, create_system=3)
    with pytest.raises(UnsafeArchiveError):
        opened(written((link, b"/etc/passwd")))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_there_twice_refuses_the_archive() -> None:
    with pytest.raises(UnsafeArchiveError):
        opened(written(("x", b"1"), ("x", b"2")))


def test_bombs_refuse_the_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnsafeArchiveError):
        opened(written(("x", b"\0" * 30_000_000)))
    with pytest.raises(UnsafeArchiveError):
        opened(tarred({"x": b"\0" * 30_000_000}))
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    with pytest.raises(UnsafeArchiveError):
        opened(zipped({f"{n}": "x" for n in range(5)}))


def test_a_damaged_entry_refuses_the_archive() -> None:
    data = bytearray(written((zipfile.ZipInfo("x"), b"content" * 50)))
    data[40] ^= 0xFF
    with pytest.raises(ExchangeError):
        opened(bytes(data))


@pytest.mark.parametrize("cut", [10, 60, -10])
def test_a_cut_archive_is_unreadable(cut: int) -> None:
    for data in (zipped({"a": "x" * 99}), tarred({"a": "x" * 99})):
        with pytest.raises((UnreadableError, UnsafeArchiveError)):
            opened(data[:cut])


def test_what_an_operating_system_left_behind_is_named_and_not_opened() -> None:
    found = opened(zipped({"__MACOSX/._a": "x", "._b": "x", "in.zip": "x", "a": "x"}))
    assert list(found) == ["a"]
    assert [reason for _name, reason in found.passed_over] == [
        Reason.JUNK, Reason.JUNK, Reason.MEDIA
    ]  # fmt: skip


def test_encrypted_entries_are_named() -> None:
    data = bytearray(zipped({"a": "x"}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert opened(bytes(data)).passed_over == [("a", Reason.ENCRYPTED)]


def test_korean_names_without_a_flag_are_read() -> None:
    data = zipped({"xxxx.txt": "1"}).replace(b"xxxx.txt", "가나".encode("cp949") + b".txt")
    assert list(opened(data)) == ["가나.txt"]
