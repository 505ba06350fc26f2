"""The form of a unit: what was typed becomes the draft, and everything wrong with it is named."""

from copy import deepcopy
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from hanmadang.courses.editing import merging, schema, steps, typed
from hanmadang.courses.editing.complaints import of_question, of_unit
from hanmadang.courses.editing.difference import compare, words
from hanmadang.courses.editing.file import unit_content, unit_file
from hanmadang.courses.editing.shown import Shown, shown_blocks, shown_fields, shown_questions
from hanmadang.courses.editing.texts import changed, is_checked, text_of
from hanmadang.courses.models import BlockKind, QuestionKind
from hanmadang.courses.writing import write_course, write_question, write_unit
from hanmadang.kernel.bilingual import Bilingual, TextState
from hanmadang.kernel.i18n import use_locale
from tests.factories import courses as make
from tests.factories.authoring import content_of
from tests.factories.course_kinds import BLOCKS, QUESTIONS


def whole() -> dict[str, Any]:
    """A unit with a block and a question of every kind, as a draft."""
    return unit_content(write_unit(make.unit("many", QUESTIONS, BLOCKS, needs=("families",))))


def as_sent(content: dict[str, Any]) -> MultiDict[str, str]:
    """The form of that content, as a browser sends it untouched."""
    form: MultiDict[str, str] = MultiDict()
    for name in ("topics", "needs"):
        form.setlist(name, content.get(name, []))
    for each in content.get("teaches", ()):
        form.add("teaches", each["competency"])
        form.add(f"strength.{each['competency']}", f"{each['strength'] * 100:g}")
    for language, minutes in content.get("minutes", {}).items():
        form.add(f"minutes.{language}", str(minutes))
    _send(form, shown_fields((*schema.UNIT, schema.SOURCES), content, {}))
    _send(form, shown_fields(schema.QUIZ, content.get("quiz", {}), {}, "quiz."))
    for where, parts in (
        ("blocks", shown_blocks(content, {})), ("questions", shown_questions(content, {})),
    ):  # fmt: skip
        for part in parts:
            form.add(where, part.name)
            _send(form, part.fields)
    return form


def _send(form: MultiDict[str, str], fields: tuple[Shown, ...]) -> None:
    for field in fields:
        if field.how in ("text", "body"):
            for language, text in field.texts.items():
                form.add(f"{field.place}.{language}", text)
            if field.checked:
                form.add(f"{field.place}.ok", "1")
        elif field.how in ("parts", "texts", "grid"):
            form.add(f"{field.place}.n", str(len(field.rows)))
            for row in field.rows:
                if field.how == "grid":
                    form.add(f"{row.place}.n", str(len(row.fields)))
                _send(form, row.fields)
        elif field.how != "flag" or field.value:
            form.add(field.place, field.value)


def test_a_form_sent_untouched_changes_nothing() -> None:
    content = whole()
    after = typed.read_unit(as_sent(content), content)
    assert unit_file("many", after) == unit_file("many", content)


def test_the_form_of_a_stale_text_sent_untouched_keeps_it_stale() -> None:
    stale = Bilingual.of(ko="옛말", en="Old").with_text("ko", "새말")
    content = content_of() | {"title": stale.to_json()}
    assert text_of(typed.read_unit(as_sent(content), content)["title"]) == stale


@pytest.mark.parametrize("kind", BlockKind)
def test_a_new_block_of_each_kind_can_be_shown_sent_and_named(kind: BlockKind) -> None:
    content: dict[str, Any] = {}
    place = steps.step(content, f"block:{kind}")
    again = typed.read_unit(as_sent(content), content)
    assert [block["kind"] for block in again["blocks"]] == [kind]
    about = [each.place for each in of_unit("new", again) if each.place.startswith(place)]
    assert about, "an empty block cannot be handed in"


@pytest.mark.parametrize("kind", QuestionKind)
def test_a_new_question_of_each_kind_can_be_shown_sent_and_named(kind: QuestionKind) -> None:
    content: dict[str, Any] = {}
    assert steps.step(content, f"question:{kind}") == "questions.q1"
    again = typed.read_unit(as_sent(content), content)
    assert [(q["slug"], q["kind"]) for q in again["questions"]] == [("q1", kind)]
    assert [e for e in of_unit("new", again) if e.place.startswith("questions.q1.text")]


def test_a_whole_unit_has_no_complaints() -> None:
    assert of_unit("many", whole()) == []


