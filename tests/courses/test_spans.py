"""Seconds that were played are a set: order and repetition say nothing, and it only grows."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from hanmadang.courses.spans import merged, total

LENGTH = 60
pairs = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), max_size=12)


def seconds(spans: list[tuple[int, int]]) -> set[int]:
    return {second for start, stop in spans for second in range(start, min(stop, LENGTH))}


@given(pairs)
def test_spans_hold_exactly_the_seconds_played(spans: list[tuple[int, int]]) -> None:
    found = merged(spans, LENGTH)
    assert {s for start, stop in found for s in range(start, stop)} == seconds(spans)
    assert total(found) == len(seconds(spans))


@given(pairs)
def test_spans_are_sorted_and_apart(spans: list[tuple[int, int]]) -> None:
    found = merged(spans, LENGTH)
    assert all(start < stop for start, stop in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))


@given(pairs, st.data())
def test_order_and_repetition_say_nothing(
    spans: list[tuple[int, int]], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(spans))) if spans else []
    shuffled = data.draw(st.permutations([*spans, *again]))
    found: list[list[int]] = []
    for span in shuffled:
        found = merged([*found, span], LENGTH)
    assert found == merged(spans, LENGTH)


@given(pairs, pairs)
def test_nothing_is_taken_away(before: list[tuple[int, int]], more: list[tuple[int, int]]) -> None:
    old = merged(before, LENGTH)
    assert total(merged([*old, *more], LENGTH)) >= total(old)
