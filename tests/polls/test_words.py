"""Which short answers are one entry of a word cloud, in Korean and English."""

import random

import pytest

from hanmadang.polls.words import Word, cloud, fold, without_doubles


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("평화", "평화"),
        ("  평화!  ", "평화"),
        ("평화 통일", "평화통일"),
        ("\u1111\u1167\u11bc\u1112\u116a", "평화"),
        ("Peace", "peace"),
        ("ＰＥＡＣＥ", "peace"),
        ("“Peace  and  quiet.”", "peace and quiet"),
        ("#이산가족", "이산가족"),
        ("6·15", "6·15"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("!?", ""),
        ("", ""),
    ],
)
def test_what_makes_no_difference(typed: str, folded: str) -> None:
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("stem", "form"),
    [
        ("평화", "평화를"),
        ("통일", "통일을"),
        ("통일", "통일이"),
        ("교류", "교류가"),
        ("평화", "평화로"),
        ("통일", "통일로"),
        ("남북", "남북으로"),
        ("대화", "대화입니다"),
        ("가족", "가족이요"),
    ],
)
def test_a_particle_joins_the_word_that_was_given(stem: str, form: str) -> None:
    assert cloud({stem: 3, form: 2}) == [Word(stem, (stem, form), 5)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("국", "국가"),  # after a consonant it would be 이
        ("평화", "평화을"),
        ("통일", "통일로드맵"),
        ("peace", "peace의"),
    ],
)
def test_what_only_looks_like_a_particle_joins_nothing(one: str, other: str) -> None:
    assert {word.key for word in cloud({one: 1, other: 1})} == {one, other}


def test_a_word_that_ends_like_a_particle_stays_whole_while_its_stem_is_no_answer() -> None:
    assert [word.key for word in cloud({"회의": 2, "국가": 1, "도로": 4})] == [
        "도로",
        "회의",
        "국가",
    ]


def test_the_order_of_answers_makes_no_difference() -> None:
    counts = {"평화를": 2, "평화": 3, "peace": 3, "통일": 1, "통일이": 4}
    expected = [Word("평화", ("평화", "평화를"), 5), Word("통일", ("통일", "통일이"), 5)]
    expected = sorted([*expected, Word("peace", ("peace",), 3)], key=lambda w: (-w.count, w.key))
    chance = random.Random(7)
    for _ in range(20):
        items = list(counts.items())
        chance.shuffle(items)
        assert cloud(dict(items)) == expected


def test_one_person_gives_an_entry_once() -> None:
    assert without_doubles(["평화를", "평화", "평화", "", "통일"]) == ["평화", "통일"]
