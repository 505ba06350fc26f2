"""Groups: the same every time, none too small, as many as the silhouette says."""

import numpy as np
import numpy.typing as npt
import pytest

from hanmadang.polls.opinion import clusters
from hanmadang.polls.opinion.stability import adjusted_rand

CORNERS = np.array([[0, 0], [9, 0], [0, 9], [9, 9], [20, 20]], float)


def clouds(*sizes: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Round clouds in far corners, and who is in which."""
    rng = np.random.default_rng(1)
    member = np.repeat(np.arange(len(sizes)), sizes)
    return CORNERS[member] + rng.normal(0, 1, (sum(sizes), 2)), member


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_clouds_are_found_and_counted(count: int) -> None:
    points, member = clouds(*[40] * count)
    assert clusters.best_count(points) == count
    assert adjusted_rand(clusters.find(points, count).labels, member) == 1


def test_the_same_points_give_the_same_groups() -> None:
    points = np.random.default_rng(2).normal(0, 1, (500, 2))
    one, two = (clusters.find(points, 4) for _ in range(2))
    assert np.array_equal(one.labels, two.labels)


def test_more_people_than_are_searched_are_all_placed() -> None:
    points, member = clouds(clusters.SEARCHED, 900, 900)
    found = clusters.find(points, 3)
    assert (len(found.labels), adjusted_rand(found.labels, member) > 0.999) == (len(points), True)


def test_ten_starts_are_never_worse_than_the_first() -> None:
    points = np.random.default_rng(3).normal(0, 1, (300, 2))
    first = clusters.settle(points, points[:5])
    assert clusters.search(points, 5).inertia <= first.inertia


def test_settling_never_raises_the_inertia() -> None:
    points = np.random.default_rng(4).normal(0, 1, (300, 2))
    before = clusters.nearest(points, points[:4])[1]
    assert clusters.settle(points, points[:4]).inertia <= before


@pytest.mark.parametrize(("people", "least"), [(20, 5), (166, 5), (167, 6), (1000, 30)])
def test_a_group_has_five_people_or_three_percent(people: int, least: int) -> None:
    assert clusters.least(people) == least


def test_a_number_of_groups_that_leaves_one_too_small_is_not_taken() -> None:
    assert clusters.best_count(clouds(60, 60, 4)[0]) != 3
    assert clusters.best_count(clouds(60, 60, 8)[0]) == 3


def test_too_few_people_make_no_groups() -> None:
    assert clusters.best_count(clouds(4, 4)[0]) is None


def test_people_in_one_place_make_no_groups() -> None:
    assert clusters.best_count(np.zeros((50, 2))) is None


def test_the_silhouette_is_that_of_the_definition() -> None:
    points = np.array([[0.0, 0], [1, 0], [5, 0], [7, 0]])
    labels = np.array([0, 0, 1, 1])
    marks = [(6 - 1) / 6, (5 - 1) / 5, (4.5 - 2) / 4.5, (6.5 - 2) / 6.5]
    found = clusters.silhouette(clusters.distances(points), labels, 2)
    assert found == pytest.approx(np.mean(marks), abs=1e-5)


def test_somebody_alone_in_a_group_has_silhouette_zero() -> None:
    points = np.array([[0.0, 0], [1, 0], [9, 0]])
    found = clusters.silhouette(clusters.distances(points), np.array([0, 0, 1]), 2)
    assert found == pytest.approx((8 / 9 + 7 / 8) / 3, abs=1e-5)


def test_a_sample_is_everybody_or_the_same_few() -> None:
    assert clusters.sample(5, 9).tolist() == [0, 1, 2, 3, 4]
    one, two = clusters.sample(900, 40), clusters.sample(900, 40)
    assert (one.tolist() == two.tolist(), len(set(one.tolist()))) == (True, 40)


def test_an_empty_group_gets_the_middle_of_all() -> None:
    points = np.array([[0.0, 0], [2, 2]])
    assert clusters.centres_of(points, np.array([0, 0]), 2).tolist() == [[1, 1], [1, 1]]
