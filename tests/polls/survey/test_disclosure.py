"""What of a cross-table is published, and what the published rest does not give away."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hanmadang.polls.survey.cube import Axis, Cube, counted, margin, neighbours
from hanmadang.polls.survey.disclosure import Part, Publication, publish
from hanmadang.polls.survey.shown import ShownCell, ShownRow, ShownTable, shown
from hanmadang.polls.survey.thresholds import STAFF, Reason
from proofs.attack import Attack, World
from tests.polls.survey.worlds import AGE, ANSWER, SEX, ZONE, crowd, cube, table

ONE_WAY = (("age",), ("zone",), ("sex",))


def only(publication: Publication) -> Part:
    assert len(publication.parts) == 1
    return publication.parts[0]


def rows(publication: Publication) -> tuple[ShownRow, ...]:
    """The one table by one attribute."""
    return next(each.rows for each in shown(only(publication)) if each.attributes)


def counts(row: ShownRow) -> list[int | None]:
    return [cell.count for cell in row.cells]


def attacked(part: Part, k: int = 10) -> list[str]:
    """What an attacker with a solver finds in one part."""
    axes = part.cube.axes
    world = World(tuple(axis.code for axis in axes), tuple(axis.levels for axis in axes))
    return Attack(world, [list(shown(part))]).isolated(k)


def test_large_cells_are_published_as_they_are() -> None:
    found = rows(publish(table(ZONE, [40, 30, 20], [35, 25, 15]), [("zone",)]))
    assert [(row.levels, row.n, counts(row)) for row in found] == [
        (("east",), 90, [40, 30, 20]),
        (("west",), 75, [35, 25, 15]),
    ]


def test_a_percentage_stands_beside_its_count() -> None:
    found = rows(publish(table(ZONE, [40, 30, 20], [35, 25, 15]), [("zone",)]))
    assert found[0].cells[0] == ShownCell(40, 40 / 90)


def test_a_small_cell_is_hidden_with_three_others() -> None:
    found = rows(publish(table(ZONE, [40, 30, 20], [35, 25, 3], [50, 15, 30]), [("zone",)]))
    hidden = [
        (row.levels[0], place)
        for row in found
        for place, count in enumerate(counts(row))
        if count is None
    ]
    assert hidden == [("west", 1), ("west", 2), ("islands", 1), ("islands", 2)]


def test_a_small_cell_and_its_protectors_cannot_be_told_apart() -> None:
    found = rows(publish(table(ZONE, [40, 30, 20], [35, 25, 3], [50, 15, 30]), [("zone",)]))
    reasons = {cell.reason for row in found for cell in row.cells if cell.count is None}
    assert reasons <= {Reason.HIDDEN, Reason.BLUNT}


def test_nobody_is_a_small_number_too() -> None:
    part = only(publish(table(ZONE, [40, 30, 20], [35, 25, 0], [50, 15, 30]), [("zone",)]))
    assert ((0, 1), (1, 2)) in part.hidden


def test_small_bands_are_put_together_with_a_neighbour() -> None:
    found = publish(table(AGE, [4, 5, 6], [30, 20, 20], [30, 30, 20], [20, 20, 20]), [("age",)])
    assert [row.levels[0] for row in rows(found)] == ["10s+20s", "30s", "40s"]


def test_a_small_zone_joins_the_smallest_other() -> None:
    found = publish(table(ZONE, [50, 40, 40], [30, 20, 20], [4, 5, 6]), [("zone",)])
    assert [row.levels[0] for row in rows(found)] == ["east", "west+islands"]


def test_six_bands_become_three() -> None:
    assert neighbours(6) == ((0, 1), (2, 3), (4, 5))
    assert neighbours(7, apart=1) == ((0, 1), (2, 3), (4, 5), (6,))


def test_answers_that_few_gave_are_put_together() -> None:
    found = publish(table(ZONE, [60, 30, 4], [50, 30, 3]), [("zone",)])
    assert only(found).cube.axes[-1].levels == ("yes", "half+no")


def test_who_kept_it_to_themselves_are_people_too() -> None:
    found = publish(table(SEX, [50, 40, 40], [50, 40, 40], [1, 1, 1]), [("sex",)])
    assert sum(row.n or 0 for row in rows(found)) == 263
    assert [row.levels[0] for row in rows(found)] == ["women+unsaid", "men"]


ZONES = Axis("zone", ("east", "west", "south", "north", "islands"))
MIXED = [60, 50, 50]
UNANIMOUS = table(ZONES, [100, 0, 0], *[MIXED] * 4)


def test_a_unanimous_group_gets_a_bound() -> None:
    row = rows(publish(UNANIMOUS, [("zone",)]))[0]
    assert (row.levels, row.n, counts(row)) == (("east",), 100, [None, None, None])
    assert row.cells[0] == ShownCell(None, None, at_least=90, reason=Reason.BLUNT)


def test_its_bound_leaves_room_for_ten() -> None:
    smaller = table(ZONES, [50, 0, 0], *[MIXED] * 4)
    assert rows(publish(smaller, [("zone",)]))[0].cells[0].at_least == 80


def test_nobody_learns_the_answer_of_a_unanimous_group() -> None:
    assert attacked(only(publish(UNANIMOUS, [("zone",)]))) == []


def test_a_poll_with_one_answer_only_has_no_cross_table() -> None:
    found = publish(table(ZONE, [100, 0, 0], [100, 0, 0]), [("zone",)])
    assert (found.parts, found.withheld) == ((), ((("zone",), Reason.THIN),))


@pytest.mark.parametrize(
    ("n", "asked", "reason"),
    [
        (99, ("age",), Reason.ANSWERS),
        (999, ("age", "sex"), Reason.ANSWERS),
        (2999, ("age", "zone", "sex"), Reason.ANSWERS),
    ],
)
def test_deep_tables_need_many_answers(n: int, asked: tuple[str, ...], reason: Reason) -> None:
    assert dict(publish(cube(crowd(1, n)), [asked]).withheld)[asked] is reason


@pytest.mark.parametrize(("n", "asked"), [(100, ("age",)), (1000, ("age", "sex"))])
def test_that_many_are_enough(n: int, asked: tuple[str, ...]) -> None:
    assert (asked, Reason.ANSWERS) not in publish(cube(crowd(1, n)), [asked]).withheld


def test_no_table_has_four_attributes() -> None:
    country = Axis("country", ("here", "abroad"))
    people = [(*each[:3], place % 2, each[3]) for place, each in enumerate(crowd(1, 3000))]
    asked = ("age", "zone", "sex", "country")
    found = publish(counted((AGE, ZONE, SEX, country, ANSWER), people[:900]), [asked])
    assert dict(found.withheld)[asked] is Reason.ANSWERS
    assert {len(part.cube.codes) for part in found.parts} == {1}


def test_what_is_too_deep_is_shown_less_deep() -> None:
    found = publish(cube(crowd(1, 999)), [("age", "sex")])
    assert sorted(part.cube.codes for part in found.parts) == [("age",), ("sex",)]


def test_no_percentage_from_a_group_under_thirty() -> None:
    part = only(publish(table(ZONE, [60, 50, 40], [60, 50, 40], [60, 50, 40]), [("zone",)]))
    few = replace(part, limits=replace(part.limits, fewest=151))
    groups = [row for each in shown(few) if each.attributes for row in each.rows]
    assert {cell.share for row in groups for cell in row.cells} == {None}


def test_staff_see_cells_from_five() -> None:
    people = table(ZONE, [40, 30, 20], [35, 25, 6], [50, 15, 30])
    assert only(publish(people, [("zone",)], STAFF)).hidden == frozenset()
    assert only(publish(people, [("zone",)])).hidden != frozenset()


def test_equal_cubes_give_equal_publications() -> None:
    people = crowd(3, 1500)
    first, second = (publish(cube(order), ONE_WAY) for order in (people, people[::-1]))
    assert pages(first) == pages(second)


def pages(publication: Publication) -> list[list[ShownTable]]:
    return [list(shown(part)) for part in publication.parts]


def printed(each: ShownTable) -> list[int]:
    return [
        number
        for row in each.rows
        for number in (row.n, *(cell.count for cell in row.cells))
        if number is not None
    ]


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 100_000), st.integers(100, 900))
def test_no_small_number_is_ever_printed(seed: int, n: int) -> None:
    for part in publish(cube(crowd(seed, n)), ONE_WAY).parts:
        assert min(number for each in shown(part) for number in printed(each)) >= 10


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(0, 100_000), st.integers(100, 900))
def test_a_solver_finds_nobody(seed: int, n: int) -> None:
    for part in publish(cube(crowd(seed, n)), ONE_WAY).parts:
        assert attacked(part) == []


def test_a_solver_finds_nobody_in_two_attributes() -> None:
    found = publish(cube(crowd(5, 2000)), [("age", "sex"), ("zone",)])
    assert ("age", "sex") in [part.cube.codes for part in found.parts]
    assert [name for part in found.parts for name in attacked(part)] == []


def test_the_solver_does_find_a_cell_hidden_alone() -> None:
    part = only(publish(table(ZONE, [40, 30, 20], [35, 25, 3], [50, 15, 30]), [("zone",)]))
    bare = replace(part, hidden=frozenset({((0, 1), (1, 2))}), bounds={})
    assert attacked(bare) == ["west of 0 to 0, answer no: 0 to 3"]


def test_tables_that_share_an_attribute_are_decided_together() -> None:
    found = publish(cube(crowd(5, 3000)), [("age", "sex"), ("zone", "sex")])
    assert [part.cube.codes for part in found.parts if len(part.cube.codes) > 1] == [
        ("age", "zone", "sex")
    ]


def test_every_part_counts_everybody() -> None:
    people = cube(crowd(2, 700))
    totals = margin(people.counts, (3,)).tolist()
    for part in publish(people, ONE_WAY).parts:
        assert part.cube.n == 700
        assert sum(margin(part.cube.counts, (1,)).tolist()) == sum(totals)


def test_grouping_keeps_everybody() -> None:
    axis = Axis("age", ("a", "b", "c"))
    grouped = Cube((axis, ANSWER), table(AGE, [1, 2, 3], [4, 5, 6], [7, 8, 9]).counts).grouped(
        (((0, 2), (1,)), ((0,), (1, 2)))
    )
    assert grouped.counts.tolist() == [[8, 22], [4, 11]]
    assert grouped.axes[0].levels == ("a+c", "b")
