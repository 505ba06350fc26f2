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

from hanmadang.courses import packs
from hanmadang.courses.queries.offline import pack_content, pack_head
from hanmadang.courses.specs import QuizSpec
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.permissions import NOBODY
from tests.conftest import Browser
from tests.courses.reading import Write, page, rows
from tests.factories import courses as make


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
    assert 'value="1" data-right> Option B' in english
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


def answers() -> str:
    event = {
        "k": "0123456789abcdef", "e": "answered", "c": "division", "m": "start", "u": "two",
        "v": 1, "t": "2026-03-02T00:00:00Z", "q": "first", "r": [1],
    }  # fmt: skip
    return json.dumps({"hanmadang": 1, "events": [event]})


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
