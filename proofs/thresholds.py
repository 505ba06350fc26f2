"""Thresholds: an attacker solves all releases of cross-tables against each other; nobody is found.

First the engine by itself, in tables by any attributes; then tables by groups as polls publish
them (`crossed`); then the files and pages of real polls on both databases (`crossed_files`). The
twin hides small cells only, protects none of them and lets cross-tables tick with every vote; its
polls leave out one protection after the other, and each must be missed.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import pairwise
from unittest.mock import patch

from hanmadang.polls.survey import batches, disclosure
from hanmadang.polls.survey.cube import Axis, Cube, counted, margin, neighbours
from hanmadang.polls.survey.disclosure import Part, Publication, Table, publish
from hanmadang.polls.survey.shown import ShownCell, ShownRow, ShownTable, shown
from hanmadang.polls.survey.thresholds import SMALLEST_CELL
from hanmadang.polls.survey.weights import rake
from proofs import Run, Verdict, crossed
from proofs.attack import Attack, World
from proofs.crossed import primary_only, ticking
from proofs.crossed_files import Fetched, fetched
from proofs.house import DATABASES

POPULATIONS, POLLS, TWINS = 60, 96, 24
SIZES = (100, 130, 200, 300, 500, 1000, 1500, 3000, 5000)
MOST_RELEASES = 3
"""Releases solved together; later ones are solved with the two before them."""
TOGETHER = 6
"""Every so many populations all parts are solved together, over the full cross."""
ASKED: tuple[tuple[Table, ...], ...] = (
    (("age",), ("zone",), ("sex",)),
    (("age", "sex"), ("zone",)),
    (("zone", "sex"), ("age",)),
    (("age", "zone", "sex"),),
)
KOREAN = {
    "unsaid": "밝히지 않음", "sex": "성별", "age": "나이대", "zone": "생활권", "women": "여성",
    "men": "남성", "centre": "중부", "east": "동부", "west": "서부", "south": "남부",
    "islands": "섬", "10s": "10대", "20s": "20대", "30s": "30대", "40s": "40대", "50s": "50대",
    "60+": "60대 이상",
}  # fmt: skip
AXES = (
    Axis(
        "age",
        ("10s", "20s", "30s", "40s", "50s", "60+", "unsaid"),
        (neighbours(7, 1),),
        ordered=True,
    ),
    Axis("zone", ("centre", "east", "west", "south", "islands")),
    Axis("sex", ("women", "men", "unsaid")),
    Axis("answer", ("1", "2", "3", "4", "5"), (((0, 1), (2,), (3, 4)),), ordered=True),
)
Person = tuple[int, ...]
Release = tuple[Publication, ShownTable]
"""Cross-tables, and the open totals of the same moment."""


@dataclass(slots=True)
class Found:
    """What the attacker met and what they found."""

    releases: int = 0
    tables: int = 0
    hidden: int = 0
    moved_hidden: int = 0
    """Hidden cells of later releases, which could be subtracted from earlier ones."""
    together: int = 0
    """Populations whose parts were also solved as one."""
    isolated: int = 0
    example: str = ""

    def note(self, isolated: Sequence[str]) -> None:
        """Count what an attack brought, and keep one example."""
        self.isolated += len(isolated)
        if isolated and not self.example:
            self.example = f" ({isolated[0]})"


def prove(run: Run) -> Verdict:
    """Population after population, released live, then attacked; then polls, then their files."""
    engine, polls = _engine(run), _polls(run)
    files = {name: fetched(name, run) for name in DATABASES}
    lost = [bool(engine.isolated), *(bool(each.isolated) for each in polls.values())]
    lost += [bool(each.attack.isolated or each.strange) for each in files.values()]
    worst = max(_raking_difference(run.random()) for _ in range(run.size(20, 3)))
    seen = engine.hidden > 0 and all(each.crossed for each in polls.values())
    held = not all(lost) if run.twin else not any(lost) and seen
    figures = {
        "releases": engine.releases, "tables": engine.tables, "hidden": engine.hidden,
        "hidden_later": engine.moved_hidden, "together": engine.together,
        "isolated": engine.isolated, "raking": worst,
        **{f"{name}_isolated": len(each.isolated) for name, each in polls.items()},
        **{f"{name}_isolated": len(each.attack.isolated) for name, each in files.items()},
    }  # fmt: skip
    words = [_engine_words(run, engine), *(f"{name}: {_words(f)}" for name, f in polls.items())]
    words += [f"{name}: {_file_words(each)}" for name, each in files.items()]
    return Verdict(
        held and worst < 1e-9, "; ".join([*words, f"raking differs by {worst:.1e}"]), figures
    )


def _engine(run: Run) -> Found:
    chance, found = run.random(), Found()
    with ExitStack() as stack:
        if run.twin:
            stack.enter_context(patch.object(disclosure, "protected", primary_only))
            stack.enter_context(patch.object(batches, "moved", ticking))
        for number in range(run.size(POPULATIONS, 4)):
            n = SIZES[number % len(SIZES)]
            asked = ASKED[number // len(SIZES) % len(ASKED)]
            releases = list(_released(chance, n, asked, twin=run.twin))
            _attacked(releases, found, together=number % TOGETHER == 0)
    return found


def _polls(run: Run) -> dict[str, crossed.Found]:
    """Polls as they are; in the twin's world with each protection left out in turn."""
    if not run.twin:
        return {"polls": crossed.attacked(run.random(), run.size(POLLS, 12))}
    found = {}
    for name, broken in crossed.breakages().items():
        with broken:
            ticks = name == "ticking"
            found[name] = crossed.attacked(run.random(), run.size(TWINS, 12), ticking=ticks)
    return found


