"""Raking: every margin is met, nobody speaks for an empty stratum, and what is odd is said."""

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmadang.polls.survey.weights import EmptyStratum, NotRaked, UnknownStratum, rake
from proofs.thresholds import slowly_raked

SEX = ["women"] * 60 + ["men"] * 40
AGE = (["young"] * 30 + ["old"] * 30) + (["young"] * 10 + ["old"] * 30)
PEOPLE = {"sex": SEX, "age": AGE}
MARGINS = {"sex": {"women": 0.5, "men": 0.5}, "age": {"young": 0.5, "old": 0.5}}


def weighted(weights: Sequence[float], strata: Sequence[str], stratum: str) -> float:
    inside = sum(w for w, each in zip(weights, strata, strict=True) if each == stratum)
    return inside / sum(weights)


def test_every_margin_is_met() -> None:
    raked = rake(PEOPLE, MARGINS)
    weights = raked.weights.tolist()
    assert raked.converged
    assert weighted(weights, SEX, "men") == pytest.approx(0.5, abs=1e-9)
    assert weighted(weights, AGE, "young") == pytest.approx(0.5, abs=1e-9)


def test_the_mean_weight_is_one() -> None:
    assert rake(PEOPLE, MARGINS).weights.mean() == pytest.approx(1)


def test_one_margin_is_its_share_over_the_sample_s() -> None:
    raked = rake({"sex": SEX}, {"sex": {"women": 0.5, "men": 0.5}})
    assert raked.weights[0] == pytest.approx(0.5 / 0.6)
    assert raked.weights[-1] == pytest.approx(0.5 / 0.4)
    assert raked.rounds == 1


def test_a_sample_that_fits_is_left_alone() -> None:
    raked = rake({"sex": SEX}, {"sex": {"women": 3, "men": 2}})
    assert raked.rounds == 0
    assert set(raked.weights.tolist()) == {1.0}


def test_counts_and_shares_are_the_same_targets() -> None:
    counts = {"sex": {"women": 210_000, "men": 210_000}, "age": {"young": 7, "old": 7}}
    assert np.allclose(rake(PEOPLE, counts).weights, rake(PEOPLE, MARGINS).weights, atol=1e-12)


def test_a_stratum_without_people_is_named() -> None:
    with pytest.raises(EmptyStratum, match="age/very old") as refused:
        rake(PEOPLE, {"age": {"young": 0.4, "old": 0.4, "very old": 0.2}})
    assert (refused.value.margin, refused.value.stratum) == ("age", "very old")


def test_a_stratum_that_nobody_has_and_nobody_wants_may_be_empty() -> None:
    assert rake(PEOPLE, {"age": {"young": 1, "old": 1, "unborn": 0}}).converged


@pytest.mark.parametrize("targets", [{"young": 1.0}, {"young": 1, "old": 0}])
def test_an_answer_without_a_target_is_refused(targets: dict[str, float]) -> None:
    with pytest.raises(UnknownStratum, match="age/old"):
        rake(PEOPLE, {"age": targets})


@pytest.mark.parametrize("target", [-1, float("nan"), float("inf")])
def test_a_target_is_a_share_or_a_count(target: float) -> None:
    with pytest.raises(UnknownStratum, match="age/young"):
        rake(PEOPLE, {"age": {"young": target, "old": 1}})


def test_nobody_at_all_cannot_be_weighted() -> None:
    with pytest.raises(NotRaked):
        rake({"sex": []}, {"sex": {"women": 1}})


def test_margins_that_contradict_each_other_are_reported_after_fifty_rounds() -> None:
    people = {"a": ["x"] * 5 + ["y"] * 5, "b": ["x"] * 5 + ["y"] * 5}
    raked = rake(people, {"a": {"x": 0.3, "y": 0.7}, "b": {"x": 0.6, "y": 0.4}})
    assert (raked.converged, raked.rounds) == (False, 50)
    assert raked.gap == pytest.approx(0.3)


def test_factors_outside_the_yardstick_are_flagged() -> None:
    sex = ["women"] * 80 + ["men"] * 20
    raked = rake({"sex": sex}, {"sex": {"women": 0.5, "men": 0.5}})
    found = {factor.stratum: (round(factor.value, 3), factor.flagged) for factor in raked.factors}
    assert found == {"women": (0.625, True), "men": (2.5, True)}


@pytest.mark.parametrize(("men", "flagged"), [(14, False), (13, True), (30, False), (31, True)])
def test_the_bounds_themselves_are_allowed(men: int, flagged: bool) -> None:
    sex = ["women"] * 80 + ["men"] * 20
    raked = rake({"sex": sex}, {"sex": {"women": 100 - men, "men": men}})
    assert raked.factors[1].flagged is flagged


def test_trimming_holds_every_weight_between_its_bounds() -> None:
    sex = ["women"] * 90 + ["men"] * 10
    raked = rake({"sex": sex}, {"sex": {"women": 0.5, "men": 0.5}}, trim=(0.3, 3))
    assert raked.weights.min() >= 0.3
    assert raked.weights.max() == 3
    assert (raked.trimmed, raked.converged) == (10, False)


def test_trimming_that_nobody_needs_changes_nothing() -> None:
    raked = rake(PEOPLE, MARGINS, trim=(0.3, 3))
    assert (raked.trimmed, raked.converged) == (0, True)
    assert np.allclose(raked.weights, rake(PEOPLE, MARGINS).weights)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10_000))
def test_weights_are_those_of_a_slow_second_implementation(seed: int) -> None:
    chance = random.Random(seed)
    people = {
        name: [chance.choice("abcd") for _ in range(200)] + list("abcd")
        for name in ("one", "two", "three")
    }
    margins = {name: {each: 0.2 + chance.random() for each in "abcd"} for name in people}
    raked = rake(people, margins)
    slow = slowly_raked(people, margins, raked.rounds)
    assert np.abs(raked.weights - np.array(slow)).max() < 1e-9


def test_the_order_of_people_does_not_matter() -> None:
    backwards = rake({name: strata[::-1] for name, strata in PEOPLE.items()}, MARGINS)
    assert np.allclose(backwards.weights[::-1], rake(PEOPLE, MARGINS).weights, atol=1e-12)
