"""What people share, and what sets a group apart."""

import numpy as np
import pytest

from hanmadang.polls.opinion import consensus
from hanmadang.polls.opinion.result import Tally, Vote
from hanmadang.polls.opinion.votes import UNSEEN, Codes, Integers, Votes
from tests.factories.opinion import planted

AGREE, DISAGREE = Vote.AGREE, Vote.DISAGREE


def statement(*groups: tuple[int, int, int]) -> list[list[int]]:
    """Agree, disagree and pass of each group; nobody is outside."""
    return [[agree, disagree, agree + disagree + passed] for agree, disagree, passed in groups]


def counted(*statements: list[list[int]]) -> Integers:
    cells = np.array(statements, np.int64).transpose(1, 0, 2)
    return np.concatenate([cells, np.zeros((1, *cells.shape[1:]), np.int64)])


def listed(found: object) -> list[tuple[int, Vote]]:
    return [(each.statement, each.stance) for each in found]  # type: ignore[attr-defined]


def votes(width: int) -> Votes:
    return Votes(range(100, 100 + width))


EVERYBODY = statement((45, 3, 2), (18, 1, 1))
ONLY_THE_MANY = statement((50, 0, 0), (4, 14, 2))
NOBODY = statement((2, 46, 2), (1, 18, 1))
SPLIT = statement((30, 10, 10), (3, 15, 2))
WORLD = counted(EVERYBODY, ONLY_THE_MANY, NOBODY, SPLIT)
COLUMNS = np.arange(4)


def test_consensus_lists_what_most_agree_or_disagree_with_the_surest_first() -> None:
    found = consensus.shared(votes(4), WORLD, COLUMNS)
    assert listed(found) == [(102, DISAGREE), (100, AGREE), (101, AGREE)]
    assert found[0].tally == Tally(3, 64, 3)
    assert found[0].score == round(65 / 72, 3)


def test_across_the_groups_a_large_group_cannot_carry_a_statement_alone() -> None:
    found = consensus.across(votes(4), WORLD, COLUMNS)
    assert listed(found) == [(102, DISAGREE), (100, AGREE)]
    assert found[1].score == round(46 / 52 * 19 / 22, 3)


def test_statements_left_out_are_in_no_list() -> None:
    some = np.array([1, 3])
    assert listed(consensus.shared(votes(4), WORLD, some)) == [(101, AGREE)]
    assert consensus.across(votes(4), WORLD, some) == ()


def test_what_fewer_than_ten_people_saw_is_no_consensus() -> None:
    nine, ten = statement((9, 0, 0)), statement((10, 0, 0))
    assert listed(consensus.shared(votes(2), counted(nine, ten), COLUMNS[:2])) == [(101, AGREE)]


def test_many_agreeing_beat_a_few_who_all_agree() -> None:
    few, many = statement((10, 0, 0)), statement((98, 2, 0))
    found = consensus.shared(votes(2), counted(few, many), COLUMNS[:2])
    assert listed(found) == [(101, AGREE), (100, AGREE)]


def test_passing_is_no_agreement() -> None:
    passed = statement((20, 0, 30))
    assert consensus.shared(votes(1), counted(passed), COLUMNS[:1]) == ()


def test_typical_is_what_most_of_a_group_says_and_the_others_do_not() -> None:
    assert consensus.typical(WORLD, 1, COLUMNS)[0] == (1, DISAGREE)
    assert set(consensus.typical(WORLD, 1, COLUMNS)) == {(1, DISAGREE), (3, DISAGREE)}
    assert set(consensus.typical(WORLD, 0, COLUMNS)) == {(1, AGREE), (3, AGREE)}


def test_what_everybody_says_is_typical_of_nobody() -> None:
    alike = counted(statement((45, 3, 2), (18, 1, 1)))
    assert [consensus.typical(alike, group, COLUMNS[:1]) for group in (0, 1)] == [(), ()]


def test_a_difference_that_chance_makes_is_not_typical() -> None:
    chance = counted(statement((6, 4, 0), (4, 6, 0)))
    assert consensus.typical(chance, 0, COLUMNS[:1]) == ()


def test_lists_are_short() -> None:
    many = counted(*[statement((40, 1, 0), (0, 40, 0))] * 30)
    assert len(consensus.typical(many, 0, np.arange(30))) == consensus.TYPICAL
    same = counted(*[EVERYBODY] * 30)
    assert len(consensus.shared(votes(30), same, np.arange(30))) == consensus.LISTED


def plainly(codes: Codes, labels: np.ndarray, groups: int) -> Integers:
    """Counted the slow way."""
    cells = [
        [
            [(column == 1).sum(), (column == -1).sum(), (column != UNSEEN).sum()]
            for column in codes[labels == group].T
        ]
        for group in range(groups + 1)
    ]
    return np.array(cells, np.int64)


@pytest.mark.parametrize("groups", [1, 3, 5])
def test_counts_are_those_of_counting(groups: int) -> None:
    world = planted(1, 300, 20)
    labels = np.random.default_rng(groups).integers(groups + 1, size=300)
    found = consensus.counts(world.conversation().votes, labels, groups)
    assert np.array_equal(found, plainly(world.codes, labels, groups))
