"""Right or wrong."""

import pytest

from hanmadang.courses.grading import ChoiceError, is_right, taken
from hanmadang.courses.specs import ChoiceBody
from tests.factories.courses import option

BODY = ChoiceBody(
    (option("A", correct=True), option("B", correct=False), option("C", correct=True))
)


@pytest.mark.parametrize(
    ("choices", "right"),
    [([0, 2], True), ([0], False), ([2], False), ([0, 1, 2], False), ([1], False)],
)
def test_exactly_the_right_options_are_right(choices: list[int], right: bool) -> None:
    assert is_right(BODY, choices) is right


def test_choices_are_sorted_and_counted_once() -> None:
    assert taken("several", BODY, [2, 0, 2]) == [0, 2]


@pytest.mark.parametrize(
    ("kind", "chosen"),
    [
        ("one", []),
        ("one", [0, 1]),
        ("true_false", [0, 1]),
        ("one", [3]),
        ("one", [-1]),
        ("several", []),
        ("several", [0, 3]),
    ],
)
def test_what_cannot_be_chosen_is_refused(kind: str, chosen: list[int]) -> None:
    with pytest.raises(ChoiceError):
        taken(kind, BODY, chosen)
