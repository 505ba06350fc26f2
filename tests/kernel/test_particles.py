"""Korean particles follow the sound before them."""

import pytest

from hanmadang.kernel.particles import with_particle


@pytest.mark.parametrize(
    ("word", "pair", "expected"),
    [
        ("포럼", "을/를", "포럼을"),
        ("전시", "을/를", "전시를"),
        ("음악회", "이/가", "음악회가"),
        ("한마당", "은/는", "한마당은"),
        ("서울", "으로/로", "서울로"),
        ("부산", "으로/로", "부산으로"),
        ("파주", "으로/로", "파주로"),
        ("2026", "이/가", "2026이"),
        ("3", "이/가", "3이"),
        ("4", "이/가", "4가"),
        ("10", "을/를", "10을"),
        ("Seoul", "을/를", "Seoul을"),
        ("Seoul", "으로/로", "Seoul로"),
        ("DMZ", "은/는", "DMZ는"),
        ("한마당(2026)", "을/를", "한마당(2026)을"),
        ("“남녘 노래”", "을/를", "“남녘 노래”를"),
        ("뷁", "과/와", "뷁과"),
        ("", "을/를", "를"),
    ],
)
def test_particle_fits_the_sound(word: str, pair: str, expected: str) -> None:
    assert with_particle(word, pair) == expected


def test_markup_around_a_word_is_not_heard() -> None:
    assert with_particle("<b>포럼</b>", "을/를") == "<b>포럼</b>을"
