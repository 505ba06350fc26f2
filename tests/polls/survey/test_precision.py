"""Precision: known figures, both shares side by side, and no percentage from few people."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanmadang.polls.survey.intervals import margin_of_error, wilson
from hanmadang.polls.survey.precision import (
    TooFewForShare,
    design_effect,
    effective_n,
    side_by_side,
)
from hanmadang.polls.survey.weights import Raked, rake


def raked(women: int, men: int) -> Raked:
    """Half and half, whoever answered."""
    sex = ["women"] * women + ["men"] * men
    return rake({"sex": sex}, {"sex": {"women": 1, "men": 1}})


def first(chosen: int, n: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.arange(n) < chosen


def test_equal_weights_cost_nothing() -> None:
    assert design_effect(np.full(50, 2.0)) == pytest.approx(1)
    assert effective_n(np.full(50, 2.0)) == pytest.approx(50)


def test_the_design_effect_is_one_plus_the_squared_coefficient_of_variation() -> None:
    weights = np.array([0.5, 1.0, 1.0, 1.5])
    assert design_effect(weights) == pytest.approx(1 + weights.var() / weights.mean() ** 2)
    assert design_effect(weights) == pytest.approx(1.125)


def test_margins_of_error_are_those_that_surveys_print() -> None:
    assert round(100 * margin_of_error(1000), 1) == 3.1
    assert round(100 * margin_of_error(1200), 1) == 2.8


def test_weighting_widens_the_margin_of_error() -> None:
    assert round(100 * margin_of_error(1000 / 1.53), 2) == 3.83


def test_an_interval_known_from_the_formula() -> None:
    found = wilson(0.5, 100)
    assert (round(found.low, 4), round(found.high, 4)) == (0.4038, 0.5962)


def test_nobody_of_thirty_is_not_certainly_nobody() -> None:
    found = wilson(0, 30)
    assert (found.low, round(found.high, 3)) == (0, 0.114)


def test_everybody_of_thirty_is_not_certainly_everybody() -> None:
    found = wilson(1, 30)
    assert (round(found.low, 3), found.high) == (0.886, 1)


@given(st.floats(0, 1), st.floats(1, 1e6))
def test_an_interval_holds_its_share_and_stays_between_zero_and_one(share: float, n: float) -> None:
    found = wilson(share, n)
    assert 0 <= found.low <= share <= found.high <= 1


@given(st.floats(0, 1), st.integers(30, 10_000))
def test_more_people_are_surer(share: float, n: int) -> None:
    fewer, more = wilson(share, n), wilson(share, 4 * n)
    assert more.high - more.low <= fewer.high - fewer.low + 1e-12


def test_both_shares_stand_side_by_side() -> None:
    found = side_by_side(first(60, 80), raked(60, 20), self_selected=False)
    assert found.n == 80
    assert found.unweighted.share == pytest.approx(0.75)
    assert found.weighted.share == pytest.approx(0.5)


def test_the_facts_beside_them_come_from_the_weights() -> None:
    found = side_by_side(first(60, 80), raked(60, 20), self_selected=False)
    assert found.design_effect == pytest.approx(4 / 3)
    assert found.effective_n == pytest.approx(60)
    assert [found.least_weight, found.most_weight] == pytest.approx([2 / 3, 2])
    assert [factor.stratum for factor in found.flags] == ["women", "men"]
    assert (found.converged, found.trimmed) == (True, 0)


def test_the_weighted_interval_rests_on_the_effective_number() -> None:
    found = side_by_side(first(60, 80), raked(60, 20), self_selected=False)
    assert [found.unweighted.n, found.weighted.n] == pytest.approx([80, 60])
    assert found.weighted.error > found.unweighted.error


@pytest.mark.parametrize("self_selected", [True, False])
def test_a_self_selected_poll_says_that_it_is_no_sample(self_selected: bool) -> None:
    found = side_by_side(first(10, 40), raked(20, 20), self_selected=self_selected)
    assert found.not_a_sample is self_selected


def test_no_percentage_from_fewer_than_thirty() -> None:
    with pytest.raises(TooFewForShare, match="29"):
        side_by_side(first(10, 29), raked(15, 14), self_selected=True)


def test_thirty_are_enough() -> None:
    assert side_by_side(first(10, 30), raked(15, 15), self_selected=True).n == 30
