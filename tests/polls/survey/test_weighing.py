"""Weighted totals come from an open table, keep who has no target, and say why there are none."""

from collections.abc import Sequence
from typing import Any

import pytest

from hanmadang.polls.survey.weighing import weighed

Row = tuple[str, Sequence[int]]
HALVES = {"sex": {"female": 1.0, "male": 1.0}}


def table(*rows: Row, attributes: Sequence[str] = ("sex",)) -> dict[str, Any]:
    return {
        "attributes": list(attributes),
        "answers": ["1", "2"],
        "rows": [
            {
                "levels": name.split("/"),
                "n": sum(counts),
                "cells": [{"count": count} for count in counts],
            }
            for name, counts in rows
        ],
    }


UNEVEN = table(("female", (80, 80)), ("male", (10, 30)))


def test_both_halves_count_alike() -> None:
    found = weighed([UNEVEN], HALVES)
    first, second = found["answers"]
    assert (first["unweighted"], first["weighted"]) == (45, 38)  # (1/2 + 1/4) / 2
    assert (second["unweighted"], second["weighted"]) == (55, 62)
    assert [each["factor"] for each in found["factors"]] == [0.62, 2.5]
    assert [each["flagged"] for each in found["factors"]] == [True, True]
    assert (found["n"], found["design_effect"], found["effective_n"]) == (200, 1.56, 128)


def test_counts_and_shares_are_the_same_target() -> None:
    many = {"sex": {"female": 4_800_000.0, "male": 4_800_000.0}}
    assert weighed([UNEVEN], many) == weighed([UNEVEN], HALVES)


def test_who_did_not_say_keeps_their_share() -> None:
    found = weighed([table(("female", (80, 80)), ("male", (10, 30)), ("unsaid", (0, 200)))], HALVES)
    assert found["factors"][2] == {
        "attribute": "sex", "level": "unsaid", "factor": 1.0, "flagged": False,
    }  # fmt: skip


def test_a_large_band_that_few_without_a_word_joined_counts_as_its_levels() -> None:
    found = weighed([table(("female+unsaid", (60, 40)), ("male", (10, 30)))], HALVES)
    alike = weighed([table(("female", (60, 40)), ("male", (10, 30)))], HALVES)
    assert found["answers"] == alike["answers"]


def test_a_band_with_people_from_elsewhere_stays_mixed_however_large() -> None:
    zones = table(("downtown+elsewhere", (600, 400)), ("northeast", (10, 30)), attributes=("zone",))
    found = weighed([zones], {"zone": {"downtown": 1.0, "northeast": 1.0}})
    assert found["refused"] == "mixed"


def test_bands_take_the_targets_of_their_levels() -> None:
    ages = table(("20s+30s", (50, 50)), ("40s", (20, 80)), attributes=("age",))
    found = weighed([ages], {"age": {"20s": 1.0, "30s": 2.0, "40s": 1.0}})
    assert found["answers"][0]["weighted"] == 42  # (3 x 50 % + 20 %) / 4


def test_the_deepest_open_table_is_used_and_the_rest_is_named() -> None:
    deep = table(
        ("female/20s", (40, 40)), ("male/20s", (40, 40)), ("female/30s", (40, 40)),
        ("male/30s", (40, 40)), attributes=("sex", "age"),
    )  # fmt: skip
    targets = {**HALVES, "age": {"20s": 1.0, "30s": 1.0}, "zone": {"downtown": 1.0, "northeast": 1}}
    found = weighed([UNEVEN, deep], targets)
    assert (found["attributes"], found["left_out"]) == (["sex", "age"], ["zone"])


def hidden() -> dict[str, Any]:
    whole = table(("female", (80, 80)), ("male", (10, 30)))
    whole["rows"][1]["cells"][0] = {"reason": "hidden"}
    return whole


@pytest.mark.parametrize(
    ("tables", "refused"),
    [
        ([], {"refused": "too-few"}),
        ([hidden()], {"refused": "too-few"}),
        (
            [table(("female", (80, 80)), ("male+unsaid", (20, 30)))],
            {"refused": "mixed", "attribute": "sex", "level": "male+unsaid"},
        ),
        (
            [table(("female", (80, 80)), ("unsaid", (20, 30)))],
            {"refused": "empty", "attribute": "sex", "level": "male"},
        ),
    ],
)
def test_it_is_refused_with_its_reason(tables: list[Any], refused: dict[str, str]) -> None:
    assert weighed(tables, HALVES) == refused


def test_a_hidden_table_gives_way_to_an_open_one() -> None:
    open_one = table(("20s", (50, 50)), ("30s", (20, 80)), attributes=("age",))
    found = weighed([hidden(), open_one], {**HALVES, "age": {"20s": 1.0, "30s": 1.0}})
    assert found["attributes"] == ["age"]
