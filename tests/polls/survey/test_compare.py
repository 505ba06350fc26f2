"""Comparison: the same item, version and scale, or a refusal that says which differs."""

from dataclasses import replace

import pytest

from hanmadang.polls.survey.compare import (
    Mismatch,
    NotComparable,
    Scale,
    Wording,
    mismatch,
    require_comparable,
)
from hanmadang.polls.survey.series import IPUS_NEED, KINU_NEED, LINES, lines_beside


def test_the_same_item_may_stand_beside_itself() -> None:
    assert mismatch(IPUS_NEED, replace(IPUS_NEED)) is None


def test_four_points_never_stand_beside_five() -> None:
    with pytest.raises(NotComparable) as refused:
        require_comparable(KINU_NEED, IPUS_NEED)
    assert refused.value.reason is Mismatch.SCALE
    assert (refused.value.ours, refused.value.theirs) == (KINU_NEED, IPUS_NEED)


@pytest.mark.parametrize(
    ("ours", "reason"),
    [
        (replace(IPUS_NEED, version=2), Mismatch.VERSION),
        (replace(IPUS_NEED, item="city-need"), Mismatch.ITEM),
        (replace(IPUS_NEED, scale=Scale(5, middle=False)), Mismatch.SCALE),
        (replace(IPUS_NEED, scale=Scale(5, middle=True, top=1)), Mismatch.SCALE),
    ],
)
def test_each_difference_has_its_reason(ours: Wording, reason: Mismatch) -> None:
    assert mismatch(ours, IPUS_NEED) is reason
    assert mismatch(IPUS_NEED, ours) is reason


def test_our_five_point_item_gets_the_years_of_ipus() -> None:
    found = [(line.year, line.needed, line.not_needed) for line in lines_beside(IPUS_NEED, "IPUS")]
    assert found == [(2024, 36.9, 35.0), (2025, 41.1, 30.4)]


def test_it_does_not_get_those_of_kinu() -> None:
    with pytest.raises(NotComparable, match="scale"):
        lines_beside(IPUS_NEED, "KINU")


def test_a_four_point_item_gets_those_of_kinu() -> None:
    assert [(line.year, line.needed) for line in lines_beside(KINU_NEED, "KINU")] == [(2024, 52.9)]


def test_every_line_names_its_source_number_and_error() -> None:
    assert [line for line in LINES if not (line.source and line.n and line.error)] == []
