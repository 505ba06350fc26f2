"""The unit editor with script: it saves by itself, takes files in place, loses nobody's work."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect
from sqlalchemy import select

from hanmadang.courses.models import DraftUnit
from tests.browser.city import City
from tests.browser.journey import Journey, Way, journey
from tests.browser.visitor import Journal, Visitor
from tests.factories.pictures import photograph
from tests.support.browser import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TITLE, TEXT = "title.en", "blocks.b1.body.en"


@pytest.fixture(params=[Way("ko", PHONE), Way("en")], ids=str)
def walk(sample_city: City, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Journey]:
    """An editor at work; whatever the pages complain about fails the test."""
    journal = Journal()
    with journey(sample_city, chromium, request.param, journal) as begun:
        yield begun
    assert journal.faults == []


@pytest.fixture
def editor(walk: Journey) -> Visitor:
    """In front of the editor of a new unit."""
    visitor = _enter(walk, "first")
    visitor.go("/desk/courses/new")
    visitor.type(**{"title.en": "Songs", "first.ko": "첫 노래", "first.en": "The first song"})
    visitor.press("Begin the course")
    visitor.page.wait_for_url("**/desk/courses/units/*")
    _stays(visitor)
    return visitor


def _enter(walk: Journey, name: str) -> Visitor:
    visitor = walk.person(name)
    visitor.go("/demo")
    visitor.press("Continue as: %(name)s", name=visitor.word("Partner institution"))
    return visitor


def _stays(visitor: Visitor) -> None:
    """Remember that this page stands here, to tell it from another that looks the same."""
    visitor.page.evaluate("window.stays = true")


def _still_here(visitor: Visitor) -> bool:
    return bool(visitor.page.evaluate("window.stays === true"))


def _said(visitor: Visitor, message: str) -> None:
    """The save bar says this, up to the first thing that differs."""
    start = visitor.word(message, time="\0", day="\0").partition("\0")[0]
    expect(visitor.main.locator("[data-editor-status]")).to_have_text(
        re.compile(f"^{re.escape(start)}")
    )


def _stored(walk: Journey, visitor: Visitor) -> dict[str, Any]:
    number = int(re.findall(r"units/(\d+)", visitor.path)[0])
    with walk.city.records() as records:
        query = select(DraftUnit.content).where(DraftUnit.id == number)
        return dict(records.scalars(query).one())


def test_what_is_typed_is_saved_by_itself(walk: Journey, editor: Visitor) -> None:
    editor.type(**{TITLE: "Songs of two coasts"})
    _said(editor, "Not saved yet")
    with editor.page.expect_response("**/desk/courses/units/*"):
        pass
    _said(editor, "Saved %(time)s")
    assert _stored(walk, editor)["title"]["en"] == "Songs of two coasts"
    assert _still_here(editor)


def test_save_stays_on_the_page_and_the_bar_is_low(walk: Journey, editor: Visitor) -> None:
    editor.type(**{TEXT: "Somebody sang."})
    editor.press("Save")
    _said(editor, "Saved %(time)s")
    assert _stored(walk, editor)["blocks"][0]["body"]["en"] == "Somebody sang."
    assert _still_here(editor)
    bar = editor.main.locator(".editor__bar").bounding_box()
    assert bar is not None
    assert bar["height"] <= 64
    editor.look("saved")


def test_a_part_is_opened_in_place_and_the_others_fold(walk: Journey, editor: Visitor) -> None:
    editor.type(**{TEXT: "Somebody sang."})
    for _number in range(2):
        editor.press("Lesson text")
    editor.reads("Somebody sang.")
    first = editor.main.locator("#f-blocks-b1")
    expect(first.locator("textarea")).to_have_count(0)
    editor.activate(first.get_by_role("button", name=editor.word("Edit")))
    expect(first.locator("textarea").first).to_be_focused()
    expect(editor.main.locator(f'[name="{TEXT}"]')).to_have_value("Somebody sang.")
    assert _still_here(editor)
    editor.look("folded")


def test_a_picture_is_uploaded_where_it_stands(
    walk: Journey, editor: Visitor, tmp_path: Path
) -> None:
    photo, paper = tmp_path / "quay.jpg", tmp_path / "quay.txt"
    photo.write_bytes(photograph())
    paper.write_text("no picture", encoding="utf-8")
    editor.type(**{TEXT: "Typed a moment before."})
    editor.press("Picture")
    field = editor.main.locator('[name$=".picture"]')
    editor.expected_errors = re.compile("422|415")
    _choose(editor, paper)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    _choose(editor, photo)
    expect(editor.main.locator("img.file-picture")).to_be_visible()
    blocks = _stored(walk, editor)["blocks"]
    assert blocks[0]["body"]["en"] == "Typed a moment before."
    assert blocks[1]["picture"] == field.input_value()
    assert _still_here(editor)
    editor.look("picture")


def _choose(editor: Visitor, path: Path) -> None:
    with editor.page.expect_file_chooser() as chooser:
        editor.press("Upload a picture")
    with editor.page.expect_response("**/files"):
        chooser.value.set_files(path)


def test_two_editors_of_one_unit_lose_nothing(walk: Journey, editor: Visitor) -> None:
    other = _enter(walk, "other")
    other.page.goto(editor.page.url)
    editor.expected_errors = other.expected_errors = re.compile("409")
    other.type(**{TITLE: "Their title"})
    other.press("Save")
    _said(other, "Saved %(time)s")
    editor.type(**{TITLE: "My title", TEXT: "My text"})
    _said(editor, "Somebody else saved this unit. Press “Save” to compare; nothing is lost.")
    assert _stored(walk, editor)["title"]["en"] == "Their title"
    editor.press("Save")
    editor.sees("What you wrote")
    editor.reads("Their title")
    editor.look("conflict")
    editor.tick(editor.main.locator('[name="pick.title.en"][value="mine"]'))
    editor.activate(editor.main.locator("form button[type=submit]").last)
    expect(editor.main.locator(f'[name="{TITLE}"]')).to_have_value("My title")
    kept = _stored(walk, editor)
    assert (kept["title"]["en"], kept["blocks"][0]["body"]["en"]) == ("My title", "My text")


def test_without_a_connection_the_text_stays_and_is_saved_later(
    walk: Journey, editor: Visitor
) -> None:
    def cut(route: Route) -> None:
        route.abort()

    editor.expected_errors = re.compile("ERR_FAILED")
    editor.page.route("**/desk/courses/units/*", cut)
    editor.type(**{TEXT: "Written on a train."})
    _said(editor, "Not saved: no connection. Your text stays on this page.")
    editor.page.unroute("**/desk/courses/units/*", cut)
    editor.press("Save")
    _said(editor, "Saved %(time)s")
    assert _stored(walk, editor)["blocks"][0]["body"]["en"] == "Written on a train."
