"""Captions are WebVTT, and nothing that a browser would drop in silence."""

from collections.abc import Iterator

import pytest
from flask import Flask

from hanmadang.courses.captions import problem_in
from hanmadang.kernel.i18n import use_locale

CUE = "WEBVTT\n\n00:01.000 --> 00:02.500\n"

SOUND = [
    CUE + "안녕하세요",
    CUE + "<v Minji>Hello</v>",
    CUE + "<v.loud 민지>안녕</v> <i>very</i> <c.yellow>so</c>",
    CUE + "<lang en>Hello</lang> <00:01.500>there",
    "WEBVTT ko\n\nNOTE a note\nof two\n\n1\n00:00:01.000 --> 00:00:02.000 align:start\nA\nB",
    CUE + "A\n\nsecond\n00:02.000 --> 00:03.000\nB",
    CUE.replace("\n", "\r\n") + "A & B",
]  # fmt: skip


@pytest.fixture(autouse=True)
def in_korean(house: Flask) -> Iterator[None]:
    """The house has read the catalogues."""
    with use_locale("ko"):
        yield


@pytest.mark.parametrize("text", SOUND)
def test_sound_captions(text: str) -> None:
    assert problem_in(text) is None


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CUE + "<b onclick=x>A</b>", 4),
        (CUE + "<script>A</script>", 4),
        (CUE + "A <i", 4),
        ("WEBVTT\n\n00:02.000 --> 00:01.000\nA", 3),
        ("WEBVTT\n\n00:01.000 -> 00:02.000\nA", 3),
        ("WEBVTT\n\n00:01,000 --> 00:02,000\nA", 3),
        ("WEBVTT\n\n00:61.000 --> 01:02.000\nA", 3),
        ("WEBVTT\n\n00:01.000 --> 00:02.000 colour:red\nA", 3),
        (CUE + "A\n\n00:00.500 --> 00:03.000\nB", 6),
        (CUE + "A\n00:02.000 --> 00:03.000", 5),
        ("WEBVTT\n\nSTYLE\n::cue { color: red }", 3),
        ("WEBVTT\nA\n\n00:01.000 --> 00:02.000\nA", 2),
        ("WEBVTT\n\nwords without a time", 3),
    ],
)
def test_the_line_at_fault_is_named(text: str, line: int) -> None:
    assert (
        str(problem_in(text)) == f"자막의 {line}번째 줄은 여기서 보여 줄 수 있는 WebVTT가 아닙니다"
    )


def test_a_file_of_another_kind_is_told_so() -> None:
    said = "자막은 WEBVTT라고 적힌 줄로 시작해야 합니다"
    assert str(problem_in("1\n00:00:01,000 --> 00:00:02,000\nA")) == said


def test_captions_without_a_cue_are_none() -> None:
    assert str(problem_in("WEBVTT")) == "자막에는 대사가 하나 이상 있어야 합니다"
