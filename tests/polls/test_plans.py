"""Which tables are tried: deep before shallow, and no two of the same attributes at once."""

from collections import Counter

from hanmadang.polls.plans import margins_of, plan_orders, plans
from hanmadang.polls.profiles import UNSAID, Attribute, split

ALL = tuple(Attribute)


def crossed(*attributes: Attribute) -> list[list[str]]:
    """Each plan's tables by the attributes they cross, doubles left out."""
    found = [
        ["x".join(band.attribute.value for band in table) for table in plan]
        for plan in plans(attributes)
    ]
    return [plan for place, plan in enumerate(found) if plan not in found[:place]]


def test_deep_tables_come_first_and_the_rest_stands_alone() -> None:
    assert crossed(*ALL) == [
        ["sexxagexzone", "country"],
        ["sexxage", "zone", "country"],
        ["sex", "age", "zone", "country"],
    ]


def test_one_attribute_has_one_plan() -> None:
    assert crossed(Attribute.COUNTRY) == [["country"]]


def test_no_plan_holds_an_attribute_twice() -> None:
    for plan in plans(ALL):
        named = [band.attribute for table in plan for band in table]
        assert sorted(named) == sorted(ALL)


def test_who_kept_one_attribute_stands_in_the_one_row_of_a_crossed_table() -> None:
    counted: Counter[tuple[tuple[str, ...], str]] = Counter(
        {(("female", "20s"), "1"): 5, (("female", ""), "1"): 3, (("", ""), "2"): 2}
    )
    asked = (Attribute.SEX, Attribute.AGE)
    first, *_others, last = plan_orders(asked, ("1", "2"), counted, ordered=False)
    [table] = first["tables"]
    levels = table["axes"][0]["levels"]
    assert (first["least"], last["least"]) == (1000, 100)
    assert {levels[place]: n for place, answer, n in table["counts"] if answer == 0} == {
        "female.20s": 5, UNSAID: 3,
    }  # fmt: skip
    assert sum(n for _place, _answer, n in table["counts"]) == 10
    assert [
        sum(each["counts"][i][2] for i in range(len(each["counts"]))) for each in last["tables"]
    ] == [10, 10]


def test_a_crossed_level_is_taken_apart_again() -> None:
    assert split("sex.age", "female.20s+30s") == ["female", "20s+30s"]
    assert split("sex.age", UNSAID) == [UNSAID, UNSAID]
    assert split("zone", "downtown") == ["downtown"]


def test_margins_follow_from_a_crossed_table() -> None:
    rows = [
        {"levels": ["female", "20s"], "n": 30, "cells": [{"count": 10}, {"count": 20}]},
        {"levels": ["male", "20s"], "n": 50, "cells": [{"count": 25}, {"count": 25}]},
    ]
    table = {"attributes": ["sex", "age"], "answers": ["1", "2"], "rows": rows}
    by_sex, by_age = margins_of(table)
    assert [row["n"] for row in by_sex["rows"]] == [30, 50]
    assert by_age["rows"] == [{"levels": ["20s"], "n": 80, "cells": [{"count": 35}, {"count": 45}]}]
