"""The HTML of pictures, films, recordings, documents, timelines and maps, in both languages."""

import pytest
from flask import Flask

from hanmadang.courses import blocks
from hanmadang.courses.blocks.files import Files, caption_names
from hanmadang.courses.blocks.plot import laid_out
from hanmadang.courses.blocks.written import position_in_words
from hanmadang.courses.specs import (
    AudioBlock,
    BlockSpec,
    DocumentBlock,
    EventBlock,
    ImageBlock,
    MapBlock,
    Moment,
    Place,
    QuestionBlock,
    ReflectionBlock,
    TimelineBlock,
    VideoBlock,
)
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import use_locale
from tests.factories.course_kinds import BLOCKS, CAPTION, FILE, PICTURE
from tests.factories.courses import text

PAPER = PICTURE + ".pdf"
FILES = Files({PICTURE: (640, 360)}, {FILE: 200_000, PAPER: 1_572_864})
IMAGE = ImageBlock(PICTURE, text("판문점 <그림>", "Panmunjom <drawn>"), text("1953", "In 1953"))
FILM = VideoBlock(
    title=text("영상", "A film"),
    media=FILE,
    seconds=90,
    transcript=text("**말**", "**Words**"),
    captions=text(CAPTION + "안녕", CAPTION + "Hello"),
)


@pytest.fixture(autouse=True)
def _in_app(app: Flask) -> object:
    with app.app_context():
        yield


def html(block: BlockSpec, language: str) -> str:
    return blocks.html(block, FILES)[language]


def test_a_picture_keeps_its_place_and_says_what_it_shows() -> None:
    assert html(IMAGE, "en") == (
        f'<figure class="figure"><img src="/pictures/{PICTURE}.webp"'
        ' alt="Panmunjom &lt;drawn&gt;" width="640" height="360" loading="lazy" decoding="async"'
        ' class="picture"><figcaption>In 1953</figcaption></figure>'
    )


def test_a_film_stands_behind_its_transcript() -> None:
    names = caption_names(FILM.captions or Bilingual())
    assert html(FILM, "ko") == (
        '<h3>영상</h3><details class="transcript" open><summary>글로 읽는 대사와 장면</summary>'
        '<p><strong>말</strong></p>\n</details><video class="player" controls preload="none"'
        f' playsinline data-media="90" aria-label="영상" src="/media/{FILE}">'
        f'<track kind="captions" src="/media/{names["ko"]}" srclang="ko" label="한국어" default>'
        f'<track kind="captions" src="/media/{names["en"]}" srclang="en" label="English"></video>'
    )


def test_each_reader_sees_captions_in_their_language() -> None:
    assert 'srclang="en" label="English" default' in html(FILM, "en")
    assert 'srclang="ko" label="한국어">' in html(FILM, "en")


def test_a_film_from_elsewhere_is_only_a_link() -> None:
    address = "https://videos.example.org/watch?v=1&t=2"
    page = html(VideoBlock(FILM.title, address, 90, FILM.transcript), "en")
    assert "<video" not in page
    assert "<iframe" not in page
    assert 'href="https://videos.example.org/watch?v=1&amp;t=2" target="_blank"' in page
    assert "Watch at videos.example.org" in page


def test_a_recording_plays_here_or_opens_there() -> None:
    here = AudioBlock(FILM.title, FILE, 30, FILM.transcript)
    there = AudioBlock(FILM.title, "https://example.org/a.mp3", 30, FILM.transcript)
    assert f'<audio class="player" controls preload="none" data-media="30" aria-label="영상" src="/media/{FILE}">' in html(here, "ko")  # fmt: skip  # noqa: E501
    assert "example.org에서 듣기" in html(there, "ko")


def test_a_document_tells_its_kind_and_size() -> None:
    page = html(DocumentBlock(text("문서", "A paper"), PAPER, text("요약", "Summary")), "en")
    assert page == (
        "<h3>A paper</h3><p>Summary</p>\n"
        f'<p><a class="button button--secondary" href="/media/{PAPER}" download="A paper.pdf">'
        "Download (PDF, 1.5 MB)</a></p>"
    )


def test_a_timeline_is_a_table_whose_rows_are_named_by_their_time() -> None:
    block = TimelineBlock(
        text("차례", "In order"), (Moment(text("1950년", "1950"), text("전쟁", "War")),)
    )
    assert '<th scope="col">언제</th><th scope="col">무슨 일이 있었나</th>' in html(block, "ko")
    assert '<th scope="row">1950</th><td>War</td>' in html(block, "en")


def test_a_map_is_a_table_with_positions_in_words() -> None:
    place = Place(text("판문점", "Panmunjom"), text("회담", "Talks"), 37.956, 126.677)
    page = html(MapBlock(text("곳", "Places"), (place,)), "ko")
    assert "<td>북위 37.956°, 동경 126.677°</td>" in page
    assert '<svg class="places__plot" viewBox="0 0 240 240" aria-hidden="true"' in page


def test_positions_name_the_half_of_the_world() -> None:
    with use_locale("en"):
        assert position_in_words(-33.9, -70.6, "en") == "33.9° south, 70.6° west"


def test_a_map_keeps_directions_and_never_leaves_its_frame() -> None:
    north, south, east = laid_out([(38.0, 127.0), (37.0, 127.0), (37.0, 128.0)])
    assert north[1] < south[1]
    assert south[0] < east[0]
    assert east[0] - south[0] < south[1] - north[1]
    assert laid_out([(37.5, 127.0)]) == [(120, 120)]
    near, far = laid_out([(0.0, 179.9), (0.0, -179.9)])
    assert near[0] < far[0]


def test_living_parts_hold_only_their_authors_words() -> None:
    assert html(ReflectionBlock("think", text("생각", "Think")), "en") == "<p>Think</p>\n"
    assert html(EventBlock("concert", text("들어 봐요", "Listen")), "ko") == "<p>들어 봐요</p>\n"
    assert html(QuestionBlock("first"), "ko") == ""


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.kind.value)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_kind_has_a_page_in_each_language(block: BlockSpec, language: str) -> None:
    assert html(block, language) or isinstance(block, QuestionBlock)


STALE = text("옛", "Old").with_text("ko", "새")


@pytest.mark.parametrize(
    "block",
    [
        ImageBlock(PICTURE, STALE),
        ImageBlock(PICTURE, text("가", "A"), STALE),
        ImageBlock(PICTURE, text("가", "A"), None, STALE),
        VideoBlock(STALE, FILE, 9, text("가", "A")),
        VideoBlock(text("가", "A"), FILE, 9, STALE),
        VideoBlock(text("가", "A"), FILE, 9, text("가", "A"), STALE),
        AudioBlock(text("가", "A"), FILE, 9, STALE),
        DocumentBlock(text("가", "A"), PAPER, STALE),
        TimelineBlock(text("가", "A"), (Moment(STALE, text("가", "A")),)),
        TimelineBlock(text("가", "A"), (Moment(text("가", "A"), STALE),)),
        MapBlock(text("가", "A"), (Place(STALE, text("가", "A"), 1.0, 2.0),)),
        MapBlock(STALE, (Place(text("가", "A"), text("가", "A"), 1.0, 2.0),)),
        ReflectionBlock("think", STALE),
        EventBlock("concert", STALE),
    ],
    ids=repr,
)
def test_every_text_left_behind_wears_a_badge(block: BlockSpec) -> None:
    assert html(block, "en").count("badge--stale") == 1
    assert "badge" not in html(block, "ko")
