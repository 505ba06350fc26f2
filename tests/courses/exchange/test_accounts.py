"""Every construct of every format is either imported or named; nothing is dropped in silence."""

import io
import json
import tarfile
import zipfile
from xml.etree.ElementTree import Element, fromstring, tostring

import pytest

from hanmadang.courses.exchange.formats import READERS, format_of, read
from hanmadang.courses.exchange.imported import Format, Imported, Options
from hanmadang.courses.exchange.reasons import SENTENCES, Reason
from hanmadang.courses.exchange.report import Outcome
from hanmadang.courses.exchange.settle import filled
from hanmadang.courses.reading import Table, read_block, read_question
from tests.factories.foreign import MOODLE, QTI1, files, marks

FILES = files()
EVERY = pytest.mark.parametrize("name", FILES)


def imported(name: str, **options: str) -> Imported:
    file, data = FILES[name]
    return read(file, data, Options(**{"language": "ko", "competency": "armistice"} | options))


def told(found: Imported) -> str:
    """All that came over, and all that the report says."""
    notes = [f"{note.construct} {note.where} {note.detail}" for note in found.notes]
    return "\n".join([json.dumps(found.course, ensure_ascii=False), *notes])


def texts_of(data: bytes) -> str:
    """Names and contents of whatever is in a file."""
    if data[:2] == b"PK":
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = [archive.read(name) for name in archive.namelist()]
        return "\n".join([*archive.namelist(), *(part.decode("utf-8", "ignore") for part in parts)])
    if data[:2] == b"\x1f\x8b":
        tar = tarfile.open(fileobj=io.BytesIO(data))  # noqa: SIM115
        contents = [file.read() for entry in tar if (file := tar.extractfile(entry))]
        return "\n".join([*tar.getnames(), *(part.decode("utf-8", "ignore") for part in contents)])
    return data.decode()


@EVERY
def test_every_marked_text_is_imported_or_named(name: str) -> None:
    source = marks(texts_of(FILES[name][1]))
    assert len(source) > 15
    assert source - marks(told(imported(name))) == set()


@EVERY
def test_what_is_imported_could_be_published_once_it_is_translated(name: str) -> None:
    found = imported(name)
    for unit in found.units():
        for question in unit.get("questions", ()):
            read_question(Table(filled(question)))
        for block in unit["blocks"]:
            read_block(Table(filled(block)))


@EVERY
def test_the_format_is_found_out_from_the_file(name: str) -> None:
    assert format_of(*FILES[name]) is Format(name)


@EVERY
def test_no_secret_is_kept_or_told(name: str) -> None:
    assert "SECRET" not in told(imported(name))


@EVERY
def test_reading_twice_gives_the_same(name: str) -> None:
    assert imported(name) == imported(name)


def test_every_format_has_a_reader_and_a_fixture() -> None:
    assert set(READERS) == set(Format)
    assert {Format(name) for name in FILES} == set(Format) - {Format.OWN}


def test_every_reason_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Reason)


@pytest.mark.parametrize("source", [MOODLE, QTI1], ids=["moodle", "qti1"])
def test_a_strange_element_anywhere_is_named(source: str) -> None:
    """Put where it may, an element that nobody knows stands in the report, or its words came.

    Unless the whole question around it was left out, by its name.
    """
    count = sum(1 for _ in fromstring(source).iter())  # noqa: S314  (our own)
    for place in range(0, count, 7):
        root = fromstring(source)  # noqa: S314
        holder = list(root.iter())[place]
        holder.append(strange())
        found = read("x.xml", tostring(root), Options("ko"))
        assert "strange-words" in told(found) or is_in_what_was_left(root, holder, found), place


def is_in_what_was_left(root: Element, holder: Element, found: Imported) -> bool:
    items = [item for item in root.iter() if item.get("title") and holder in item.iter()]
    left = [note.detail for note in found.notes if note.outcome is Outcome.LEFT]
    return any(detail.startswith(items[-1].get("title", "")) for detail in left if items)


def strange() -> Element:
    element = Element("strange")
    element.text = "strange-words"
    return element


def test_what_is_left_out_says_why() -> None:
    for name in FILES:
        left = [note for note in imported(name).notes if note.outcome is Outcome.LEFT]
        assert left
        assert all(note.reason is not Reason.AS_IT_WAS for note in left)