def test_every_hole_is_named_not_only_the_first() -> None:
    content = whole()
    content["title"] = {"ko": "한국어만"}
    content["minutes"] = {"ko": "many"}
    del content["blocks"][2]["caption"]
    content["blocks"][2]["rows"][0][1] = {"en": "1953"}
    content["questions"][0]["options"][1]["correct"] = False
    del content["questions"][3]["text"]
    key = content["blocks"][2]["key"]
    assert [each.place for each in of_unit("many", content)] == [
        "title.en",
        "minutes.ko",
        f"blocks.{key}.caption",
        f"blocks.{key}.rows.0.1.ko",
        "questions.first.options",
        "questions.number.text",
    ]


def test_a_complaint_counts_the_rows_that_were_left_empty() -> None:
    content = content_of(questions=[make.question()])
    content["questions"][0]["options"].insert(0, {})
    del content["questions"][0]["options"][2]["label"]["en"]
    with use_locale("en"):
        found = of_unit("one", content)
    assert [each.place for each in found] == ["questions.first.options.2.label.en"]
    assert str(found[0].label).endswith("Option 3 · Text of the option · English")


def test_empty_rows_are_for_typing_not_for_learners() -> None:
    content = content_of(questions=[make.question()])
    content["questions"][0]["options"].append({"correct": False})
    assert unit_file("one", content) == write_unit(make.unit(questions=[make.question()]))


def test_what_is_no_number_stays_as_it_was_typed() -> None:
    content = content_of()
    form = as_sent(content)
    form["minutes.ko"] = "about ten"
    assert typed.read_unit(form, content)["minutes"] == {"ko": "about ten", "en": 7}


@pytest.mark.parametrize(
    ("press", "slugs"),
    [
        ("up:questions.q2", ["q2", "q1", "q3"]),
        ("down:questions.q2", ["q1", "q3", "q2"]),
        ("up:questions.q1", ["q1", "q2", "q3"]),
        ("remove:questions.q2", ["q1", "q3"]),
        ("remove:questions.q9", ["q1", "q2", "q3"]),
        ("remove:questions", ["q1", "q2", "q3"]),
        ("nonsense", ["q1", "q2", "q3"]),
    ],
)
def test_one_press_moves_or_removes(press: str, slugs: list[str]) -> None:
    content: dict[str, Any] = {}
    for _ in range(3):
        steps.step(content, "question:one")
    steps.step(content, press)
    assert [question["slug"] for question in content["questions"]] == slugs


def test_a_column_goes_through_every_row() -> None:
    content: dict[str, Any] = {}
    place = steps.step(content, "block:table")
    table = content["blocks"][0]
    assert steps.step(content, f"add:{place}.head") == f"{place}.head.2"
    steps.step(content, f"add:{place}.rows")
    assert [len(row) for row in table["rows"]] == [3, 3, 3]
    table["rows"][0][0] = {"ko": "가", "en": "a"}
    steps.step(content, f"remove:{place}.head.0")
    assert table["rows"][0] == [{}, {}]


def test_a_translation_left_alone_becomes_stale_and_is_checked_by_hand() -> None:
    text = changed(Bilingual(), {"ko": "정전", "en": "Armistice"}, checked=True)
    assert is_checked(text)
    text = changed(text, {"ko": "정전협정", "en": "Armistice"}, checked=True)
    assert text.is_stale("en")
    text = changed(text, {"ko": "정전협정", "en": "Armistice"}, checked=False)
    assert text.is_stale("en")
    assert is_checked(changed(text, {"ko": "정전협정", "en": "Armistice"}, checked=True))
    unsure = changed(text, {"ko": "정전협정", "en": "The armistice"}, checked=False)
    assert (unsure.parts["en"].state, unsure.is_stale("en")) == (TextState.DRAFT, False)


def test_a_difference_is_told_by_word_and_language() -> None:
    before = write_course(make.course())
    after = write_course(make.course())
    unit = after["modules"][0]["units"][0]
    unit["blocks"][0]["body"]["en"] = "This is paragraph number first."
    unit["blocks"].append({"kind": "text", "body": {"ko": "새 글", "en": "A new text"}})
    with use_locale("en"):
        (found,) = compare(before, after)
    assert [(part.title, part.how) for part in found.parts] == [
        ("Part 1: Lesson text", "changed"), ("Part 3: Lesson text", "added"),
    ]  # fmt: skip
    (change,) = found.parts[0].changes
    assert [(s.how, s.text) for s in change.segments] == [
        ("same", "This is paragraph "), ("added", "number "), ("same", "first."),
    ]  # fmt: skip
    assert (change.language, change.label) == ("en", "Lesson text · English")


