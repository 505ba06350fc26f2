"""Right or wrong, and how much of it, kind by kind."""

import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmadang.courses.grading import (
    AnswerError,
    ChoiceError,
    NumberError,
    OrderError,
    is_right,
    mark,
    taken,
)
from hanmadang.courses.grading.shuffle import drawn, out_of_order, shuffled
from hanmadang.courses.specs import (
    ChoiceBody,
    GapsBody,
    MatchingBody,
    NumericAnswer,
    NumericBody,
    OptionSpec,
    OrderingBody,
    Pair,
    ShortAnswer,
    ShortBody,
    Spot,
    SpotsBody,
)
from tests.factories.course_kinds import QUESTIONS
from tests.factories.courses import option, text

BODY = ChoiceBody(
    (option("A", correct=True), option("B", correct=False), option("C", correct=True))
)
YEAR = NumericBody((NumericAnswer(1953, 1953), NumericAnswer(1950, 1955, 0.5, text("곧", "Close"))))
TALKS = ShortBody((ShortAnswer("통일"), ShortAnswer("unification"), ShortAnswer("한반도", 0.5)))
ORDER = OrderingBody(tuple(text(f"{n}번", f"No. {n}") for n in range(3)))
CITIES = MatchingBody(
    (Pair(text("남", "South"), text("서울", "Seoul")),
     Pair(text("북", "North"), text("평양", "Pyongyang")),
     Pair(text("동", "East"), text("서울", "Seoul"))),
    (text("부산", "Busan"),),
)  # fmt: skip


def short_of(*accepted: str, **fields: Any) -> ShortBody:
    return ShortBody(tuple(map(ShortAnswer, accepted)), **fields)


def is_short(typed: str, *accepted: str, **fields: Any) -> bool:
    body = short_of(*accepted, **fields)
    return is_right("short", body, taken("short", body, [typed]))


@pytest.mark.parametrize(
    ("choices", "right"),
    [([0, 2], True), ([0], False), ([2], False), ([0, 1, 2], False), ([1], False)],
)
def test_exactly_the_right_options_are_right(choices: list[int], right: bool) -> None:
    assert is_right("several", BODY, choices) is right


def test_choices_are_sorted_and_counted_once() -> None:
    assert taken("several", BODY, ["2", "0", "2"]) == [0, 2]


@pytest.mark.parametrize(
    ("kind", "chosen"),
    [
        ("one", []),
        ("one", [0, 1]),
        ("true_false", [0, 1]),
        ("one", [3]),
        ("one", [-1]),
        ("one", [True]),
        ("one", ["²"]),
        ("one", [1.0]),
        ("several", []),
        ("several", [0, 3]),
    ],
)
def test_what_cannot_be_chosen_is_refused(kind: str, chosen: list[Any]) -> None:
    with pytest.raises(ChoiceError):
        taken(kind, BODY, chosen)


@pytest.mark.parametrize(
    ("choices", "share"), [([0], "1/2"), ([0, 1], "0"), ([1], "0"), ([0, 1, 2], "0"), ([0, 2], "1")]
)
def test_of_several_the_wrong_ones_are_taken_away(choices: list[int], share: str) -> None:
    assert mark("several", BODY, choices).share == Fraction(share)


def test_three_thirds_are_a_whole() -> None:
    options = [OptionSpec(text(n, n), True, None, 0.3333333) for n in "가나다"]
    body = ChoiceBody((*options, OptionSpec(text("라", "D"), False, None, -1)))
    assert mark("several", body, [0, 1]).share == Fraction(2, 3)
    assert mark("several", body, [0, 1, 2]).score == 1
    assert mark("several", body, [0, 1, 2, 3]).score == 0


