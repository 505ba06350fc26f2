"""What leaves comes back: our archive exactly, the other forms as far as they can say it."""

import json
from typing import Any

import pytest

from hanmadang.courses.exchange import own
from hanmadang.courses.exchange.apart import read_apart
from hanmadang.courses.exchange.child import seconds_for
from hanmadang.courses.exchange.failures import ExchangeError
from hanmadang.courses.exchange.formats import read
from hanmadang.courses.exchange.imported import File, Format, Options
from hanmadang.courses.exchange.leaving import leave
from hanmadang.courses.exchange.own import Packed
from hanmadang.courses.exchange.report import Outcome
from hanmadang.courses.reading import read_course
from hanmadang.courses.writing import write_course
from hanmadang.kernel.bilingual import TextState
from hanmadang.kernel.pictures import draw
from tests.factories import courses as make
from tests.factories.course_kinds import BLOCKS, PICTURE, QUESTIONS
from tests.factories.foreign import files
from tests.factories.foreign.archives import PICTURE as PIXEL
from tests.factories.foreign.archives import zipped

SPEC = make.course(make.unit("one", QUESTIONS, BLOCKS))
WHOLE = json.loads(json.dumps(write_course(SPEC)))
KOREAN = Options("ko", "armistice")


def with_picture() -> tuple[File, dict[str, bytes]]:
    drawn = draw(PIXEL)
    return json.loads(json.dumps(WHOLE).replace(PICTURE, drawn.name)), {drawn.name: drawn.content}


def test_our_archive_comes_back_exactly() -> None:
    course, pictures = with_picture()
    title = (
        make.text("하나", "One").with_text("ko", "하나 둘").with_text("en", "1", TextState.MACHINE)
    )
    course["title"] = title.to_json()
    sent = own.write(Packed(course, pictures))
    back = read_apart("a.zip", sent, Options())
    assert back.archive == sent
    assert not [note for note in back.notes if note.outcome is not Outcome.KEPT]
    assert read_course(read("a.zip", sent, Options()).course).title == title


def test_the_same_course_gives_the_same_bytes() -> None:
    assert own.write(Packed(WHOLE)) == own.write(Packed(dict(reversed(WHOLE.items()))))
    first, second = (leave("olx", WHOLE, {}, "ko").content for _ in range(2))
    assert first == second


def simple(kind: str) -> dict[str, Any]:
    """Questions of the kinds that every form knows, as they come back from it."""
    made = leave(kind, WHOLE, {}, "ko")
    back = read(f"x.{made.ending}", made.content, KOREAN)
    return {question["slug"]: question for question in back.questions()}


@pytest.mark.parametrize("kind", ["gift", "olx"])
def test_a_question_comes_back_in_its_language(kind: str) -> None:
    first = simple(kind)["first"]
    original = WHOLE["modules"][0]["units"][0]["questions"][0]
    assert first["text"] == {"ko": original["text"]["ko"]}
    assert first["explanation"] == {"ko": original["explanation"]["ko"]}
    assert [o["correct"] for o in first["options"]] == [False, True, False]
    assert [o["feedback"]["ko"] for o in first["options"]] == [
        o["feedback"]["ko"] for o in original["options"]
    ]


def test_a_text_with_gaps_comes_back_from_open_edx() -> None:
    gaps = simple("olx")["gaps"]
    assert gaps["passage"] == {"ko": "[[1]]에 [[2]]을 맺고 [[3]]이 멈췄다."}
    assert [gap["kind"] for gap in gaps["gaps"]] == ["numeric", "short", "one"]


def test_a_table_comes_back_in_both_languages() -> None:
    back = simple("csv")
    for question in WHOLE["modules"][0]["units"][0]["questions"]:
        if question["slug"] in back and question["kind"] not in {"numeric", "short"}:
            assert back[question["slug"]] == question
    assert set(back) == {q["slug"] for q in WHOLE["modules"][0]["units"][0]["questions"]} - {
        "gaps",
        "spots",
    }


@pytest.mark.parametrize("kind", ["gift", "olx", "csv"])
def test_what_a_form_cannot_say_is_named(kind: str) -> None:
    made = leave(kind, WHOLE, {}, "ko")
    named = {note.construct for note in made.notes if note.outcome is Outcome.LEFT}
    assert {"event", "poll", "spots"} <= named


@pytest.mark.parametrize("name", files())
def test_whatever_was_imported_is_read_back_from_our_archive(name: str) -> None:
    found = read(*files()[name], KOREAN)
    sent = own.write(Packed(found.course, {}, found.media, found.is_bank, found.language))
    assert read("a.zip", sent, Options()).course == found.course


@pytest.mark.parametrize(
    "document",
    [b"{}", b"[]", b'{"version": 2, "course": {}}', b'{"version": 1, "course": {"modules": 3}}',
     b'{"version": 1, "course": {"modules": [{"units": [{"blocks": [1]}]}]}}', b"[" * 9_000],
)  # fmt: skip
def test_an_archive_that_only_looks_like_ours_is_refused(document: bytes) -> None:
    with pytest.raises(ExchangeError):
        read("a.zip", zipped({"course.json": document}), Options())


def test_a_picture_under_a_false_name_is_not_taken() -> None:
    sent = own.write(Packed(WHOLE, {"0" * 32: PIXEL}))
    found = read("a.zip", sent, Options(), Format.OWN)
    assert not found.pictures


def test_a_large_file_may_take_longer() -> None:
    assert seconds_for(1) == 1.0
    assert seconds_for(8 * 2**20) == 2.0
