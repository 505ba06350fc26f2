"""Would groups come back? And is there a pattern at all?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmadang.polls.opinion import clusters
from hanmadang.polls.opinion.axes import axes_of, project_all
from hanmadang.polls.opinion.pattern import has_pattern
from hanmadang.polls.opinion.stability import ENOUGH, adjusted_rand, stability
from tests.factories.opinion import World, independent, planted

labels = st.lists(st.integers(0, 3), min_size=2, max_size=30).map(np.array)


def measured(world: World, count: int) -> float:
    votes, columns = world.conversation().votes, np.arange(world.codes.shape[1])
    points, _ = project_all(votes, axes_of(votes.sums, columns))
    found = clusters.find(points, count)
    return stability(votes, votes.sums, columns, np.arange(len(votes)), found.labels)


def test_the_index_is_that_of_hubert_and_arabie() -> None:
    one, two = np.array([0, 0, 0, 1, 1, 1]), np.array([0, 0, 1, 1, 2, 2])
    assert adjusted_rand(one, two) == pytest.approx((2 - 6 * 3 / 15) / ((6 + 3) / 2 - 6 * 3 / 15))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(labels)
def test_names_do_not_matter(one: np.ndarray) -> None:
    assert adjusted_rand(one, 7 - one) == pytest.approx(1)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(labels, st.randoms(use_true_random=False))
def test_the_index_is_symmetric_and_at_most_one(one: np.ndarray, chance: object) -> None:
    two = np.random.default_rng(len(one)).permutation(one)
    assert adjusted_rand(one, two) == pytest.approx(adjusted_rand(two, one))
    assert adjusted_rand(one, two) <= 1 + 1e-12


def test_groups_by_chance_score_about_zero() -> None:
    rng = np.random.default_rng(1)
    one, two = rng.integers(3, size=(2, 20_000))
    assert abs(adjusted_rand(one, two)) < 0.01


@pytest.mark.parametrize("seed", range(3))
def test_planted_groups_come_back(seed: int) -> None:
    assert measured(planted(seed, 300, 60, 2), 2) > ENOUGH


@pytest.mark.parametrize("seed", range(3))
def test_groups_of_noise_do_not(seed: int) -> None:
    assert measured(independent(seed, 300, 60), 3) < ENOUGH


def test_too_many_groups_are_less_stable_than_the_true_number() -> None:
    world = planted(1, 400, 80, 2)
    assert measured(world, 5) < measured(world, 2)


def test_stability_is_the_same_every_time() -> None:
    world = planted(2, 200, 40, 2)
    assert measured(world, 2) == measured(world, 2)


@pytest.mark.parametrize("seed", range(3))
def test_planted_groups_are_a_pattern(seed: int) -> None:
    assert has_pattern(planted(seed, 300, 60, 2).conversation().votes, np.arange(60))


@pytest.mark.parametrize(("people", "statements", "fill"), [(500, 10, 1.0), (300, 40, 0.4)])
@pytest.mark.parametrize("seed", range(4))
def test_statements_that_stand_for_themselves_are_none(
    people: int, statements: int, fill: float, seed: int
) -> None:
    votes = independent(seed, people, statements, fill).conversation().votes
    assert not has_pattern(votes, np.arange(statements))


def test_stability_alone_would_believe_in_the_most_disputed_statements() -> None:
    """Why the pattern is asked for as well."""
    world = independent(0, 1_000, 10, 1.0)
    assert measured(world, 2) > ENOUGH
    assert not has_pattern(world.conversation().votes, np.arange(10))