def test_each_chosen_option_says_its_own() -> None:
    found = mark("several", BODY, [0, 1])
    assert [(part.index, part.right) for part in found.parts] == [(0, True), (1, False)]
    assert found.feedback_of(1) == text("피드백 B", "Feedback B")
    assert (found.right_parts, found.wrong_parts, found.of) == (1, 1, 2)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1953", "1953"), (" 1,953 ", "1953"), ("１９５３", "1953"), ("1.953e3", "1953"),
        ("1953년", "1953"), ("1953 years", "1953"), ("+1953.0", "1953"), ("\u22125", "-5"),
        (".5", "0.5"), ("0.10", "0.1"), ("1만", "10000"), ("5만 3천", "53000"), ("-0", "0"),
        ("3억 2천5백만 1,000", "325001000"), ("1.5만", "15000"), ("12만 3456", "123456"),
        ("천", "1000"), ("1 234", "1234"),
    ],
)  # fmt: skip
def test_numbers_as_people_type_them(typed: str, number: str) -> None:
    body = NumericBody(YEAR.answers, text("년", "years"))
    assert taken("numeric", body, [typed]) == [number]
    assert taken("numeric", body, [number]) == [number]


@pytest.mark.parametrize(
    "typed",
    ["", "many", "1,5", "1,95,3", "1.2.3", "1e999", "10²", "½", "①", "9" * 50, "만만", "e3", "1-2",
     "٣", "nan", "inf", "0x10", None, 5],
)  # fmt: skip
def test_what_is_no_number_is_refused(typed: Any) -> None:
    with pytest.raises(NumberError):
        taken("numeric", YEAR, [typed])


@pytest.mark.parametrize(
    ("low", "high", "typed", "right"),
    [
        (0.1, 0.3, "0.1", True), (0.1, 0.3, "0.3", True), (0.1, 0.3, "0.30000000000000001", False),
        (-2, -1, "-1", True), (-2, -1, "1", False),
    ],
)  # fmt: skip
def test_both_ends_of_a_range_belong_to_it(
    low: float, high: float, typed: str, right: bool
) -> None:
    body = NumericBody((NumericAnswer(low, high),))
    assert is_right("numeric", body, taken("numeric", body, [typed])) is right


def test_a_wider_range_may_earn_a_part() -> None:
    found = mark("numeric", YEAR, ["1951"])
    assert (found.share, found.parts[0].feedback) == (Fraction(1, 2), text("곧", "Close"))
    assert mark("numeric", YEAR, ["1953"]).right


@pytest.mark.parametrize(
    "typed",
    ["통일", " 통 일 ", "통일이", "통일은", "통일을", "통일의", "통일입니다.", "「통일」", "통일!",
     "통일만을", "\u1110\u1169\u11bc\u110b\u1175\u11af", "Unification", "UNIFICATION.",
     "uni-fication"],
)  # fmt: skip
def test_the_same_word_however_it_is_typed(typed: str) -> None:
    assert mark("short", TALKS, taken("short", TALKS, [typed])).right


@pytest.mark.parametrize("typed", ["통", "통일부", "분단", "통일가", "통일는", "unifications", "?"])
def test_another_word_is_wrong(typed: str) -> None:
    assert mark("short", TALKS, taken("short", TALKS, [typed])).share == 0


def test_no_word_loses_its_own_last_syllable() -> None:
    assert is_short("국가", "국가")
    assert not is_short("회", "회의")
    assert is_short("회의", "회의")


@pytest.mark.parametrize(
    ("typed", "accepted", "right"),
    [
        ("정전협정", "*협정", True), ("정전 협정을", "*협정", True), ("협정문", "*협정", False),
        ("armistice agreement", "arm*agree*", True), ("a", "a*a", False), ("aa", "a*a", True),
        ("2*3", "2\\*3", True), ("anything", "*", True), ("%", "%", True), ("50%", "50%", True),
    ],
)  # fmt: skip
def test_a_star_stands_for_anything(typed: str, accepted: str, right: bool) -> None:
    assert is_short(typed, accepted) is right


def test_case_counts_only_where_the_author_says_so() -> None:
    assert is_short("dmz", "DMZ")
    assert not is_short("dmz", "DMZ", match_case=True)


@pytest.mark.parametrize("typed", ["", "  ", "x" * 301, "a\x00b", 5, None])
def test_what_is_no_text_is_refused(typed: Any) -> None:
    with pytest.raises(AnswerError):
        taken("short", TALKS, [typed])


def test_many_stars_cost_no_time() -> None:
    body, start = short_of("*a" * 140 + "*"), time.perf_counter()
    mark("short", body, taken("short", body, ["a" * 139 + "b"]))
    assert time.perf_counter() - start < 0.5


