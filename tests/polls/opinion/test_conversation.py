"""A conversation from its first vote to its groups."""

import random

import numpy as np
import pytest

from hanmadang.polls.opinion import clusters
from hanmadang.polls.opinion import conversation as engine
from hanmadang.polls.opinion.conversation import Conversation
from hanmadang.polls.opinion.result import Result, Statement, Vote, Withheld
from hanmadang.polls.opinion.stability import adjusted_rand
from hanmadang.polls.opinion.votes import UNSEEN, Votes
from tests.factories.opinion import World, independent, planted


def with_column(world: World, column: np.ndarray, *, is_profile: bool) -> Conversation:
    """The world and one more statement, number 900."""
    codes = np.column_stack([world.codes, column]).astype(np.int8)
    return Conversation.load([*world.statements, Statement(900, is_profile)], world.people, codes)


def fed(world: World, casts: list[tuple[str, int, Vote | None]]) -> Conversation:
    conversation = Conversation(world.statements)
    for person, statement, vote in casts:
        conversation.cast(person, statement, vote)
    return conversation


def change_some(conversation: Conversation, seed: int, number: int) -> None:
    chance = random.Random(seed)
    people, statements = conversation.votes.people, conversation.votes.statements
    for _ in range(number):
        vote = chance.choice([Vote.AGREE, Vote.DISAGREE, None])
        conversation.cast(chance.choice(people), chance.choice(statements), vote)


# planted groups


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("groups", [2, 3])
def test_planted_groups_are_found_and_counted(seed: int, groups: int) -> None:
    world = planted(seed, 500, 200, groups)
    conversation = world.conversation()
    result = conversation.refresh()
    assert (result.withheld, len(result.groups)) == (None, groups)
    assert adjusted_rand(*world.truth_of(conversation.members)) >= 0.94


def test_a_result_counts_what_there_is() -> None:
    world = planted(1, 400, 60, 2)
    result = world.conversation().refresh()
    seen = (world.codes != UNSEEN).sum(axis=1)
    assert (result.people, result.votes) == ((seen > 0).sum(), seen.sum())
    assert (result.clustered, result.statements) == ((seen >= 7).sum(), 60)
    assert sum(group.size or 0 for group in result.groups) == result.clustered


def test_groups_come_in_the_order_of_their_letters_the_largest_first() -> None:
    groups = planted(2, 600, 120, 3).conversation().refresh().groups
    assert [group.name for group in groups] == ["A", "B", "C"]
    sizes = [group.size or 0 for group in groups]
    assert sizes == sorted(sizes, reverse=True)


def test_who_votes_little_is_counted_but_in_no_group() -> None:
    world = planted(1, 300, 60, 2)
    conversation = world.conversation()
    for statement in range(6):
        conversation.cast("shy", statement, Vote.AGREE)
    without = conversation.refresh()
    conversation.cast("shy", 6, Vote.AGREE)
    assert conversation.refresh().clustered == without.clustered + 1


def test_in_a_short_conversation_all_statements_are_enough() -> None:
    codes = np.repeat(np.array([[1, 1, -1, -1], [-1, -1, 1, 1]], np.int8), 20, axis=0)
    world = World(codes, np.repeat([0, 1], 20))
    conversation = world.conversation()
    assert conversation.refresh().clustered == 40
    assert adjusted_rand(*world.truth_of(conversation.members)) == 1


# order


def test_the_first_result_does_not_depend_on_the_order_of_votes() -> None:
    world = planted(3, 150, 40, 2)
    casts = list(world.casts())
    results = []
    for seed in range(3):
        random.Random(seed).shuffle(casts)
        results.append(fed(world, list(casts)).refresh())
    assert results[0] == results[1] == results[2] == world.conversation().refresh()


# withheld


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("people", "statements", "fill"), [(1_000, 10, 1.0), (400, 60, 0.28), (300, 15, 0.9)]
)
def test_a_conversation_without_real_groups_shows_none(
    people: int, statements: int, fill: float, seed: int
) -> None:
    result = independent(seed, people, statements, fill).conversation().refresh()
    assert (result.withheld, result.groups, result.spots) == (Withheld.NO_PATTERN, (), ())
    assert result.consensus != ()


def test_a_faint_pattern_is_withheld_with_its_stability() -> None:
    result = planted(1, 300, 40, 2, lean=1.5).conversation().refresh()
    assert result.withheld is Withheld.UNSTABLE
    assert 0 < (result.stability or 0) < 0.7
    assert (result.groups, result.spots) == ((), ())


def test_too_few_statements_or_people_say_so() -> None:
    assert planted(1, 100, 3, 2).conversation().refresh().withheld is Withheld.FEW_STATEMENTS
    assert planted(1, 19, 60, 2).conversation().refresh().withheld is Withheld.FEW_PEOPLE
    assert Conversation().refresh() == Result(0, 0, 0, 0, withheld=Withheld.FEW_STATEMENTS)


def test_nobody_yet_is_no_error() -> None:
    empty = Conversation([Statement(each) for each in range(9)])
    assert empty.refresh() == Result(0, 0, 0, 9, withheld=Withheld.FEW_PEOPLE)


def test_people_who_all_say_the_same_are_no_groups() -> None:
    world = World(np.ones((100, 10), np.int8), np.zeros(100, np.int64))
    result = world.conversation().refresh()
    assert (result.withheld, len(result.consensus)) == (Withheld.NO_PATTERN, 10)


