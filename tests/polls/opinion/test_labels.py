"""Letters and the number of groups change slowly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmadang.polls.opinion.labels import NOBODY, Count, matched


def array(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def test_at_first_the_largest_group_is_a() -> None:
    nobody = array(*[NOBODY] * 6)
    assert matched(array(0, 1, 1, 1, 2, 2), nobody, 3).tolist() == [2, 0, 0, 0, 1, 1]


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.permutations(range(5)), st.lists(st.integers(0, 4), min_size=40, max_size=60))
def test_the_same_groups_keep_their_letters_whatever_k_means_calls_them(
    names: list[int], values: list[int]
) -> None:
    earlier = array(*range(5), *values)
    assert matched(np.array(names)[earlier], earlier, 5).tolist() == earlier.tolist()


def test_a_group_follows_most_of_its_people() -> None:
    earlier = array(0, 0, 0, 1, 1, 1)
    assert matched(array(1, 1, 0, 0, 0, 0), earlier, 2).tolist() == [0, 0, 1, 1, 1, 1]


def test_a_new_group_gets_a_free_letter() -> None:
    earlier = array(0, 0, 0, 2, 2, 2, 2)
    assert matched(array(2, 2, 2, 0, 0, 1, 1), earlier, 3).tolist().count(1) == 2


def test_when_groups_merge_the_larger_part_gives_the_letter() -> None:
    earlier = array(0, 0, 1, 1, 1, 2, 2)
    assert matched(array(0, 0, 0, 0, 0, 1, 1), earlier, 2).tolist() == [1, 1, 1, 1, 1, 2, 2]


def test_newcomers_have_no_say_in_the_letters() -> None:
    earlier = array(0, 1, NOBODY, NOBODY, NOBODY)
    assert matched(array(1, 0, 0, 0, 0), earlier, 2).tolist() == [0, 1, 1, 1, 1]


@pytest.mark.parametrize("wishes", [(3, 3, 3), (3, 3, 3, 2, 3), (3, 4, 3, 4, 3, 4)])
def test_fewer_than_four_reviews_in_a_row_change_nothing(wishes: tuple[int, ...]) -> None:
    count = Count(2)
    for best in wishes:
        count = count.after(best)
    assert (count.current, count.is_ripe) == (2, False)


def test_four_reviews_in_a_row_are_enough() -> None:
    count = Count(2).after(3).after(3).after(3).after(3)
    assert (count.wanted, count.is_ripe) == (3, True)
