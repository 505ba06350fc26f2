"""No count from which fewer than ten people follow."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from hanmadang.polls.opinion.disclosure import LEAST, shown


def test_large_counts_are_shown() -> None:
    assert shown([10, 40, 300]) == (True, True, True)


def test_a_small_count_hides_itself_and_the_next_smallest() -> None:
    assert shown([9, 40, 300]) == (False, False, True)


def test_two_small_counts_that_are_large_together_hide_only_themselves() -> None:
    assert shown([9, 8, 300]) == (False, False, True)


def test_a_small_rest_hides_a_count_though_all_counts_are_large() -> None:
    assert shown([10, 40], rest=3) == (False, True)


def test_a_large_rest_hides_nothing() -> None:
    assert shown([10, 40], rest=30) == (True, True)


def test_of_two_counts_one_small_nothing_is_left() -> None:
    assert shown([9, 300]) == (False, False)


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 40), min_size=1, max_size=5), st.integers(0, 20))
def test_subtraction_isolates_nobody(counts: list[int], rest: int) -> None:
    """Somebody who knows the total and all that is shown learns one sum: zero or ten and more."""
    visible = shown(counts, rest)
    assert all(count >= LEAST for count, seen in zip(counts, visible, strict=True) if seen)
    missing = rest + sum(c for c, seen in zip(counts, visible, strict=True) if not seen)
    assert missing == 0 or missing >= LEAST or not any(visible)


def test_hiding_only_the_small_ones_would_isolate_somebody() -> None:
    """The attack that the rule above is for, or it would prove nothing."""
    counts = [9, 40, 300]
    naive = [count for count in counts if count >= LEAST]
    assert sum(counts) - sum(naive) == 9
    kept = [count for count, seen in zip(counts, shown(counts), strict=True) if seen]
    sums = {sum(counts) - sum(some) for n in range(4) for some in combinations(kept, n)}
    assert 9 not in sums