def _engine_words(run: Run, found: Found) -> str:
    return (
        f"{run.size(POPULATIONS, 4)} populations, {found.releases} releases, {found.tables} tables "
        f"in 2 languages, {found.hidden} hidden cells ({found.moved_hidden} in later releases), "
        f"{found.together} solved whole, {found.isolated} isolated{found.example}"
    )


def _words(found: crossed.Found) -> str:
    example = f" ({found.isolated[0]})" if found.isolated else ""
    return (
        f"{found.releases} releases, {found.tables} tables ({found.crossed} crossed, {found.deep} "
        f"three-way), {found.hidden} hidden cells, {found.changed} with changing answers, "
        f"{found.whole} solved whole with {found.goals} further goals, "
        f"{len(found.isolated)} isolated{example}"
    )


def _file_words(found: Fetched) -> str:
    attack = found.attack
    return (
        f"{found.files} files and pages with {found.figures} figures, {attack.releases} releases, "
        f"{len(attack.isolated)} isolated, strange: {', '.join(found.strange[:2]) or 'none'}"
    )


def _people(chance: random.Random, n: int) -> Iterator[Person]:
    """Skewed: rare zones, answers that hang on age, now and then a unanimous group."""
    weights = [[chance.random() ** 3 + 0.01 for _ in axis.levels] for axis in AXES[:-1]]
    leaning = [[chance.random() ** 2 + 0.01 for _ in AXES[-1].levels] for _ in AXES[0].levels]
    if chance.random() < 0.4:
        leaning[chance.randrange(len(leaning))] = [1, 0, 0, 0, 0]
    for _ in range(n):
        person = [chance.choices(range(len(each)), each)[0] for each in weights]
        yield (*person, chance.choices(range(5), leaning[person[0]])[0])


