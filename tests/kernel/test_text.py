"""Text at the border: normal form, refused characters, safe Markdown, findable Hangul."""

import unicodedata

import pytest

from hanmadang.kernel.text import (
    UnusableTextError,
    clean,
    like_pattern,
    one_line,
    rich,
    search_form,
)


def test_decomposed_hangul_becomes_composed() -> None:
    assert clean(unicodedata.normalize("NFD", "통일")) == "통일"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x\udfff"])
def test_characters_no_database_keeps_are_refused(text: str) -> None:
    with pytest.raises(UnusableTextError):
        clean(text)


def test_text_direction_overrides_are_removed() -> None:
    assert clean("user\u202egnp.exe") == "usergnp.exe"


def test_one_line_folds_white_space() -> None:
    assert one_line("  서울\n\t 포럼 ") == "서울 포럼"


def test_two_syllables_are_found_inside_a_compound() -> None:
    assert search_form("통일") in search_form("평화통일교육")


def test_search_ignores_case_and_width() -> None:
    assert search_form("Ｓeoul") == search_form("seoul")


def test_like_pattern_takes_wildcards_literally() -> None:
    assert like_pattern("50%_!") == "%50!%!_!!%"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "<img src=x onerror=alert(1)>",
        "[x](data:text/html,<script>alert(1)</script>)",
        '<a href="x" onclick="alert(1)">x</a>',
    ],
)
def test_markdown_cannot_carry_scripts(attack: str) -> None:
    html = rich(attack)
    assert "<script" not in html
    assert "<img" not in html
    assert '<a href="javascript' not in html
    assert '<a href="x" onclick' not in html


def test_markdown_gives_paragraphs_lists_and_links() -> None:
    html = rich("**굵게**\n\n- 하나\n\n[링크](https://example.org)")
    assert "<strong>굵게</strong>" in html
    assert "<li>하나</li>" in html
    assert 'href="https://example.org"' in html


def test_bold_korean_next_to_brackets_is_bold() -> None:
    assert "<strong>서울(Seoul)</strong>에서" in rich("**서울(Seoul)**에서")
    assert "<strong>“통일”</strong>은" in rich("**“통일”**은")