def test_what_stayed_is_not_told() -> None:
    file = write_course(make.course(make.unit("one"), make.unit("two")))
    assert [(unit.place, unit.how) for unit in compare(file, file)] == [
        ("start/one", "same"), ("start/two", "same"),
    ]  # fmt: skip
    gone = write_course(make.course(make.unit("one")))
    assert [(u.place, u.how) for u in compare(file, gone)][-1] == ("start/two", "removed")


def test_words_put_together_again_are_both_texts() -> None:
    before, after = "가 나 다 라", "가 다 라 마  바"
    found = words(before, after)
    assert "".join(s.text for s in found if s.how != "added") == before
    assert "".join(s.text for s in found if s.how != "removed") == after


def test_two_peoples_work_is_merged_as_chosen() -> None:
    base = content_of()
    key = base["blocks"][0]["key"]
    mine, theirs = (unit_copy(base) for _ in range(2))
    mine["blocks"][0]["body"]["ko"] = "내 글"
    mine["title"] = {"ko": "내 제목", "en": "Unit one"}
    theirs["blocks"][0]["body"]["ko"] = "남의 글"
    theirs["blocks"][1]["body"]["en"] = "Their second"
    theirs["minutes"] = {"ko": 30, "en": 30}
    found = {each.place: each for each in merging.clashes(base, mine, theirs)}
    second = base["blocks"][1]["key"]
    assert {place: each.usual for place, each in found.items()} == {
        "title.ko": "mine",
        "minutes": "theirs",
        f"blocks.{key}.body.ko": "mine",
        f"blocks.{second}.body.en": "theirs",
    }
    chosen = {place: each.usual for place, each in found.items()}
    chosen[f"blocks.{key}.body.ko"] = "both"
    merged = merging.merge(mine, theirs, chosen)
    assert text_of(merged["blocks"][0]["body"]).get("ko") == "남의 글\n\n내 글"
    assert text_of(merged["blocks"][1]["body"]).get("en") == "Their second"
    assert (text_of(merged["title"]).get("ko"), merged["minutes"]["ko"]) == ("내 제목", 30)


def test_parts_only_one_of_them_has_are_kept_or_left_as_chosen() -> None:
    base = content_of()
    mine, theirs = (unit_copy(base) for _ in range(2))
    mine["blocks"].insert(1, {"key": "new", "kind": "text", "body": {"ko": "가", "en": "a"}})
    gone = theirs["blocks"].pop(0)["key"]
    usual = {each.place: each.usual for each in merging.clashes(base, mine, theirs)}
    assert usual["blocks.new"] == "mine"
    assert usual[f"blocks.{gone}"] == "theirs"
    merged = merging.merge(mine, theirs, usual)
    assert [block["key"] for block in merged["blocks"]] == ["new", theirs["blocks"][0]["key"]]


def unit_copy(content: dict[str, Any]) -> dict[str, Any]:
    """The same with lists and tables of its own."""
    return deepcopy(content)


def test_a_question_without_a_competency_misses_something() -> None:
    question = write_question(make.question("first")) | {"competency": ""}
    with use_locale("en"):
        found = [str(each) for problems in of_question(question).values() for each in problems]
    assert found == ["this is missing"]


@pytest.mark.parametrize(("said", "kept"), [("3:25", 205), ("205", 205), ("3:61", "3:61")])
def test_a_length_may_be_said_in_minutes_and_seconds(said: str, kept: Any) -> None:
    content: dict[str, Any] = {}
    steps.step(content, "block:video")
    form = as_sent(content)
    form[f"blocks.{content['blocks'][0]['key']}.seconds"] = said
    assert typed.read_unit(form, content)["blocks"][0]["seconds"] == kept


def test_the_next_question_asks_for_what_the_last_one_did() -> None:
    content: dict[str, Any] = {"teaches": [{"competency": "families"}]}
    steps.step(content, "question:one")
    content["questions"][0]["competency"] = "war"
    steps.step(content, "question:short")
    assert [each["competency"] for each in content["questions"]] == ["war", "war"]


def test_a_question_without_words_to_accept_is_told_once() -> None:
    content: dict[str, Any] = {}
    steps.step(content, "question:short")
    places = [each.place for each in of_unit("new", content)]
    assert [place for place in places if ".answers" in place] == ["questions.q1.answers"]
