"""The sums: exact, incremental, and the same in whatever order votes arrive."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmadang.polls.opinion.result import Vote
from hanmadang.polls.opinion.votes import BLOCK, UNSEEN, Sums, Votes
from tests.factories.opinion import planted, restless, shuffled

AGREE, PASS, DISAGREE = Vote.AGREE, Vote.PASS, Vote.DISAGREE
casts = st.tuples(
    st.sampled_from("abcdefgh"), st.integers(0, 5), st.sampled_from([AGREE, PASS, DISAGREE, None])
)
hundreds = settings(max_examples=200, deadline=None, derandomize=True)


def after(*given_votes: tuple[str, int, Vote | None]) -> Votes:
    votes = Votes(range(3))
    for person, statement, vote in given_votes:
        votes.cast(person, statement, vote)
    return votes


def test_two_votes_of_one_person_meet_in_the_sums() -> None:
    sums = after(("a", 0, AGREE), ("a", 1, DISAGREE)).sums
    assert sums.vv.tolist() == [[1, -1, 0], [-1, 1, 0], [0, 0, 0]]
    assert sums.vb.tolist() == [[1, 1, 0], [-1, -1, 0], [0, 0, 0]]
    assert sums.bb.tolist() == [[1, 1, 0], [1, 1, 0], [0, 0, 0]]


def test_a_pass_was_seen_and_counts_nothing() -> None:
    sums = after(("a", 0, AGREE), ("a", 1, PASS)).sums
    assert sums.vv.tolist() == [[1, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert sums.vb.tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert sums.bb[1].tolist() == [1, 1, 0]


def test_votes_of_two_people_never_meet() -> None:
    sums = after(("a", 0, AGREE), ("b", 1, AGREE)).sums
    assert (sums.vv[0, 1], sums.vb[0, 1], sums.bb[0, 1]) == (0, 0, 0)


def test_the_last_vote_counts() -> None:
    changed = after(("a", 0, DISAGREE), ("a", 1, AGREE), ("a", 0, AGREE))
    assert changed.sums == after(("a", 0, AGREE), ("a", 1, AGREE)).sums


def test_a_withdrawn_vote_leaves_no_trace_in_the_sums() -> None:
    votes = after(("a", 0, AGREE), ("b", 1, AGREE), ("a", 0, None))
    assert votes.sums == after(("b", 1, AGREE)).sums
    assert (votes.total, votes.voters, len(votes)) == (1, 1, 2)


def test_the_same_vote_twice_is_one_and_no_change() -> None:
    votes = after(("a", 0, AGREE), ("a", 0, AGREE))
    assert (votes.total, votes.changes) == (1, 1)


def test_changes_are_counted_apart_from_votes() -> None:
    votes = after(("a", 0, AGREE), ("a", 0, PASS), ("a", 0, None))
    assert (votes.total, votes.changes) == (0, 3)


def test_a_vote_on_an_unknown_statement_is_refused_and_adds_nobody() -> None:
    votes = Votes(range(3))
    with pytest.raises(KeyError):
        votes.cast("a", 9, AGREE)
    assert len(votes) == 0


def test_a_statement_cannot_be_added_twice() -> None:
    with pytest.raises(ValueError, match="Statement 1 is there already"):
        Votes([1, 1])


@hundreds
@given(st.lists(casts, max_size=60))
def test_incremental_sums_equal_a_full_count(stream: list[tuple[str, int, Vote | None]]) -> None:
    votes = Votes(range(6))
    for person, statement, vote in stream:
        votes.cast(person, statement, vote)
    assert votes.sums == votes.recount()
    last = {(person, statement): vote for person, statement, vote in stream}
    assert votes.total == sum(vote is not None for vote in last.values())


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_votes_gives_the_same_sums_bit_for_bit(seed: int) -> None:
    world, chance = planted(seed, 60, 25), random.Random(seed)
    histories = restless(world, chance)
    for _ in range(2):
        votes = Votes(range(25))
        for person, statement, vote in shuffled(histories, chance):
            votes.cast(person, statement, vote)
        assert votes.sums == Sums.of(world.codes)


def test_a_lost_update_would_be_seen() -> None:
    """Else the equality above would prove nothing."""
    votes = after(("a", 0, AGREE), ("a", 1, AGREE))
    votes._sums.vv[1, 0] -= 1
    assert votes.sums != votes.recount()


def test_people_and_statements_may_grow_in_number() -> None:
    votes = Votes()
    for number in range(70):
        votes.add(number)
        votes.cast(f"p{number}", number, AGREE)
        votes.cast("everywhere", number, DISAGREE)
    assert votes.sums == votes.recount()
    assert (len(votes), votes.total, votes.sums.bb.shape) == (71, 140, (70, 70))


def test_a_loaded_matrix_goes_on_like_one_that_came_vote_by_vote() -> None:
    world = planted(1, 50, 12)
    loaded, one_by_one = world.conversation().votes, Votes(range(12))
    for person, statement, vote in world.casts():
        one_by_one.cast(person, statement, vote)
    for votes in (loaded, one_by_one):
        votes.cast("p000007", 3, None)
        votes.cast("newcomer", 4, AGREE)
    assert loaded.sums == one_by_one.sums == loaded.recount()
    assert (loaded.total, loaded.voters) == (one_by_one.total, one_by_one.voters)


def test_people_stand_in_the_order_of_their_names_however_they_came() -> None:
    votes = after(("c", 0, AGREE), ("a", 1, PASS), ("b", 2, DISAGREE))
    assert votes.people == ["a", "b", "c"]
    assert votes.rows(np.array([2]))[0].tolist() == [AGREE, UNSEEN, UNSEEN]
    votes.cast("aa", 0, AGREE)
    assert votes.people == ["a", "aa", "b", "c"]


def test_blocks_bring_everybody_once_and_in_order() -> None:
    codes = np.full((BLOCK + 3, 2), UNSEEN, np.int8)
    codes[:, 0] = np.arange(len(codes)) % 2
    names = [f"{number:06}" for number in reversed(range(len(codes)))]
    votes = Votes.load([0, 1], names, codes)
    found = np.concatenate([block for _, block in votes.blocks()])
    assert np.array_equal(found, codes[::-1])


@pytest.mark.parametrize(("people", "width"), [(["a"], 2), (["a", "a"], 2), (["a", "b"], 3)])
def test_a_matrix_that_does_not_fit_is_refused(people: list[str], width: int) -> None:
    with pytest.raises(ValueError, match="one row"):
        Votes.load([0, 1], people, np.zeros((2, width), np.int8))


def test_sums_of_more_people_than_fit_a_block_are_exact() -> None:
    codes = np.ones((2 * BLOCK + 5, 3), np.int8)
    assert Sums.of(codes).bb.tolist() == [[len(codes)] * 3] * 3