def _released(
    chance: random.Random, n: int, asked: Sequence[Table], *, twin: bool
) -> Iterator[Release]:
    """The poll runs: a first release, then a try after each few votes."""
    people = list(_people(chance, 2 * n))
    cube = counted(AXES, people[:n])
    release = publish(cube, asked)
    yield release, _totals(cube)
    arrived = n
    while arrived < len(people):
        arrived += chance.randint(1, 9 if twin else max(20, n // 3))
        cube = counted(AXES, people[:arrived])
        release = batches.next_release(release, cube)
        yield release, _totals(cube)
        if twin and arrived > n + 20:
            return


def _attacked(releases: Sequence[Release], found: Found, *, together: bool) -> None:
    """Each part by itself through all its releases; then, if small enough, all parts at once."""
    for place in range(len(releases[0][0].parts)):
        history = _moves([release.parts[place] for release, _ in releases])
        found.releases += len(history)
        found.hidden += sum(len(part.hidden) for part in history)
        found.moved_hidden += sum(len(part.hidden) for part in history[1:])
        world = _world(history[0].cube.axes)
        for last in range(min(MOST_RELEASES, len(history)), len(history) + 1):
            known = [_read(part) for part in history[max(0, last - MOST_RELEASES) : last]]
            found.tables += len(known[0])
            found.note(Attack(world, known).isolated(SMALLEST_CELL))
    if together and releases[0][0].parts:
        found.together += 1
        found.note(Attack(_world(AXES), _together(releases)).isolated(SMALLEST_CELL))


def _together(releases: Sequence[Release]) -> list[list[ShownTable]]:
    """What was known when: at first, and at the next two moments when a part moved."""
    first, totals = releases[0]
    history = [[totals, *(table for part in first.parts for table in _read(part))]]
    for (before, _), (after, totals) in pairwise(releases):
        pairs = zip(before.parts, after.parts, strict=True)
        moved = [part for old, part in pairs if part is not old]
        if moved and len(history) < MOST_RELEASES:
            history.append([totals, *(table for part in moved for table in _read(part))])
    return history


def _totals(cube: Cube) -> ShownTable:
    """The bars of the hall screen, which tick with every vote."""
    answer = cube.axes[-1]
    counts = margin(cube.counts, (len(cube.axes) - 1,)).tolist()
    cells = tuple(ShownCell(count, count / cube.n) for count in counts)
    return ShownTable((), answer.levels, (ShownRow((), cube.n, cells),))


def _moves(history: Sequence[Part]) -> list[Part]:
    """A part's releases, without those in which it stood still."""
    return [
        part
        for before, part in pairwise([None, *history])
        if part and (before is None or (before.cube.counts != part.cube.counts).any())
    ]


def _world(axes: Sequence[Axis]) -> World:
    return World(tuple(axis.code for axis in axes), tuple(axis.levels for axis in axes))


def _read(part: Part) -> list[ShownTable]:
    """All tables of the English page and all of the Korean one, by an attacker who knows both."""
    korean = [_renamed(table, KOREAN) for table in shown(part)]
    english = {word: name for name, word in KOREAN.items()}
    return [*shown(part), *(_renamed(table, english) for table in korean)]


def _renamed(table: ShownTable, names: Mapping[str, str]) -> ShownTable:
    rows = (
        replace(row, levels=tuple(_label(level, names) for level in row.levels))
        for row in table.rows
    )
    attributes = tuple(names.get(code, code) for code in table.attributes)
    return replace(table, attributes=attributes, rows=tuple(rows))


def _label(level: str, names: Mapping[str, str]) -> str:
    return "+".join(names.get(name, name) for name in level.split("+"))


def _raking_difference(chance: random.Random) -> float:
    """Our weights against a slow second implementation: the largest difference."""
    people = list(_people(chance, 400))
    strata = {
        axis.code: [axis.levels[person[place]] for person in people]
        for place, axis in enumerate(AXES[:-1])
    }
    margins = {
        name: {level: 0.2 + chance.random() for level in sorted(set(levels))}
        for name, levels in strata.items()
    }
    fast, slow = rake(strata, margins), slowly_raked(strata, margins, rake(strata, margins).rounds)
    return max(abs(float(a) - b) for a, b in zip(fast.weights, slow, strict=True))


def slowly_raked(
    people: Mapping[str, Sequence[str]], margins: Mapping[str, Mapping[str, float]], rounds: int
) -> list[float]:
    """Person by person, as one would on paper."""
    n = len(next(iter(people.values())))
    weights = [1.0] * n
    for _ in range(rounds):
        for name, targets in margins.items():
            whole = sum(targets.values())
            held = dict.fromkeys(targets, 0.0)
            for weight, stratum in zip(weights, people[name], strict=True):
                held[stratum] += weight
            weights = [
                weight * targets[stratum] / whole * n / held[stratum]
                for weight, stratum in zip(weights, people[name], strict=True)
            ]
    return weights
