"""Offline packs: whole, the same bytes every time, and their answers count once."""

import base64
import io
import json
import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.courses import packs
from hanmadang.courses.models import Answer, Question
from hanmadang.courses.packs import media as pack_media
from hanmadang.courses.packs import solutions
from hanmadang.courses.plain import plain_of
from hanmadang.courses.queries.offline import pack_content, pack_head
from hanmadang.courses.specs import (
    AudioBlock,
    BlockSpec,
    DocumentBlock,
    QuizSpec,
    ShortAnswer,
    ShortBody,
    VideoBlock,
)
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.i18n import use_locale
from hanmadang.kernel.permissions import NOBODY
from tests.conftest import Browser
from tests.courses.reading import Write, page, rows
from tests.factories import courses as make
from tests.factories.course_kinds import BLOCKS, NUMBER, QUESTIONS


def opened(app: Flask, choice: str = "both") -> zipfile.ZipFile:
    with app.app_context():
        content = pack_content(pack_head(NOBODY, "division"))
        return zipfile.ZipFile(io.BytesIO(packs.build(content, packs.CHOICES[choice])))


class Links(HTMLParser):
    """Every address a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, _tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found += [
            value for name, value in attributes if name in {"href", "src"} and value
        ]  # fmt: skip


def test_every_link_of_a_pack_leads_into_it_or_to_the_house(app: Flask, school: None) -> None:
    archive = opened(app)
    names = set(archive.namelist())
    pages = [name for name in names if name.endswith(".html")]
    assert len(pages) == 1 + 2 * (1 + 3)
    with app.app_context():
        base = settings().base_url
    for name in pages:
        links = Links()
        links.feed(archive.read(name).decode())
        for link in links.found:
            if not link.startswith((f"{base}/", "#")):
                assert _resolved(name, link) in names, (name, link)


def _resolved(name: str, link: str) -> str:
    parts: list[str] = []
    for part in (PurePosixPath(name).parent / link.partition("#")[0]).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def test_a_pack_is_the_same_bytes_every_time(app: Flask, school: None) -> None:
    with app.app_context():
        content = pack_content(pack_head(NOBODY, "division"))
        assert packs.build(content, ("ko",)) == packs.build(content, ("ko",))
        assert packs.build(content, ("ko",)) != packs.build(content, ("ko", "en"))


def test_a_pack_holds_no_script_of_its_pages_and_nothing_of_readers(
    app: Flask, school: None
) -> None:
    archive = opened(app)
    for name in archive.namelist():
        if name.endswith(".html"):
            html = archive.read(name).decode()
            assert re.findall(r"<script(?! src=)", html) == []
            assert "csrf" not in html


def test_questions_are_a_practice_in_their_language(app: Flask, school: None) -> None:
    archive = opened(app)
    english = archive.read("division/en/02-two.html").decode()
    assert 'value="1" data-right> <span>Option B</span>' in english
    assert "A practice: the answers are in this file." in english
    assert "문제 first?" in archive.read("division/ko/02-two.html").decode()


def test_a_quiz_with_limits_is_left_online(app: Flask, write: Write) -> None:
    limited = make.unit("one", [make.question()], quiz=QuizSpec(time_limit_minutes=5))
    with write() as session:
        make.publish(session, make.course(limited))
    html = opened(app, "en").read("division/en/01-one.html").decode()
    assert "This unit’s quiz has limits." in html
    assert "data-right" not in html


def test_the_download_is_the_version_one_reads(
    sign_in: Callable[..., Browser], client: Browser, school: None, write: Write
) -> None:
    citizen = sign_in()
    citizen.send("/ko/courses/division/start")
    with write() as session:
        make.publish(session, make.course(make.unit("new")))
    url = "/en/courses/division/offline/both.zip"
    assert "division-1-both.zip" in citizen.get(url).headers["Content-Disposition"]
    fresh = client.get(url)
    assert "division-2-both.zip" in fresh.headers["Content-Disposition"]
    names = zipfile.ZipFile(io.BytesIO(fresh.data)).namelist()
    assert "division/ko/01-new.html" in names
    assert client.get("/en/courses/division/offline/fr.zip").status_code == 404


def test_the_page_says_how_large_it_is(client: Browser, school: None) -> None:
    html = page(client, "/ko/courses/division/offline")
    size = len(client.get("/ko/courses/division/offline/both.zip").data)
    assert f"한국어와 영어 ({round(size / 1000)}KB)" in html


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_kind_of_question_stands_in_a_pack_with_its_answer(
    app: Flask, write: Write, language: str
) -> None:
    with write() as session:
        asked = make.unit("one", QUESTIONS, [make.paragraph(), BLOCKS[3]])
        make.publish(session, make.course(asked))
    html = opened(app, language).read(f"division/{language}/01-one.html").decode()
    assert html.count("<fieldset") == len(QUESTIONS)
    found = [found.group(1) for found in re.finditer(r'<ul class="solution">(.*?)</ul>', html)]
    assert [plain_of(each.replace("</li>", "</li> ")) for each in found] == SOLUTIONS[language]
    assert ("Other ways of writing the number" in html) == (language == "en")


SOLUTIONS = {
    "ko": [
        "보기 B", "보기 A 보기 B", "보기 A", "1953 년", "정전협정", "남: 서울 북: 평양",
        "1. 해방 2. 전쟁 3. 정전",
        (
            "빈칸 3개 중 1번: 1953 년 빈칸 3개 중 2번: 정전협정 "
            "빈칸 3개 중 3번: 보기 A"
        ),
        "판문점", "보기 B",
    ],
    "en": [
        "Option B", "Option A Option B", "Option A", "1953 years", "정전협정",
        "South: Seoul North: Pyongyang", "1. Liberation 2. War 3. Armistice",
        "Gap 1 of 3: 1953 years Gap 2 of 3: 정전협정 Gap 3 of 3: Option A", "Panmunjom", "Option B",
    ],
}  # fmt: skip


def test_what_a_pack_says_to_a_typed_answer_is_what_the_house_says() -> None:
    gentle = ShortBody((ShortAnswer("통*", 0.5), ShortAnswer("통일"), ShortAnswer("Unity")))
    assert solutions.typed_key(gentle) == {"accepted": ["Unity"], "case": False}
    assert solutions.typed_key(NUMBER)["ranges"] == [[1953, 1953, True], [1950, 1955.5, False]]


def test_a_quiz_with_limits_leaves_no_answer_of_any_kind_in_the_pack(
    app: Flask, write: Write
) -> None:
    with write() as session:
        limited = make.unit("one", QUESTIONS, [BLOCKS[3]], quiz=QuizSpec(attempts=1))
        make.publish(session, make.course(limited))
    archive = opened(app)
    for language in ("ko", "en"):
        html = archive.read(f"division/{language}/01-one.html").decode()
        for word in ("fieldset", "data-right", "data-key", "정전협정", "Pyongyang", "평양"):
            assert word not in html


def told(*given: tuple[str, list[Any]]) -> str:
    events = [
        {
            "k": f"0123456789abcdef{n}", "e": "answered", "c": "division", "m": "start",
            "u": "two", "v": 1, "t": "2026-03-02T00:00:00Z", "q": slug, "r": response,
        }
        for n, (slug, response) in enumerate(given)
    ]  # fmt: skip
    return json.dumps({"hanmadang": 1, "events": events})


def answers() -> str:
    return told(("first", [1]))


def test_answers_of_every_kind_are_graded_when_they_arrive(
    sign_in: Callable[..., Browser], write: Write, read: Write
) -> None:
    given: list[tuple[str, list[Any]]] = [
        ("several", [0, 1]), ("true-false", [0]), ("number", ["1,953년"]),
        ("words", ["정전 협정을"]),
        ("pairs", [0, None]), ("order", [0, 1, 2]), ("gaps", ["1953", "x", None]), ("spots", [0]),
        ("first", [1]),
    ]  # fmt: skip
    with write() as session:
        asked = make.unit("two", QUESTIONS, [BLOCKS[3]])
        make.publish(session, make.course(asked))
    citizen = sign_in()
    for _time in range(2):
        answer = citizen.send("/en/my/offline", {"code": told(*given, ("unexplained", ["?"]))})
        assert "The question takes no such answer." in answer.text
    assert 'href="/en/courses/division/start/two"' in answer.text
    with read() as session:
        rows = session.execute(select(Question.slug, Answer.score).join_from(Answer, Question))
        scores = {slug: round(score, 2) for slug, score in rows}
    whole = dict.fromkeys((slug for slug, _response in given), 1.0)
    assert scores == whole | {"pairs": 0.5, "gaps": 0.33}
    assert len(scores) == len(given)


def code_of(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "fields",
    [
        {"file": (io.BytesIO(answers().encode()), "answers-division.json")},
        {"code": code_of(answers())},
        {"code": answers()},
    ],
    ids=["file", "code", "text"],
)
def test_answers_come_back_by_file_code_or_text(
    sign_in: Callable[..., Browser], school: None, read: Write, fields: dict[str, Any]
) -> None:
    citizen = sign_in()
    answer = citizen.send("/en/my/offline", fields, content_type="multipart/form-data")
    assert (answer.status_code, "1 answer is new." in answer.text) == (200, True)
    again = citizen.send("/en/my/offline", {"code": code_of(answers())})
    assert "1 was here already." in again.text
    assert rows(read)["Answer"] == 1


@pytest.mark.parametrize("code", ["", "no such code!", "AAAA", "[]"])
def test_anything_else_is_refused_beside_the_field(
    sign_in: Callable[..., Browser], school: None, code: str
) -> None:
    answer = sign_in().send("/ko/my/offline", {"code": code})
    assert answer.status_code == 422
    assert "이곳에서 만든 답안 파일이 아닙니다." in answer.text


FILM, SOUND, PAPER = f"{'a' * 32}.webm", f"{'b' * 32}.mp3", f"{'c' * 32}.pdf"
CAPTION = "WEBVTT\n\n00:00.000 --> 00:02.000\nHello"


def media_blocks() -> list[BlockSpec]:
    words = make.text("말한 내용", "What is said")
    captions = make.text(CAPTION, CAPTION)
    return [
        VideoBlock(make.text("영상", "A film"), FILM, 90, words, captions),
        AudioBlock(make.text("소리", "A sound"), SOUND, 30, words),
        DocumentBlock(make.text("문서", "A paper"), PAPER, words),
    ]


def test_films_recordings_and_documents_come_along(app: Flask, write: Write) -> None:
    with write() as session:
        make.publish(session, make.course(make.unit("one", blocks=media_blocks())))
    archive = opened(app, "en")
    html = archive.read("division/en/01-one.html").decode()
    for name in (FILM, SOUND, PAPER):
        assert archive.read(f"division/media/{name}") == b"a film of eighteen"
        assert f'="../media/{name}"' in html
    assert html.count('src="data:text/vtt;base64,') == 2
    assert "What is said" in html


def test_what_is_too_large_is_named_with_its_size_and_a_link(
    app: Flask, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_media, "FILM_BYTES", 10)
    monkeypatch.setattr(pack_media, "MOST_BYTES", 30)
    with write() as session:
        make.publish(session, make.course(make.unit("one", blocks=media_blocks())))
    archive = opened(app, "en")
    html = archive.read("division/en/01-one.html").decode()
    with app.app_context():
        base = settings().base_url
    assert f'This film (1 KB) is not in the pack. <a href="{base}/media/{FILM}">' in html
    assert f'This file (1 KB) is not in the pack. <a href="{base}/media/{PAPER}">' in html
    assert "<video" not in html
    kept = [name for name in archive.namelist() if name.startswith("division/media/")]
    assert kept == [f"division/media/{SOUND}"]


def test_films_give_way_to_everything_else() -> None:
    files = [(FILM, 15 * 10**6), ("d.mp4", 17 * 10**6), (SOUND, 30 * 10**6), (PAPER, 20 * 10**6)]
    assert pack_media.fitting(files) == {SOUND, PAPER}
    assert pack_media.fitting(files[:3]) == {FILM, SOUND}


@pytest.mark.parametrize(
    ("count", "said"),
    [(1, "1 KB"), (999_499, "999 KB"), (1_250_000, "1.2 MB"), (12_400_000, "12 MB")],
)
def test_sizes_are_said_as_people_say_them(app: Flask, count: int, said: str) -> None:
    with app.app_context(), use_locale("en"):
        assert pack_media.size_of(count) == said


def test_a_part_that_lives_online_says_so(app: Flask, write: Write) -> None:
    with write() as session:
        make.publish(session, make.course(make.unit("one", blocks=BLOCKS[10:12])))
    html = opened(app, "en").read("division/en/01-one.html").decode()
    assert html.count("You take part in this online.") == 2
    assert "/en/courses/division/start/one#block-2" in html
