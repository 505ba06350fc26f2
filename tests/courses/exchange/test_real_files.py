"""What files of other systems taught: each construct comes over, or is named."""

from typing import Any

import pytest

from hanmadang.courses.exchange.formats import read
from hanmadang.courses.exchange.imported import Imported, Options
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Outcome
from tests.factories import media as bytes_of
from tests.factories.foreign.archives import zipped
from tests.factories.foreign.forty_three import FORTY_THREE, KINDS
from tests.factories.foreign.qti1_groups import GROUPS, WORD_BANK

ENGLISH = Options("en", "armistice")


def only(found: Imported) -> dict[str, Any]:
    (question,) = found.questions()
    return question


def test_a_bank_of_forty_three_questions_comes_over_whole() -> None:
    found = read("bank.gift", FORTY_THREE.encode(), ENGLISH)
    assert [question["kind"] for question in found.questions()] == KINDS
    left = {(note.construct, note.reason) for note in found.notes if note.outcome is Outcome.LEFT}
    assert left == {("//", Reason.NO_KIND)}


def test_the_first_number_of_gift_needs_no_sign() -> None:
    found = read("a.gift", b"::q::From one to five? {#3:2#Right ~#No such number}", ENGLISH)
    first, rest = only(found)["answers"]
    assert (first["low"], first["high"], first["feedback"]) == (1, 5, {"en": "Right"})
    assert (rest["credit"], rest["feedback"]) == (0, {"en": "No such number"})


def test_no_number_at_all_is_named() -> None:
    found = read("a.gift", b"::q::From one to five? {#}", ENGLISH)
    assert not list(found.questions())
    assert ("{…}", Reason.BROKEN) in {(note.construct, note.reason) for note in found.notes}


def test_questions_that_are_drawn_from_the_start_come_over() -> None:
    found = read("test.xml", GROUPS.encode(), ENGLISH)
    (unit,) = found.units()
    assert [question["text"]["en"] for question in unit["questions"]] == ["One?", "Two?", "Three?"]
    assert Reason.BANK in {note.reason for note in found.notes}


def test_gaps_are_found_by_the_number_of_their_answers() -> None:
    question = only(found := read("test.xml", WORD_BANK.encode(), ENGLISH))
    assert question["passage"] == {"en": "Roses are [[1]] and [[2]]."}
    right = [next(o for o in g["options"] if o["correct"])["label"] for g in question["gaps"]]
    assert right == [{"en": "black"}, {"en": "white"}]
    named = {note.detail for note in found.notes if note.outcome is Outcome.LEFT}
    assert "dropdown" in named


def test_right_answers_of_a_cloze_share_the_whole_credit() -> None:
    cloze = "{1:MULTIRESPONSE:=a~=b~%50%c~%-50%d}"
    text = f"<questiontext><text>Which? {cloze}</text></questiontext>"
    source = f'<quiz><question type="cloze"><name><text>q</text></name>{text}</question></quiz>'
    options = only(read("a.xml", source.encode(), ENGLISH))["options"]
    assert [option["credit"] for option in options] == [0.4, 0.4, 0.2, -0.5]


def page(link: str, name: str, content: bytes) -> Imported:
    """A cartridge of one page that links to a file."""
    resource = (
        '<resource identifier="{0}" type="webcontent" href="{1}"><file href="{1}"/></resource>'
    )
    manifest = (
        '<manifest identifier="m"><metadata><schema>IMS Common Cartridge</schema></metadata>'
        '<organizations><organization><item identifier="r"><item identifier="i" '
        'identifierref="p"><title>Page</title></item></item></organization></organizations>'
        f"<resources>{resource.format('p', 'page.html')}{resource.format('f', name)}</resources>"
        "</manifest>"
    )
    html = f'<p>Read.</p><p><a href="{link}">Paper</a></p>'
    files: dict[str, str | bytes] = {"imsmanifest.xml": manifest, "page.html": html, name: content}
    return read("a.imscc", zipped(files), ENGLISH)


@pytest.mark.parametrize(
    ("name", "content", "ending"),
    [("a.pdf", bytes_of.PDF, "pdf"), ("a.mp4", bytes_of.MP4, "mp4"), ("a.m4v", bytes_of.MP4, "mp4"),
     ("a.m4a", bytes_of.MP4, "mp4"), ("a.ogg", bytes_of.OGG, "ogg")],
)  # fmt: skip
def test_a_file_is_taken_over_as_what_its_bytes_say(name: str, content: bytes, ending: str) -> None:
    found = page(name, name, content)
    (media,) = found.media
    assert media.endswith(f".{ending}")
    assert media in {block.get("media") for unit in found.units() for block in unit["blocks"]}


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [("a.docx", b"PK\x03\x04", Reason.MEDIA), ("a.mp4", b"<html>", Reason.MEDIA),
     ("a.pdf", bytes_of.PDF.ljust(16 * 2**20 + 1), Reason.TOO_LARGE)],
    ids=["document", "no film", "large"],
)  # fmt: skip
def test_a_file_that_lessons_cannot_show_is_named(name: str, content: bytes, why: Reason) -> None:
    found = page(name, name, content)
    assert not found.media
    about = {note.reason for note in found.notes if name in note.detail}
    assert why in about
    assert Reason.AS_DOCUMENT not in about
