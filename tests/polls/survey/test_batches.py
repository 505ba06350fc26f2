"""Batches: two releases subtracted are a table like any other."""

from collections.abc import Sequence

import pytest

from hanmadang.polls.survey.batches import moved, next_release
from hanmadang.polls.survey.disclosure import Part, publish
from hanmadang.polls.survey.shown import shown
from proofs.attack import Attack, World
from tests.polls.survey.worlds import ZONE, crowd, cube, table

FIRST = ([40, 30, 20], [35, 25, 15])
SMALL = ([40, 30, 20], [35, 25, 3], [50, 15, 30])


def part_of(rows: Sequence[Sequence[int]]) -> Part:
    return publish(table(ZONE, *rows), [("zone",)]).parts[0]


def grown(rows: Sequence[Sequence[int]], *gains: Sequence[int]) -> list[list[int]]:
    pairs = zip(rows, gains, strict=True)
    return [[a + b for a, b in zip(row, gain, strict=True)] for row, gain in pairs]


def attacked(*history: Part) -> list[str]:
    axes = history[0].cube.axes
    world = World(tuple(axis.code for axis in axes), tuple(axis.levels for axis in axes))
    return Attack(world, [list(shown(part)) for part in history]).isolated(10)


def test_one_more_vote_moves_nothing() -> None:
    later = table(ZONE, *grown(FIRST, [1, 0, 0], [0, 0, 0]))
    assert moved(part_of(FIRST), later) is None


def test_ten_more_in_every_cell_move_the_table() -> None:
    later = moved(part_of(FIRST), table(ZONE, *grown(FIRST, [10, 10, 10], [10, 10, 10])))
    assert later is not None
    assert later.cube.counts.tolist() == [[50, 40, 30], [45, 35, 25]]


@pytest.mark.parametrize("gain", [9, 0, -1])
def test_one_cell_that_gained_less_holds_the_table(gain: int) -> None:
    later = table(ZONE, *grown(FIRST, [10, 10, gain], [10, 10, 10]))
    assert moved(part_of(FIRST), later) is None


def test_newcomers_who_all_agree_move_nothing() -> None:
    later = table(ZONE, *grown(FIRST, [12, 0, 0], [0, 0, 0]))
    assert moved(part_of(FIRST), later) is None


def test_the_totals_tick_while_the_tables_wait() -> None:
    release = publish(table(ZONE, *FIRST), [("zone",)])
    after = next_release(release, table(ZONE, *grown(FIRST, [1, 0, 0], [0, 0, 0])))
    assert (release.n, after.n) == (165, 166)
    assert list(shown(after.parts[0])) == list(shown(release.parts[0]))


def test_newcomers_among_the_hidden_are_protected_too() -> None:
    few = table(ZONE, *grown(SMALL, [20, 1, 1], [20, 1, 1], [20, 20, 20]))
    many = table(ZONE, *grown(SMALL, [20, 20, 20], [20, 20, 20], [20, 20, 20]))
    assert moved(part_of(SMALL), few) is None
    assert moved(part_of(SMALL), many) is not None


def test_what_was_hidden_stays_hidden() -> None:
    first = part_of(SMALL)
    later = moved(first, table(ZONE, *grown(SMALL, [20, 20, 20], [20, 20, 20], [20, 20, 20])))
    assert later is not None
    assert later.hidden == first.hidden != frozenset()


def test_subtracting_two_releases_finds_nobody() -> None:
    first = part_of(SMALL)
    later = moved(first, table(ZONE, *grown(SMALL, [20, 20, 20], [20, 20, 20], [20, 20, 20])))
    assert later is not None
    assert attacked(first, later) == []


def test_a_table_that_ticks_gives_the_last_voter_away() -> None:
    first, later = part_of(FIRST), part_of(grown(FIRST, [1, 0, 0], [0, 0, 0]))
    found = attacked(first, later)
    assert "east of 1 to 1, answer yes: 0 to 1" in found


def test_a_cell_that_has_grown_is_not_shown_after_all() -> None:
    rows = grown(SMALL, [20, 20, 20], [20, 20, 20], [20, 20, 20])
    later = moved(part_of(SMALL), table(ZONE, *rows))
    assert later is not None
    assert part_of(rows).hidden == frozenset()
    assert ((0, 1), (1, 2)) in later.hidden


@pytest.mark.parametrize("seed", range(8))
def test_a_whole_evening_finds_nobody(seed: int) -> None:
    people = crowd(seed, 900)
    release = publish(cube(people[:300]), [("zone",), ("sex",)])
    history = [release]
    for arrived in range(310, 901, 45):
        history.append(next_release(history[-1], cube(people[:arrived])))
    for place in range(len(release.parts)):
        parts = [each.parts[place] for each in history]
        steps = [part for i, part in enumerate(parts) if not i or part is not parts[i - 1]]
        assert attacked(*steps[:3]) == []
