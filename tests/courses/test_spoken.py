"""Captions as authors have them: lines with a time, SRT or WebVTT; what follows from them."""

from typing import Any

import pytest

from hanmadang.courses.captions import problem_in
from hanmadang.courses.editing import spoken
from hanmadang.courses.editing.texts import changed, is_checked, text_of, written
from hanmadang.kernel.bilingual import Bilingual

LINES = {"ko": "0:00 하나\n0:04 둘\n1:02 셋", "en": "0:00 One\n0:04 Two\n1:02 Three"}
SRT = "1\n00:00:00,000 --> 00:00:04,000\nOne\n\n2\n00:00:04,000 --> 00:00:07,500\nTwo"


def film(captions: Any, **more: Any) -> dict[str, Any]:
    return spoken.completed({"kind": "video", "captions": captions, **more})


def test_lines_with_a_time_become_captions_in_both_languages() -> None:
    said = text_of(film(LINES)["captions"])
    assert [problem_in(said.get(language)) for language in ("ko", "en")] == [None, None]
    assert "00:00:04.000 --> 00:01:02.000\n둘" in said.get("ko")
    assert said.get("en").endswith("00:01:02.000 --> 00:01:07.000\nThree")


def test_srt_becomes_webvtt() -> None:
    said = text_of(film({"ko": SRT, "en": SRT})["captions"])
    assert problem_in(said.get("en")) is None
    assert "00:00:04.000 --> 00:00:07.500\nTwo" in said.get("en")


def test_length_and_transcript_follow_where_they_are_empty() -> None:
    part = film(LINES)
    assert part["seconds"] == 67
    transcript = text_of(part["transcript"])
    assert transcript.get("ko") == "하나 둘 셋"
    assert is_checked(transcript)


def test_what_an_author_wrote_stands() -> None:
    own = {"ko": "내 녹취록", "en": "My transcript"}
    part = film(LINES, seconds=99, transcript=own)
    assert part["seconds"] == 99
    assert {name: text_of(part["transcript"]).get(name) for name in own} == own


def test_saving_again_changes_nothing() -> None:
    once = film(LINES)
    assert spoken.completed(dict(once)) == once


@pytest.mark.parametrize("typed", ["hello", "0:05 One\n0:02 Two", "0:05 One\nand more", ""])
def test_what_is_no_captions_stays_as_it_was_typed(typed: str) -> None:
    assert film({"ko": typed, "en": typed}) == {
        "kind": "video", "captions": {"ko": typed, "en": typed},
    }  # fmt: skip


def test_a_translation_not_yet_checked_is_not_checked_by_another_form() -> None:
    draft = written(changed(Bilingual(), LINES, checked=False))
    assert not is_checked(text_of(draft))
    assert not is_checked(text_of(film(draft)["captions"]))
