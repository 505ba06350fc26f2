"""Tables by groups as polls publish them, and an attacker who keeps every file of every day.

Polls are simulated through the house's own steps: `plans` counts, `survey.worker` decides, and a
new try comes when `cubes.fewest_more` lets it. The attacker has the open totals of each moment
and each file of tables, and solves them against each other: table by table through time, and all
tables together over the full cross of all attributes, with goals that no table prints: who told
one attribute and kept another, and cells of crosses that were never published.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any
from unittest.mock import patch

import numpy as np

from hanmadang.polls import plans
from hanmadang.polls.profiles import CROSS, LEVELS, UNSAID, Attribute
from hanmadang.polls.queries.cubes import fewest_more
from hanmadang.polls.survey import batches, disclosure, worker
from hanmadang.polls.survey.cube import Cube
from hanmadang.polls.survey.disclosure import Part
from hanmadang.polls.survey.shown import ShownCell, ShownRow, ShownTable
from hanmadang.polls.survey.suppression import Protection
from hanmadang.polls.survey.thresholds import SMALLEST_CELL
from proofs.attack import Attack, Floats, World

ASKED = (
    (Attribute.SEX, Attribute.AGE),
    (Attribute.SEX, Attribute.COUNTRY),
    (Attribute.SEX, Attribute.AGE, Attribute.ZONE),
    (Attribute.SEX, Attribute.ZONE),
    (Attribute.AGE, Attribute.COUNTRY),
    tuple(Attribute),
)
SIZES = (1_200, 9_000, 300, 4_000)
CHANGING = 4
"""In every so many populations people change their answers and what they told."""
TOGETHER, MOST_UNKNOWNS, MOST_RELEASES = 2, 1_000, 3
GOALS = 12
"""Cells of unpublished crosses that are tried, of each population solved whole."""
Person = tuple[tuple[str, ...], str]
Table = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Asked:
    """One simulated question."""

    attributes: tuple[Attribute, ...]
    answers: tuple[str, ...]
    ordered: bool


@dataclass(frozen=True, slots=True)
class Moment:
    """What the public learns at once."""

    totals: Mapping[str, int]
    tables: Sequence[Table]
    """Those that moved; the others stand in the file as before."""


@dataclass(slots=True)
class Found:
    """What the attacker met and found."""

    releases: int = 0
    tables: int = 0
    crossed: int = 0
    deep: int = 0
    hidden: int = 0
    whole: int = 0
    changed: int = 0
    goals: int = 0
    isolated: list[str] = field(default_factory=list)


# --- Polls ------------------------------------------------------------------------------------


def attacked(chance: random.Random, populations: int, *, ticking: bool = False) -> Found:
    """Polls of all kinds and sizes, released while they run and at the close, then attacked."""
    found = Found()
    for number in range(populations):
        changing = number % CHANGING == CHANGING - 1 and not ticking
        asked = _asked(chance, ASKED[number % len(ASKED)])
        n = SIZES[number // len(ASKED) % len(SIZES)]
        history = list(_held(chance, asked, n, ticking=ticking, changing=changing))
        if changing:  # who moved is not known, so each moment stands alone, but for its steps
            found.isolated += _short_steps(history)
            found.changed += 1
        for some in [[each] for each in history] if changing else [history]:
            attack(chance, asked, some, found, whole=number % TOGETHER == 0)
    return found


def _short_steps(history: Sequence[Moment]) -> list[str]:
    """Printed figures that differ from the ones before by fewer than ten people."""
    last: dict[tuple[str, ...], int] = {}
    found = []
    for moment in history:
        for table, row in ((t, r) for t in moment.tables for r in t["rows"]):
            counts = [row["n"], *(cell.get("count") for cell in row["cells"])]
            for place, count in enumerate(counts):
                name = (_code(table), *row["levels"], str(place))
                if count is not None:
                    step = abs(count - last.get(name, count))
                    found += [f"{name} moved by {step}"] if 0 < step < SMALLEST_CELL else []
                    last[name] = count
    return found


def _asked(chance: random.Random, attributes: tuple[Attribute, ...]) -> Asked:
    points = chance.choice((2, 3, 4, 5, 7))
    answers = tuple(str(place) for place in range(1, points + 1))
    return Asked(attributes, answers, ordered=points in (4, 5, 7) and chance.random() < 0.7)


def drawn(chance: random.Random, asked: Asked, n: int) -> list[Person]:
    """Groups more or less uneven, answers that hang on the first; some keep attributes back."""
    skew = chance.choice((0.2, 2.0))
    weights = [[chance.random() ** skew + 0.02 for _ in LEVELS[a].said] for a in asked.attributes]
    kept = [chance.choice((0.02, 0.1, 0.3)) for _ in asked.attributes]
    lean = {
        level: [chance.random() ** skew + 0.02 for _ in asked.answers]
        for level in LEVELS[asked.attributes[0]].all
    }
    found = []
    for _ in range(n):
        said = tuple(
            "" if chance.random() < share else chance.choices(LEVELS[a].said, weight)[0]
            for a, weight, share in zip(asked.attributes, weights, kept, strict=True)
        )
        found.append((said, chance.choices(asked.answers, lean[said[0] or UNSAID])[0]))
    return found


def _held(
    chance: random.Random, asked: Asked, n: int, *, ticking: bool, changing: bool
) -> Iterator[Moment]:
    """A poll from its first release to its close."""
    people = drawn(chance, asked, 2 * n)
    held, last, shown = None, 0, None
    for arrived in _moments(chance, n, ticking=ticking):
        waits = shown is not None and not ticking and arrived < 2 * n
        if waits and arrived - last < fewest_more(shown or {}):
            continue
        if changing and shown is not None:
            for place, person in enumerate(drawn(chance, asked, max(1, arrived // 50))):
                people[chance.randrange(place, arrived)] = person
        counted = Counter(people[:arrived])
        made = worker.answered(_order(asked, counted, held))
        before: list[Table] = shown["tables"] if shown else []
        held, last, shown = made["held"], made["n"], made["shown"]
        totals = Counter(answer for _said, answer in people[:arrived])
        if made["moved"]:
            moved = [table for table in shown["tables"] if table not in before]
            yield Moment({each: totals[each] for each in asked.answers}, moved)


def _moments(chance: random.Random, n: int, *, ticking: bool) -> Iterator[int]:
    """After how many answers the job looks; the last look is after the close."""
    arrived = n
    while arrived < 2 * n and (not ticking or arrived < n + 30):
        yield arrived
        arrived += chance.randint(1, 9 if ticking else max(9, n // 4))
    yield arrived if ticking else 2 * n


def _order(asked: Asked, counted: Mapping[Person, int], held: Any) -> dict[str, Any]:
    tables = plans.plan_orders(asked.attributes, asked.answers, counted, ordered=asked.ordered)
    return {"do": "tables", "audience": "public", "plans": tables, "held": held}


# --- The attacker -----------------------------------------------------------------------------


def attack(
    chance: random.Random, asked: Asked, history: Sequence[Moment], found: Found, *, whole: bool
) -> None:
    """What a history gives away, noted in `found`."""
    found.releases += len(history)
    for code in dict.fromkeys(_code(table) for each in history for table in each.tables):
        moments = [
            replace(each, tables=[table for table in each.tables if _code(table) == code])
            for each in history
        ]
        mine = [each for each in moments if each.tables]
        _count(found, code, mine)
        for last in range(min(MOST_RELEASES, len(mine)), len(mine) + 1):
            some = mine[max(0, last - MOST_RELEASES) : last]
            rows = tuple(CROSS.join(row["levels"]) for row in some[0].tables[0]["rows"])
            world = World((code, "answer"), (rows, asked.answers))
            found.isolated += Attack(world, [_read(each) for each in some]).isolated(SMALLEST_CELL)
    few = history[:MOST_RELEASES]
    few = few[: MOST_UNKNOWNS // _unknowns(asked)]
    if whole and few and few[0].tables:
        found.whole += 1
        attack = Whole(_whole(asked), [_read(each, split=True) for each in few])
        attack.draw(chance)
        found.goals += len(attack.goals)
        found.isolated += attack.isolated(SMALLEST_CELL)


def _count(found: Found, code: str, moments: Sequence[Moment]) -> None:
    cells = [c for each in moments for t in each.tables for r in t["rows"] for c in r["cells"]]
    found.tables += len(moments)
    found.crossed += (CROSS in code) * len(moments)
    found.deep += (code.count(CROSS) > 1) * len(moments)
    found.hidden += sum("count" not in cell for cell in cells)


def _code(table: Table) -> str:
    return CROSS.join(table["attributes"])


def _unknowns(asked: Asked) -> int:
    sizes = [len(LEVELS[each].all) for each in asked.attributes]
    return int(np.prod([*sizes, len(asked.answers)]))


def _whole(asked: Asked) -> "Crossed":
    levels = (*(LEVELS[each].all for each in asked.attributes), asked.answers)
    return Crossed((*(each.value for each in asked.attributes), "answer"), levels)


def _read(moment: Moment, *, split: bool = False) -> list[ShownTable]:
    """The tables of a file, and the bars of the same moment."""
    bars = tuple(ShownCell(count, None) for count in moment.totals.values())
    total = ShownRow((), sum(moment.totals.values()), bars)
    return [
        ShownTable((), tuple(moment.totals), (total,)),
        *(_table(table, split=split) for table in moment.tables),
    ]


def _table(table: Table, *, split: bool) -> ShownTable:
    names = table["attributes"] if split else [_code(table)]
    rows = (
        ShownRow(
            tuple(row["levels"] if split else [CROSS.join(row["levels"])]),
            row["n"],
            tuple(
                ShownCell(cell.get("count"), None, cell.get("at_least"), cell.get("at_most"))
                for cell in row["cells"]
            ),
        )
        for row in table["rows"]
    )
    return ShownTable(tuple(names), tuple(table["answers"]), tuple(rows))


class Crossed(World):
    """The full cross; a crossed table's last row is everybody who kept any of its attributes."""

    def mask(self, table: ShownTable, levels: Sequence[str], answer: str) -> Floats:
        """As `World.mask`."""
        if len(levels) < 2 or set(levels) != {UNSAID}:
            return super().mask(table, levels, answer)
        everybody = replace(table, attributes=())
        told = np.ones([len(names) for names in self.levels])
        for attribute in table.attributes:
            told *= 1 - self.people({attribute: UNSAID}, "")
        return super().mask(everybody, (), answer) * (1 - told)

    def people(self, said: Mapping[str, str], answer: str) -> Floats:
        """Those with these levels."""
        table = ShownTable(tuple(said), (), ())
        return super().mask(table, tuple(said.values()), answer)


