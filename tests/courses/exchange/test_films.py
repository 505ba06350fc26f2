"""Our own archive takes films, sounds and papers along, as far as it can be read back."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete

from hanmadang.courses.domain.imports import draft_of
from hanmadang.courses.exchange import leaving, own
from hanmadang.courses.exchange.apart import read_apart
from hanmadang.courses.exchange.imported import Options
from hanmadang.courses.exchange.leaving import Films, leave
from hanmadang.courses.exchange.own import Packed
from hanmadang.courses.exchange.own.reading import digest
from hanmadang.courses.exchange.reasons import Reason
from hanmadang.courses.exchange.report import Outcome
from hanmadang.courses.specs import AudioBlock, DocumentBlock, TextBlock, VideoBlock
from hanmadang.courses.writing import write_course
from hanmadang.kernel import clock, media
from hanmadang.kernel.media import PART_BYTES, StoredFile, StoredPart, ready
from hanmadang.kernel.permissions import Role
from hanmadang.kernel.uploads import IMPORT_BYTES
from tests.conftest import Browser
from tests.factories import courses as make
from tests.factories import media as bytes_of

Opener = Callable[[], Any]
MEGABYTE = 2**20
CONTENTS = {
    ready(content).name: content
    for content in (
        bytes_of.MP4 + bytes(range(256)) * (PART_BYTES // 100),
        bytes_of.MP3,
        bytes_of.PDF,
    )
}
FILM, SOUND, PAPER = CONTENTS
SAID = make.text("제목", "Title")
CUES = make.text(*["WEBVTT\n\n00:00.000 --> 00:02.000\n말"] * 2)
BLOCKS = (
    TextBlock(SAID),
    VideoBlock(SAID, FILM, 9, SAID, CUES),
    AudioBlock(SAID, SOUND, 9, SAID),
    DocumentBlock(SAID, PAPER, SAID),
)


@pytest.fixture
def desk(sign_in: Callable[..., Browser], write: Opener) -> Browser:
    with write() as session:
        for content in CONTENTS.values():
            media.keep(session, ready(content))
        make.publish(session, make.course(make.unit("one", (), BLOCKS)))
    return sign_in(Role.ORGANIZER)


def test_films_sounds_papers_and_captions_come_back_exactly(
    desk: Browser, write: Opener, read: Opener
) -> None:
    sent = desk.get("/en/desk/courses/export/division/zip").data
    back = read_apart("a.zip", sent, Options())
    assert back.archive == sent
    assert not [note for note in back.notes if note.outcome is not Outcome.KEPT]
    found = own.read("a.zip", sent, Options())
    assert found.media == CONTENTS
    assert found.course["modules"][0]["units"][0]["blocks"][1]["captions"]["ko"] == CUES.get("ko")
    with write() as session:
        session.execute(delete(StoredPart).where(StoredPart.name.in_(CONTENTS)))
        session.execute(delete(StoredFile).where(StoredFile.name.in_(CONTENTS)))
        draft_of(session, make.EDITOR, found, now=clock.now())
    with read() as session:
        for name, content in CONTENTS.items():
            assert b"".join(media.parts(session, name)) == content


def course(*names: str) -> dict[str, Any]:
    blocks = [DocumentBlock(SAID, name, SAID) for name in names]
    return dict(write_course(make.course(make.unit("one", (), [TextBlock(SAID), *blocks]))))


def named(size: int) -> str:
    return f"{size:032x}.pdf"


def test_what_makes_an_archive_too_large_to_read_back_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leaving, "IMPORT_BYTES", 64 * 1024)
    sizes = {named(size): size for size in (20_000, 50_000, 30_000)}
    films = Films(sizes, lambda name: [b"x"] * sizes[name])
    made = leave("zip", course(*sizes, named(7)), {}, "ko", films)
    left = {note.detail: note.reason for note in made.notes if note.outcome is Outcome.LEFT}
    assert left == {named(50_000): Reason.TOO_LARGE_TOGETHER, named(7): Reason.MISSING_FILE}
    inside = zipfile.ZipFile(io.BytesIO(made.content)).namelist()
    assert inside == ["course.json", f"media/{named(20_000)}", f"media/{named(30_000)}"]
    assert len(made.content) <= 64 * 1024


def test_nothing_is_read_for_a_page_that_only_tells() -> None:
    def parts(_name: str) -> list[bytes]:
        raise AssertionError

    made = leave("zip", course(named(9)), {}, "ko", Films({named(9): 9}, parts))
    assert {note.outcome for note in made.notes} == {Outcome.KEPT}


def test_a_course_with_more_than_thirty_megabytes_of_films_is_read_back() -> None:
    film, paper = bytes_of.MP4.ljust(30 * MEGABYTE, b"a"), bytes_of.PDF.ljust(15 * MEGABYTE, b"b")
    files = {ready(each).name: each for each in (film, paper)}
    sent = own.write(Packed(course(*files), media=files))
    assert 45 * MEGABYTE < len(sent) < IMPORT_BYTES
    assert read_apart("a.zip", sent, Options()).archive == sent


@pytest.mark.parametrize(
    ("content", "name", "why"),
    [
        (bytes_of.MP4, f"{'0' * 32}.mp4", Reason.BROKEN),
        (b"<html>", "", Reason.MEDIA),
        (bytes_of.PDF, f"{ready(bytes_of.PDF).name[:32]}.mp4", Reason.BROKEN),
        (bytes_of.PDF.ljust(17 * MEGABYTE), "", Reason.TOO_LARGE),
    ],
    ids=["other content", "no film", "other kind", "large"],
)
def test_a_film_that_is_not_what_its_name_says_is_named(
    content: bytes, name: str, why: Reason
) -> None:
    name = name or f"{digest(content)}.pdf"
    found = own.read("a.zip", own.write(Packed(course(name), media={name: content})), Options())
    assert not found.media
    assert why in {note.reason for note in found.notes if name in note.construct}


def test_the_other_forms_say_that_files_stay_here() -> None:
    made = leave("olx", course(PAPER), {}, "ko", Films({PAPER: 9}))
    assert Reason.STAYS_HERE in {note.reason for note in made.notes if note.detail == PAPER}
