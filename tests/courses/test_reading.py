"""Course files: everything in them is read, and every complaint names its place."""

import copy
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from hanmadang.courses.models import QuestionKind
from hanmadang.courses.reading import CourseFileError, read_course
from hanmadang.courses.specs import PerspectivesBlock, TableBlock, TextBlock
from hanmadang.courses.writing import content_hash
from hanmadang.kernel.i18n import use_locale

FILE = """
slug = "division"
position = 2
title = {ko = "분단", en = "Division"}
summary = {ko = "요약", en = "Summary"}
audience = {ko = "누구나", en = "Anyone"}

[[modules]]
slug = "start"
title = {ko = "시작", en = "Start"}
summary = {ko = "첫걸음", en = "First steps"}

[[modules.units]]
slug = "one"
title = {ko = "하나", en = "One"}
minutes = {ko = 8, en = 9}
topics = ["history"]
teaches = [{competency = "armistice", strength = 0.6}]
needs = ["families"]
perspective = ""

[[modules.units.blocks]]
kind = "text"
body = {ko = "**굵게**", en = "**bold**"}

[[modules.units.blocks]]
kind = "perspectives"
heading = {ko = "두 시각", en = "Two views"}
views = [
  {label = {ko = "가", en = "A"}, body = {ko = "가입니다", en = "It is A"}},
  {label = {ko = "나", en = "B"}, body = {ko = "나입니다", en = "It is B"}},
]

[[modules.units.blocks]]
kind = "table"
caption = {ko = "표", en = "Table"}
head = [{ko = "해", en = "Year"}, {ko = "일", en = "Event"}]
rows = [[{ko = "1953", en = "1953"}, {ko = "정전", en = "Armistice"}]]

[[modules.units.sources]]
title = {ko = "자료", en = "Source"}
publisher = {ko = "기관", en = "Body"}
year = 2020
url = "https://example.org/a"

[[modules.units.questions]]
slug = "first"
kind = "true_false"
competency = "armistice"
text = {ko = "맞나요?", en = "True?"}
explanation = {ko = "해설", en = "Because"}
[[modules.units.questions.options]]
label = {ko = "예", en = "Yes"}
correct = true
feedback = {ko = "맞아요", en = "Right"}
[[modules.units.questions.options]]
label = {ko = "아니요", en = "No"}
correct = false
feedback = {ko = "아니에요", en = "No"}
"""
GOOD: dict[str, Any] = tomllib.loads(FILE)
UNIT = ("modules", 0, "units", 0)


def changed(*path: str | int, to: object) -> dict[str, Any]:
    """The good file with one value replaced, or removed with `to=None`."""
    content = copy.deepcopy(GOOD)
    place: Any = content
    for step in path[:-1]:
        place = place[step]
    if to is None:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return content


def complaint(content: dict[str, Any]) -> CourseFileError:
    with pytest.raises(CourseFileError) as caught:
        read_course(content)
    return caught.value


def test_a_whole_file_is_read() -> None:
    course = read_course(GOOD)
    (unit,) = course.units()
    assert (course.slug, course.position, course.title.get("en")) == ("division", 2, "Division")
    assert (unit.minutes_ko, unit.minutes_en, unit.needs) == (8, 9, ("families",))
    assert [type(block) for block in unit.blocks] == [TextBlock, PerspectivesBlock, TableBlock]
    assert unit.questions[0].kind is QuestionKind.TRUE_FALSE
    assert unit.teaches[0].strength == 0.6
    assert unit.perspective is None


def test_a_viewpoint_is_read() -> None:
    content = changed(*UNIT, "perspective", to={"ko": "외교의 눈", "en": "A diplomat's view"})
    (unit,) = read_course(content).units()
    assert unit.perspective is not None
    assert unit.perspective.get("ko") == "외교의 눈"


def test_hangul_is_normalised() -> None:
    decomposed = "분단"
    course = read_course(changed("title", "ko", to=decomposed))
    assert course.title.get("ko") == "분단"


def test_the_same_content_has_the_same_hash() -> None:
    turned = dict(reversed(list(GOOD.items())))
    assert content_hash(read_course(GOOD)) == content_hash(read_course(turned))


