"""Protection: hidden cells that no equation gives back, with the worlds that prove it."""

import numpy as np
import pytest

from hanmadang.polls.survey.cube import Cell, Counts, Kept, cells, family, margin
from hanmadang.polls.survey.suppression import Protection, protected

TABLE = np.array([[40, 30, 20], [35, 25, 3], [50, 15, 30]], dtype=np.int64)
FAMILY = family(2, [(0,)])
SMALL: Cell = ((0, 1), (1, 2))


def agrees(world: Counts, base: Counts, tables: tuple[Kept, ...], hidden: frozenset[Cell]) -> bool:
    """Whether a world has no negative count and shows what the base shows."""
    shown = [
        (margin(world, kept)[at], margin(base, kept)[at])
        for table in tables
        for kept, at in cells(base.shape, table)
        if (kept, at) not in hidden
    ]
    return bool((world >= 0).all()) and all(one == other for one, other in shown)


def width(found: Protection, cell: Cell, base: Counts) -> int:
    values = [int(margin(world, cell[0])[cell[1]]) for world in (base, *found.worlds)]
    return max(values) - min(values)


def test_one_small_cell_needs_three_others() -> None:
    found = protected(TABLE, FAMILY, [SMALL], 10, most=16)
    assert found is not None
    assert len(found.hidden) == 4
    assert found.hidden > {SMALL}


def test_a_cell_hidden_alone_would_be_given_back_by_its_row() -> None:
    found = protected(TABLE, FAMILY, [SMALL], 10, most=1)
    assert found is None


def test_the_cheapest_box_is_chosen() -> None:
    found = protected(TABLE, FAMILY, [SMALL], 10, most=16)
    assert found is not None
    assert {at for _, at in found.hidden} == {(1, 2), (1, 1), (2, 2), (2, 1)}


def test_every_hidden_cell_may_be_ten_people_more_or_fewer() -> None:
    found = protected(TABLE, FAMILY, [SMALL], 10, most=16)
    assert found is not None
    assert [cell for cell in found.hidden if width(found, cell, TABLE) < 10] == []


def test_each_world_shows_what_is_shown() -> None:
    found = protected(TABLE, FAMILY, [SMALL], 10, most=16)
    assert found is not None
    assert all(agrees(world, TABLE, FAMILY, found.hidden) for world in found.worlds)


def test_a_row_that_holds_few_others_takes_its_large_cell_along() -> None:
    nearly_all = np.array([[48, 1, 1], [30, 30, 30], [30, 30, 30]], dtype=np.int64)
    found = protected(nearly_all, FAMILY, [((0, 1), (0, 1)), ((0, 1), (0, 2))], 10, most=16)
    assert found is not None
    assert ((0, 1), (0, 0)) in found.hidden


def test_an_answer_that_hardly_anybody_gave_cannot_be_protected() -> None:
    rare = np.array([[40, 30, 1], [35, 25, 2]], dtype=np.int64)
    hidden = [((0, 1), (0, 2)), ((0, 1), (1, 2))]
    assert protected(rare, FAMILY, hidden, 10, most=16) is None


def test_a_small_group_takes_the_size_of_another_along() -> None:
    table = np.array([[20, 20], [3, 2], [20, 30]], dtype=np.int64)
    found = protected(table, FAMILY, [((0,), (1,))], 10, most=16)
    assert found is not None
    assert len([cell for cell in found.hidden if cell[0] == (0,)]) == 2
    assert all(agrees(world, table, FAMILY, found.hidden) for world in found.worlds)


@pytest.mark.parametrize("seed", range(12))
def test_three_attributes_with_all_their_margins_are_protected_alike(seed: int) -> None:
    base = np.random.default_rng(seed).poisson(14, (3, 2, 2, 3)).astype(np.int64)
    tables = family(4, [(0, 1, 2)])
    every = [cell for kept in tables for cell in cells(base.shape, kept)]
    small = [(kept, at) for kept, at in every if margin(base, kept)[at] < 10]
    found = protected(base, tables, small, 10, most=999)
    assert small
    assert found is not None
    assert all(agrees(world, base, tables, found.hidden) for world in found.worlds)
    assert [cell for cell in found.hidden if width(found, cell, base) < 10] == []


def test_the_same_table_is_always_protected_in_the_same_way() -> None:
    first, second = (protected(TABLE.copy(), FAMILY, [SMALL], 10, most=16) for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.hidden == second.hidden
