"""Axes: from the sums alone, gaps count as the mean, signs stay."""

import numpy as np
import pytest

from hanmadang.polls.opinion.axes import Axes, axes_of, covariance, project, project_all
from hanmadang.polls.opinion.votes import UNSEEN, Codes, Sums
from tests.factories.opinion import planted

COLUMNS = np.arange(12)


def filled(codes: Codes) -> np.ndarray:
    """Votes as a matrix whose gaps hold the statement's mean: the slow, plain way."""
    matrix = np.where(codes == UNSEEN, np.nan, codes)
    return np.where(np.isnan(matrix), np.nanmean(matrix, axis=0), matrix)


@pytest.mark.parametrize("seed", range(5))
def test_the_covariance_of_the_sums_is_that_of_the_filled_matrix(seed: int) -> None:
    codes = planted(seed, 80, 12).codes
    means, found = covariance(Sums.of(codes))
    matrix = filled(codes)
    assert np.allclose(means, matrix.mean(axis=0))
    assert np.allclose(found / len(codes), np.cov(matrix.T, bias=True))


def test_without_filling_it_would_be_another_one() -> None:
    codes = planted(0, 80, 12).codes
    zeros = np.where(codes == UNSEEN, 0, codes)
    assert not np.allclose(covariance(Sums.of(codes))[1] / 80, np.cov(zeros.T, bias=True))


def test_a_statement_nobody_saw_has_no_part_in_the_axes() -> None:
    codes = planted(1, 80, 12).codes.copy()
    codes[:, 4] = UNSEEN
    assert np.allclose(axes_of(Sums.of(codes), COLUMNS).vectors[4], 0)


def test_axes_are_the_first_two_of_the_filled_matrix() -> None:
    codes = planted(2, 200, 12).codes
    found = axes_of(Sums.of(codes), COLUMNS).vectors
    matrix = filled(codes) - filled(codes).mean(axis=0)
    right = np.linalg.svd(matrix, full_matrices=False)[2][:2].T
    assert np.allclose(np.abs((found * right).sum(axis=0)), 1)


def test_an_axis_keeps_the_sign_of_the_earlier_one() -> None:
    sums = Sums.of(planted(3, 200, 12).codes)
    first = axes_of(sums, COLUMNS)
    turned = Axes(first.columns, first.means, -first.vectors)
    assert np.allclose(axes_of(sums, COLUMNS, first).vectors, first.vectors)
    assert np.allclose(axes_of(sums, COLUMNS, turned).vectors, -first.vectors)


def test_the_sign_is_kept_when_a_statement_joins() -> None:
    sums = Sums.of(planted(3, 200, 12).codes)
    before = axes_of(sums, COLUMNS[:-1])
    turned = Axes(before.columns, before.means, -before.vectors)
    one, two = (axes_of(sums, COLUMNS, earlier).vectors for earlier in (before, turned))
    assert np.allclose(one, -two)


def test_the_first_sign_makes_the_largest_part_positive() -> None:
    found = axes_of(Sums.of(planted(4, 200, 12).codes), COLUMNS).vectors
    largest = found[np.abs(found).argmax(axis=0), [0, 1]]
    assert (largest > 0).tolist() == [True, True]


def test_a_person_stands_where_the_plain_formula_says() -> None:
    codes = planted(5, 60, 12).codes
    axes = axes_of(Sums.of(codes), COLUMNS)
    points, seen = project(codes, axes)
    votes = (codes != UNSEEN).sum(axis=1)
    expected = (filled(codes) - axes.means) @ axes.vectors
    expected *= np.sqrt(12 / np.maximum(votes, 1))[:, None]
    assert np.allclose(points, expected, atol=1e-5)
    assert seen.tolist() == votes.tolist()


def test_whoever_said_nothing_stands_in_the_middle() -> None:
    axes = axes_of(Sums.of(planted(5, 60, 12).codes), COLUMNS)
    points, seen = project(np.full((1, 12), UNSEEN, np.int8), axes)
    assert np.allclose(points, 0, atol=1e-5)
    assert seen.tolist() == [0]


def test_statements_left_out_move_nobody_and_count_for_nobody() -> None:
    codes = planted(6, 60, 12).codes
    axes = axes_of(Sums.of(codes), COLUMNS[2:])
    other = codes.copy()
    other[:, :2] = UNSEEN
    for one, two in zip(project(codes, axes), project(other, axes), strict=True):
        assert np.allclose(one, two, atol=1e-6)


def test_two_statements_alike_are_one_axis_and_the_second_may_be_empty() -> None:
    codes = np.repeat(np.array([[1], [-1]] * 10, np.int8), 4, axis=1)
    axes = axes_of(Sums.of(codes), np.arange(4))
    assert np.allclose(np.abs(axes.vectors[:, 0]), 0.5)


def test_everybody_is_placed_in_the_order_of_names() -> None:
    world = planted(7, 60, 12)
    votes = world.conversation().votes
    axes = axes_of(votes.sums, COLUMNS)
    assert np.array_equal(project_all(votes, axes)[1], project(world.codes, axes)[1])
