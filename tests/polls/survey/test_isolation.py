"""Nobody is isolated by the tables as pages and files have them, in either language.

The attack of `make prove NAME=thresholds`, on what the worker hands to the page: two releases of
one question, solved together by linear programming.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from hanmadang.kernel.i18n import use_locale
from hanmadang.polls.plans import plan_orders
from hanmadang.polls.profiles import LEVELS, Attribute
from hanmadang.polls.survey import worker
from hanmadang.polls.survey.shown import ShownCell, ShownRow, ShownTable
from hanmadang.polls.survey.thresholds import SMALLEST_CELL
from hanmadang.polls.texts_profile import level_name
from proofs.attack import Attack, World

ASKED = (Attribute.SEX, Attribute.AGE, Attribute.ZONE)
ANSWERS = ("1", "2", "3", "4", "5")
Counted = Counter[tuple[tuple[str, ...], str]]


def people(seed: int, n: int) -> Counted:
    """Skewed groups; a quarter keeps everything, a few keep one attribute."""
    chance = random.Random(seed)
    weights = {each: [chance.random() ** 2 + 0.03 for _ in LEVELS[each].said] for each in ASKED}
    leaning = [chance.random() ** 2 + 0.05 for _ in ANSWERS]
    found: Counted = Counter()
    for _ in range(n):
        silent = chance.random() < 0.25
        said = tuple(
            "" if silent or chance.random() < 0.03
            else chance.choices(LEVELS[each].said, weights[each])[0]
            for each in ASKED
        )  # fmt: skip
        found[said, chance.choices(ANSWERS, leaning)[0]] += 1
    return found


def released(counted: Counted, held: Any) -> dict[str, Any]:
    plans = plan_orders(ASKED, ANSWERS, counted, ordered=True)
    return worker.answered({"do": "tables", "audience": "public", "plans": plans, "held": held})


def printed(table: Mapping[str, Any]) -> ShownTable:
    """A table of the file as the attacker's program takes it: its groups are one axis."""
    rows = tuple(
        ShownRow((name(row["levels"]),), row["n"], tuple(_cells(row["cells"])))
        for row in table["rows"]
    )
    return ShownTable(("group",), tuple(table["answers"]), rows)


def name(levels: Sequence[str]) -> str:
    """A band's parts stay apart where nothing is crossed, so that the attacker knows them."""
    return (
        levels[0]
        if len(set(levels)) == 1 or len(levels) == 1
        else "/".join(levels).replace("+", "&")
    )


def _cells(cells: Sequence[Mapping[str, Any]]) -> Iterator[ShownCell]:
    for cell in cells:
        yield ShownCell(cell.get("count"), None, cell.get("at_least"), cell.get("at_most"))


def totals(counted: Counted) -> ShownTable:
    """The open totals of the same moment, which the results page shows."""
    counts = [sum(n for (_said, given), n in counted.items() if given == each) for each in ANSWERS]
    cells = tuple(ShownCell(count, None) for count in counts)
    return ShownTable((), ANSWERS, (ShownRow((), sum(counts), cells),))


def isolated(first: Counted, second: Counted, one: Any, two: Any) -> list[str]:
    """What the attacker finds; a table that did not move was not printed anew."""
    found: list[str] = []
    for before, after in zip(one["shown"]["tables"], two["shown"]["tables"], strict=True):
        parts = [part for row in before["rows"] for part in name(row["levels"]).split("+")]
        world = World(("group", "answer"), (tuple(dict.fromkeys(parts)), ANSWERS))
        again = [] if after == before else [printed(after)]
        history = ([printed(before), totals(first)], [*again, totals(second)])
        found += Attack(world, history).isolated(SMALLEST_CELL)
    return found


@pytest.mark.parametrize(("seed", "n"), [(1, 150), (2, 420), (3, 1300), (4, 1500)])
def test_two_releases_isolate_nobody(seed: int, n: int) -> None:
    first = people(seed, n)
    second = first + people(seed + 50, n)
    one = released(first, None)
    two = released(second, one["held"])
    assert isolated(first, second, one, two) == []


def test_the_attack_would_find_a_table_that_ticks() -> None:
    """The sabotaged twin: one more person between two tables."""
    first = people(4, 1500)
    second = Counter(first)
    second[("female", "20s", "downtown"), "1"] += 1
    one, two = released(first, None), released(second, None)
    assert isolated(first, second, one, two) != []


def test_a_name_in_either_language_tells_the_same_people() -> None:
    """Labels merge nothing and split nothing: both languages print the same cells."""
    bands = ["under20+20s+30s", "60s+70plus", "20s", "under20+70plus", "70plus+unsaid", "downtown"]
    for language in ("ko", "en"):
        with use_locale(language):
            assert len({level_name(band) for band in bands}) == len(bands)