def test_groups_under_ten_people_are_never_counted() -> None:
    codes = np.repeat(np.array([[1] * 9, [-1] * 9], np.int8), [40, 7], axis=0)
    result = World(codes, np.repeat([0, 1], [40, 7])).conversation().refresh()
    assert (result.withheld, result.groups) == (Withheld.SMALL_GROUPS, ())
    assert result.across_groups == ()


def test_every_published_count_covers_ten_people() -> None:
    for seed in range(4):
        result = planted(seed, 150, 40, 3).conversation().refresh()
        cells = [each.tally for group in result.groups for each in group.typical]
        assert all(cell is None or cell.seen >= 10 for cell in cells)
        assert all(spot.people >= 10 for spot in result.spots)
        assert all(each.tally.seen >= 10 for each in result.consensus)


# profile statements


def test_a_profile_statement_changes_no_group_and_is_no_consensus() -> None:
    world = planted(1, 300, 60, 2)
    plain = world.conversation()
    column = np.ones(300, np.int8)
    typed, untyped = (with_column(world, column, is_profile=kind) for kind in (True, False))
    expected = plain.refresh()
    found, naive = typed.refresh(), untyped.refresh()
    assert typed.members == plain.members
    assert found.consensus == expected.consensus
    assert 900 in {each.statement for each in naive.consensus}


def test_a_profile_statement_that_splits_people_splits_no_groups() -> None:
    world = planted(1, 300, 60, 2)
    men = np.where(np.arange(300) % 2, 1, -1)
    conversation = with_column(world, men, is_profile=True)
    result = conversation.refresh()
    assert adjusted_rand(*world.truth_of(conversation.members)) >= 0.94
    assert 900 not in {each.statement for group in result.groups for each in group.typical}


# from refresh to refresh


def test_a_refresh_without_new_votes_changes_nothing() -> None:
    conversation = planted(1, 300, 60, 2).conversation()
    first = conversation.refresh()
    assert [conversation.refresh() for _ in range(2)] == [first, first]


def test_people_keep_their_group_while_votes_come_in() -> None:
    conversation = planted(1, 400, 80, 3).conversation()
    conversation.refresh()
    for seed in range(6):
        before = conversation.members
        change_some(conversation, seed, 100)
        conversation.refresh(review=seed % 2 == 0)
        now = conversation.members
        both = before.keys() & now.keys()
        assert sum(before[each] == now[each] for each in both) >= 0.97 * len(both)


def test_following_and_reviewing_end_in_the_same_groups() -> None:
    world = planted(2, 400, 80, 3)
    one, two = world.conversation(), world.conversation()
    for conversation, review in ((one, False), (two, True)):
        conversation.refresh()
        change_some(conversation, 1, 300)
        conversation.refresh(review=review)
    names = np.array([[ord(each.members[p]) for p in two.members] for each in (one, two)])
    assert adjusted_rand(*names) > 0.95


def test_a_review_comes_by_itself_after_five_percent_of_new_votes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[Votes] = []

    def has_pattern(votes: Votes, _columns: object) -> bool:
        asked.append(votes)
        return True

    monkeypatch.setattr(engine, "has_pattern", has_pattern)
    conversation = planted(1, 300, 60, 2).conversation()
    conversation.refresh()
    change_some(conversation, 1, 20)
    conversation.refresh()
    assert len(asked) == 1
    change_some(conversation, 2, int(0.1 * conversation.votes.total))
    conversation.refresh()
    assert len(asked) == 2


def test_the_number_of_groups_changes_only_after_four_reviews(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    conversation = planted(1, 400, 80, 3).conversation()
    monkeypatch.setattr(clusters, "best_count", lambda _: 2)
    assert len(conversation.refresh().groups) == 2
    monkeypatch.undo()
    numbers = [len(conversation.refresh(review=True).groups) for _ in range(4)]
    assert numbers == [2, 2, 2, 3]


def test_it_does_not_change_when_the_other_number_is_less_stable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    conversation = planted(1, 400, 80, 2).conversation()
    conversation.refresh()
    monkeypatch.setattr(clusters, "best_count", lambda _: 4)
    numbers = [len(conversation.refresh(review=True).groups) for _ in range(6)]
    assert numbers == [2] * 6


def test_groups_appear_once_there_is_something_to_see() -> None:
    world = planted(1, 300, 60, 2)
    casts = world.casts()
    random.Random(1).shuffle(casts)
    conversation = Conversation(world.statements)
    found = []
    for start in range(0, len(casts), len(casts) // 8):
        for person, statement, vote in casts[start : start + len(casts) // 8]:
            conversation.cast(person, statement, vote)
        found.append(conversation.refresh().withheld)
    assert (found[0], found[-1]) == (Withheld.FEW_PEOPLE, None)


def test_a_statement_may_join_while_people_vote() -> None:
    conversation = planted(1, 300, 60, 2).conversation()
    before = conversation.refresh()
    conversation.add(Statement(77))
    conversation.cast("p000001", 77, Vote.AGREE)
    after = conversation.refresh()
    assert (after.statements, after.votes) == (before.statements + 1, before.votes + 1)
    assert after.withheld is None


def test_a_shown_map_has_each_group_around_its_own_place() -> None:
    result = planted(1, 1_000, 120, 2).conversation().refresh()
    assert {spot.group for spot in result.spots} == {"A", "B"}
    assert all(-1 <= value <= 1 for spot in result.spots for value in (spot.x, spot.y))
    for name, size in ((group.name, group.size or 0) for group in result.groups):
        assert 0 < sum(spot.people for spot in result.spots if spot.group == name) <= size