def test_other_content_has_another_hash() -> None:
    other = read_course(changed(*UNIT, "minutes", "ko", to=9))
    assert content_hash(other) != content_hash(read_course(GOOD))


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("title", "en"), None, "title.en"),
        (("title", "ko"), "  ", "title.ko"),
        (("title", "ko"), 5, "title.ko"),
        (("title",), "분단", "title"),
        (("summary", "en"), "x" * 301, "summary.en"),
        (("slug",), "Division", "slug"),
        (("slug",), "분단", "slug"),
        (("slug",), "x" * 61, "slug"),
        (("position",), "2", "position"),
        (("position",), True, "position"),
        (("modules",), [], "modules"),
        (("colour",), "red", "colour"),
        ((*UNIT, "minutes", "en"), 0, "modules[1].units[1].minutes.en"),
        ((*UNIT, "minutes", "de"), 5, "modules[1].units[1].minutes.de"),
        ((*UNIT, "blocks"), [], "modules[1].units[1].blocks"),
        ((*UNIT, "topics"), ["History"], "modules[1].units[1].topics[1]"),
        ((*UNIT, "topics"), ["history", "history"], "modules[1].units[1].topics"),
        ((*UNIT, "needs"), "families", "modules[1].units[1].needs"),
        ((*UNIT, "teaches", 0, "strength"), 1.2, "modules[1].units[1].teaches[1].strength"),
        ((*UNIT, "teaches", 0, "strength"), 0, "modules[1].units[1].teaches[1].strength"),
        ((*UNIT, "blocks", 0, "kind"), "hologram", "modules[1].units[1].blocks[1].kind"),
        ((*UNIT, "blocks", 0, "body", "en"), None, "modules[1].units[1].blocks[1].body.en"),
        ((*UNIT, "blocks", 1, "views"), [], "modules[1].units[1].blocks[2].views"),
        ((*UNIT, "blocks", 2, "rows", 0), [], "modules[1].units[1].blocks[3].rows[1]"),
        ((*UNIT, "blocks", 2, "rows", 0, 1, "en"), None,
         "modules[1].units[1].blocks[3].rows[1][2].en"),
        ((*UNIT, "sources", 0, "url"), "javascript:x", "modules[1].units[1].sources[1].url"),
        ((*UNIT, "sources", 0, "year"), 20, "modules[1].units[1].sources[1].year"),
        ((*UNIT, "questions", 0, "kind"), "essay", "modules[1].units[1].questions[1].kind"),
        ((*UNIT, "questions", 0, "options", 0, "correct"), False,
         "modules[1].units[1].questions[1].options"),
        ((*UNIT, "questions", 0, "options", 1, "correct"), True,
         "modules[1].units[1].questions[1].options"),
        ((*UNIT, "questions", 0, "options", 0, "correct"), "yes",
         "modules[1].units[1].questions[1].options[1].correct"),
        ((*UNIT, "questions", 0, "options", 0, "feedback", "ko"), None,
         "modules[1].units[1].questions[1].options[1].feedback.ko"),
    ],
)  # fmt: skip
def test_a_complaint_names_its_place(path: tuple[Any, ...], value: object, place: str) -> None:
    assert complaint(changed(*path, to=value)).place == place


@pytest.mark.parametrize(
    "markup",
    [
        "<b>굵게</b>",
        "<script>alert(1)</script>",
        "끝</div>",
        '<a href="x">링크</a>',
        "줄<br/>바꿈",
        "<!-- 숨김 -->",
        "![그림](a.png)",
        "<img\nsrc=x>",
    ],
)
def test_html_and_pictures_are_refused(markup: str) -> None:
    body = (*UNIT, "blocks", 0, "body", "ko")
    assert complaint(changed(*body, to=markup)).place == "modules[1].units[1].blocks[1].body.ko"


@pytest.mark.parametrize("prose", ["3 < 5 그리고 5 > 3", "<https://example.org>", "a<b", "!느낌표"])
def test_signs_that_are_no_html_pass(prose: str) -> None:
    read_course(changed(*UNIT, "blocks", 0, "body", "ko", to=prose))


def test_a_character_no_database_keeps_is_refused() -> None:
    assert complaint(changed("title", "ko", to="분\x00단")).place == "title.ko"


def test_two_units_of_one_slug_are_refused() -> None:
    content = copy.deepcopy(GOOD)
    content["modules"][0]["units"].append(copy.deepcopy(content["modules"][0]["units"][0]))
    assert complaint(content).place == "modules[1].units"


def test_true_or_false_has_two_options() -> None:
    content = copy.deepcopy(GOOD)
    options = content["modules"][0]["units"][0]["questions"][0]["options"]
    options.append(copy.deepcopy(options[1]))
    assert complaint(content).place == "modules[1].units[1].questions[1].options"


def test_the_complaint_is_a_sentence_in_both_languages(app: Flask) -> None:
    error = complaint(changed("title", "en", to=None))
    with app.app_context(), use_locale("en"):
        assert str(error) == "title.en: this is missing"
    with app.app_context(), use_locale("ko"):
        assert str(error) == "title.en: 내용이 빠져 있습니다"


def test_every_course_of_the_demo_can_be_read(root: Path) -> None:
    files = sorted((root / "platform/hanmadang/demo/content/courses").glob("*.toml"))
    read = [read_course(tomllib.loads(file.read_text(encoding="utf-8"))).slug for file in files]
    assert read == [file.stem for file in files]


def test_reading_needs_no_database(count_queries: Callable[[], Any]) -> None:
    with count_queries() as statements:
        read_course(GOOD)
    assert statements == []