def test_pairs_count_one_by_one_and_the_same_text_is_the_same_answer() -> None:
    assert mark("matching", CITIES, [0, 1, 0]).right
    found = mark("matching", CITIES, [0, 2, None])
    assert (found.share, found.right_parts, found.of) == (Fraction(1, 3), 1, 3)
    assert taken("matching", CITIES, ["0", "", "2"]) == [0, None, 2]


@pytest.mark.parametrize("given_", [["", "", ""], ["0"], ["0", "1", "3"], ["0", "x", "1"]])
def test_what_is_no_matching_is_refused(given_: list[str]) -> None:
    with pytest.raises(ChoiceError):
        taken("matching", CITIES, given_)


def test_an_order_counts_place_by_place() -> None:
    assert mark("ordering", ORDER, taken("ordering", ORDER, ["0", "1", "2"])).right
    assert mark("ordering", ORDER, [0, 2, 1]).share == Fraction(1, 3)
    assert mark("ordering", ORDER, [1, 2, 0]).share == 0


def test_lines_that_read_the_same_may_change_places() -> None:
    twice = OrderingBody((text("북", "Drum"), text("징", "Gong"), text("북", "Drum")))
    assert mark("ordering", twice, [2, 1, 0]).right


@pytest.mark.parametrize("places", [["0", "0", "1"], ["0", "1"], ["0", "1", ""], ["0", "1", "3"]])
def test_what_is_no_order_is_refused(places: list[str]) -> None:
    with pytest.raises(OrderError):
        taken("ordering", ORDER, places)


GAPS = GapsBody(text("[[1]] [[2]] [[3]]", "[[1]] [[2]] [[3]]"), (YEAR, TALKS, BODY))


def test_each_gap_is_a_question_of_its_own() -> None:
    response = taken("gaps", GAPS, ["1,953", "통일을", ""])
    assert response == ["1953", "통일을", None]
    found = mark("gaps", GAPS, response)
    assert (found.share, found.right_parts, found.of) == (Fraction(2, 3), 2, 3)
    assert found.feedback_of(0) is None


def test_a_gap_that_cannot_be_read_is_named() -> None:
    with pytest.raises(NumberError) as caught:
        taken("gaps", GAPS, ["x", "통일", "0"])
    assert caught.value.part == 0


def spots(*right: bool) -> SpotsBody:
    places = (
        Spot(text(f"곳 {n}", f"Spot {n}"), 0, 0, 0.1, 0.1, yes) for n, yes in enumerate(right)
    )
    return SpotsBody("0" * 32, text("지도", "Map"), tuple(places))


def test_one_place_or_several_in_a_picture() -> None:
    one, two = spots(True, False), spots(True, True, False)
    assert mark("spots", one, taken("spots", one, ["0"])).right
    assert mark("spots", two, taken("spots", two, ["1", "0"])).right
    assert mark("spots", two, [0, 2]).share == 0
    with pytest.raises(ChoiceError):
        taken("spots", one, ["0", "1"])


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda each: each.slug)
@given(
    given_=st.lists(st.none() | st.text(max_size=12) | st.integers(-2, 5) | st.floats(), max_size=5)
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_sent_is_refused_or_marked_and_stays_what_it_is(
    question: Any, given_: list[Any]
) -> None:
    kind = question.kind.value
    try:
        response = taken(kind, question.body, given_)
    except AnswerError:
        return
    assert taken(kind, question.body, response) == response
    assert 0 <= mark(kind, question.body, response).share <= 1


@given(count=st.integers(2, 9), seed=st.text(max_size=20))
def test_no_order_is_right_by_accident(count: int, seed: str) -> None:
    body = OrderingBody(tuple(text(str(n), str(n)) for n in range(count)))
    order = out_of_order(body, seed)
    assert sorted(order) == list(range(count))
    assert order != sorted(order)
    assert order == out_of_order(body, seed)


def test_an_order_belongs_to_its_seed() -> None:
    assert len({tuple(shuffled(6, f"q:{person}:1")) for person in range(20)}) > 10
    assert drawn([4, 5, 6], None, "x") == [4, 5, 6]
    chosen = drawn(range(20), 5, "1:2")
    assert len(set(chosen)) == 5
    assert chosen == drawn(range(20), 5, "1:2")