class Whole(Attack):
    """All tables at once, with goals of the attacker's own."""

    world: Crossed

    def __init__(self, world: Crossed, history: Sequence[Sequence[ShownTable]]) -> None:
        self.goals: list[tuple[str, Floats]] = []
        super().__init__(world, history)

    def draw(self, chance: random.Random) -> None:
        """Who told one attribute and kept another; and some cells of all crosses there are."""
        first = self.history[0]
        answers = next(table.answers for table in first if table.attributes)
        codes = self.world.codes[:-1]
        levels = dict(zip(self.world.codes, self.world.levels, strict=True))
        kept = [
            {one: level, other: UNSAID}
            for one, other in product(codes, codes)
            if one != other
            for level in levels[one][:-1]
        ]
        crosses = [{code: chance.choice(levels[code]) for code in codes} for _ in range(GOALS)]
        for said in [*chance.sample(kept, min(GOALS, len(kept))), *crosses]:
            mask = self.world.people(said, "")
            self.goals.append((f"{said}", mask))
            answer = chance.choice(answers)
            self.goals.append((f"{said} answer {answer}", self.world.people(said, answer)))

    def _targets(self) -> Iterator[tuple[str, Floats, bool]]:
        yield from super()._targets()
        printed = {mask.tobytes() for mask, count, _ in self._printed() if count is not None}
        for name, mask in self.goals:
            goal = self._spread(mask, range(1))
            if goal.tobytes() not in printed:  # what a table says itself is no secret
                yield name, goal, True


