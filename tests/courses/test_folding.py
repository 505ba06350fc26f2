"""A long unit shows one part's form at a time; whatever is folded stays as it was."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from hanmadang.courses.domain import drafts
from hanmadang.courses.editing import steps, typed
from hanmadang.courses.editing.shown import FEW, open_parts, shown_blocks
from hanmadang.courses.editing.texts import confirmed
from hanmadang.courses.forms.authoring import AllChecked
from hanmadang.courses.models import DraftUnit
from hanmadang.kernel.bilingual import Bilingual
from hanmadang.kernel.i18n import use_locale
from tests.courses.test_desk import enter, pair, unit_id
from tests.courses.test_editing import as_sent
from tests.courses.test_weight import MOST, weight
from tests.factories import courses as make
from tests.factories.authoring import NOW, House, content_of
from tests.factories.course_kinds import BLOCKS, QUESTIONS

Write = Callable[[], Any]
__all__ = ["enter", "pair", "unit_id"]


def long_unit() -> dict[str, Any]:
    return content_of(questions=QUESTIONS, blocks=BLOCKS[:5])


def sent_folded(content: dict[str, Any], *open_names: str) -> MultiDict[str, str]:
    """The form of that content with all parts folded but those."""
    form = as_sent(content)
    parts = [("blocks", name) for name in form.getlist("blocks")]
    parts += [("questions", name) for name in form.getlist("questions")]
    for where, name in parts:
        if name not in open_names:
            form.add("folded", f"{where}.{name}")
            for field in [each for each in form if each.startswith(f"{where}.{name}.")]:
                del form[field]
    return form


def fields_of(form: MultiDict[str, str]) -> dict[str, Any]:
    return {name: form.getlist(name) for name in form}


def test_what_is_folded_stays_as_it_was() -> None:
    content = long_unit()
    form = sent_folded(content, "b1")
    form["blocks.b1.body.en"] = "Another text"
    after = typed.read_unit(form, content)
    assert after["blocks"][0]["body"] != content["blocks"][0]["body"]
    assert after["blocks"][1:] == content["blocks"][1:]
    assert after["questions"] == content["questions"]


def test_a_folded_part_can_be_moved_and_taken_out() -> None:
    content = long_unit()
    form = sent_folded(content)
    form.setlist("blocks", ["b2", "b1", "b3"])
    assert [block["key"] for block in typed.read_unit(form, content)["blocks"]] == [
        "b2", "b1", "b3",
    ]  # fmt: skip


def test_marking_every_translation_reaches_what_is_folded() -> None:
    content = long_unit()
    stale = Bilingual.of(ko="옛말", en="Old").with_text("ko", "새말").to_json()
    content["blocks"][0]["body"] = stale
    content["questions"][0]["options"][0]["label"] = stale
    after = typed.read_unit(AllChecked(sent_folded(content)), content)
    assert after["blocks"][0]["body"] == {"ko": "새말", "en": "Old"}
    assert after["questions"][0]["options"][0]["label"] == {"ko": "새말", "en": "Old"}
    assert confirmed(after) == after


def test_a_few_parts_are_all_open_and_many_only_where_one_works() -> None:
    few = {"blocks": [{"key": f"k{n}", "kind": "text"} for n in range(FEW)]}
    assert open_parts(few, [], {}) is None
    many = {"blocks": [{"key": f"k{n}", "kind": "text"} for n in range(FEW + 1)]}
    wrong: dict[str, list[Any]] = {"blocks.k3.body.en": []}
    assert open_parts(many, ["blocks.k1"], wrong) == {"blocks.k1", "blocks.k3"}


def test_a_folded_part_says_how_it_begins() -> None:
    content = {
        "blocks": [{"key": "k", "kind": "text", "body": {"ko": "가 " * 90, "en": "word " * 90}}]
    }
    with use_locale("en"):
        (part,) = shown_blocks(content, {}, set())
    assert (part.folded, part.fields) == (True, ())
    assert part.gist.startswith("word word")
    assert len(part.gist) <= 90


def test_opening_names_the_part_and_changes_nothing() -> None:
    content = long_unit()
    before = steps.copied(content)
    assert steps.step(content, "open:questions.first") == "questions.first"
    assert steps.step(content, "open:questions.nobody") == ""
    assert content == before


@pytest.fixture
def browser(pair: House, unit_id: int, enter: Any, write: Write) -> Any:
    save(write, pair, unit_id, long_unit())
    return enter(pair.first)


def save(write: Write, pair: House, unit_id: int, content: dict[str, Any]) -> None:
    with write() as session:
        at = session.get_one(DraftUnit, unit_id).revision
        drafts.save_unit(session, pair.first, unit_id, content, revision=at, now=NOW)


def test_without_script_a_press_opens_one_part_and_keeps_what_was_typed(
    browser: Any, unit_id: int, read: Write
) -> None:
    url = f"/en/desk/courses/units/{unit_id}"
    assert 'name="blocks.b1.body.en"' not in browser.get(url).text
    fields = fields_of(sent_folded(long_unit(), "b1"))
    typed_here = {"revision": "2", "blocks.b1.body.en": "Typed", "press": "open:blocks.b2"}
    answer = browser.send(url, fields | typed_here)
    page = browser.get(answer.location).text
    assert 'name="blocks.b2.' in page
    assert 'name="blocks.b1.body.en"' not in page
    with read() as session:
        assert session.get_one(DraftUnit, unit_id).content["blocks"][0]["body"]["en"] == "Typed"


def test_saving_leaves_open_what_was_open(browser: Any, unit_id: int) -> None:
    url = f"/en/desk/courses/units/{unit_id}"
    fields = fields_of(sent_folded(long_unit(), "b3"))
    answer = browser.send(url, fields | {"revision": "2"})
    assert "open=blocks.b3" in answer.location


def test_what_is_missing_is_open_with_its_field(
    browser: Any, pair: House, unit_id: int, write: Write
) -> None:
    content = long_unit()
    content["blocks"][0]["body"] = {"ko": "한국어만"}
    save(write, pair, unit_id, content)
    page = browser.get(f"/en/desk/courses/units/{unit_id}?check=1").text
    assert 'href="#f-blocks-b1-body-en"' in page
    assert 'id="f-blocks-b1-body-en"' in page


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_editor_of_a_long_unit_is_light(
    browser: Any, pair: House, unit_id: int, write: Write, language: str
) -> None:
    many = [make.question(f"q{number}") for number in range(20)]
    save(write, pair, unit_id, content_of(questions=many, blocks=BLOCKS))
    page = browser.get(f"/{language}/desk/courses/units/{unit_id}?open=questions.q3").text
    assert weight(page, browser) <= MOST