# --- Broken twins -----------------------------------------------------------------------------


def primary_only(base: Any, tables: Any, hidden: Any, k: int, *, most: int) -> Protection:
    """Small cells are hidden, nothing protects them."""
    del base, tables, k, most
    return Protection(frozenset(hidden), ())


def ticking(part: Part, cube: Cube) -> Part:
    """Tables move with every vote."""
    now = cube.of(part.cube.codes).grouped(part.groupings)
    small = {
        cell for table in part.tables for cell in disclosure.unsafe(now.counts, table, part.limits)
    }
    return replace(part, cube=now, hidden=frozenset(small), bounds={})


def _beside(attributes: Sequence[Attribute]) -> list[list[tuple[plans.Band, ...]]]:
    """Crossed tables, and each of their attributes by itself beside them."""
    found = []
    for tables in _PLANS(attributes):
        inside = {band.attribute for bands in tables for band in bands if len(bands) > 1}
        alone = [bands for bands in _PLANS(attributes)[-1] if bands[0].attribute in inside]
        found.append([*tables, *alone])
    return found


_PLANS = plans.plans


def breakages() -> dict[str, AbstractContextManager[object]]:
    """Each a product that protects one thing less."""
    return {
        "unprotected": patch.object(disclosure, "protected", primary_only),
        "ticking": patch.object(batches, "moved", ticking),
        "beside": patch.object(plans, "plans", _beside),
    }
