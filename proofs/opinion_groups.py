"""Opinion groups: planted ones come back, sums are exact in any order, noise is withheld, fast.

Conversations with a known truth are generated: five with planted groups, five in which every
statement gets its answers by itself, one whose votes arrive in three orders, and one of 100,000
people and 200 statements, which a process of its own follows while it measures time and memory.
The twin loses half of every update of the sums and shows groups whatever their stability.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from unittest import mock

from hanmadang.polls.opinion import conversation as engine
from hanmadang.polls.opinion.stability import adjusted_rand
from hanmadang.polls.opinion.votes import Integers, Sums, Votes
from proofs import Figure, Run, Verdict
from tests.factories import opinion

ROOT = Path(__file__).resolve().parent.parent
WORLDS, PEOPLE, LARGE = 5, 2_000, 100_000
ALIKE, SECONDS, MEGABYTES = 0.94, 0.3, 200
NOISE = ((2_000, 10, 1.0), (1_000, 200, 0.28), (5_000, 12, 0.95), (300, 40, 0.4), (500, 15, 0.9))
"""People, statements and the share of votes given; few, disputed statements tempt the most."""


@dataclass(frozen=True, slots=True)
class Large:
    """What the process of the large conversation reported."""

    votes: int
    seconds: float
    """The median of casting 1,000 votes and refreshing."""
    slowest: float
    ratio: float
    """The median ratio to a product of two 1000 x 1000 matrices."""
    megabytes: float
    first: float
    exact: bool

    @property
    def holds(self) -> bool:
        """In time, in memory, and exact."""
        return self.seconds <= SECONDS and self.megabytes <= MEGABYTES and self.exact


def prove(run: Run) -> Verdict:
    """Groups, order and noise; then, unless broken on purpose, the large conversation."""
    with _broken() if run.twin else ExitStack():
        found = [_alike(run, number) for number in range(WORLDS)]
        same = _is_order_free(run)
        shown = sum(_is_shown(run, number) for number in range(len(NOISE)))
    words = (
        f"ARI {min(found):.3f} to {max(found):.3f} in {WORLDS} conversations (goal {ALIKE:g}), "
        f"sums {'the same' if same else 'NOT the same'} in any order, "
        f"{len(NOISE) - shown} of {len(NOISE)} without groups withheld"
    )
    figures: dict[str, Figure] = {
        "ari_lowest": round(min(found), 4), "same_sums": same, "noise_shown": shown,
    }  # fmt: skip
    if run.twin:  # every break must be seen
        return Verdict(same or shown == 0, words, figures)
    large = _large(run)
    words += (
        f"; {large.votes:,} votes: refresh after 1,000 in {large.seconds:.2f} s (goal {SECONDS:g}; "
        f"{large.ratio:.1f} products of 1000 x 1000 matrices), {large.megabytes:.0f} MB "
        f"(goal {MEGABYTES})"
    )
    passed = min(found) >= ALIKE and same and shown == 0 and large.holds
    return Verdict(passed, words, {**figures, **_figures(large)})


def _figures(large: Large) -> dict[str, Figure]:
    return {
        "votes": large.votes, "refresh": round(large.seconds, 3),
        "refresh_slowest": round(large.slowest, 3), "first_refresh": round(large.first, 2),
        "ratio": round(large.ratio, 2), "megabytes": round(large.megabytes), "exact": large.exact,
    }  # fmt: skip


def _alike(run: Run, number: int) -> float:
    """The adjusted Rand index of found and planted groups; 0 where they are withheld."""
    world = opinion.planted(run.seed + number, run.size(PEOPLE, 400), groups=2 + number % 2)
    conversation = world.conversation()
    result = conversation.refresh()
    if result.withheld:
        return 0.0
    return adjusted_rand(*world.truth_of(conversation.members))


def _is_order_free(run: Run) -> bool:
    """Votes, changes and withdrawals in three orders end in the sums of a full count."""
    chance = run.random()
    world = opinion.planted(run.seed, run.size(300, 100), 40)
    histories = opinion.restless(world, chance)
    expected = Sums.of(world.codes)
    found = []
    for _ in range(3):
        votes = Votes(range(40))
        for person, statement, vote in opinion.shuffled(histories, chance):
            votes.cast(person, statement, vote)
        found.append(votes.sums)
    return all(each == expected for each in found)


def _is_shown(run: Run, number: int) -> bool:
    """Whether a conversation without groups shows some."""
    people, statements, fill = NOISE[number]
    world = opinion.independent(run.seed + number, people, statements, fill)
    return world.conversation().refresh().withheld is None


def _large(run: Run) -> Large:
    people = run.size(LARGE, 2_000)
    command = [sys.executable, "-m", "proofs.opinion_child", str(people), str(run.seed)]
    path = os.pathsep.join((str(ROOT / "platform"), str(ROOT)))
    one = {"PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"}  # as in the server
    answer = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **one}, capture_output=True, check=True
    )
    facts = json.loads(answer.stdout)
    ratios = [took / yard for took, yard in zip(facts["taken"], facts["yards"], strict=True)]
    return Large(
        facts["votes"], median(facts["taken"]), max(facts["taken"]), median(ratios),
        facts["megabytes"], facts["first"], facts["exact"],
    )  # fmt: skip


@contextmanager
def _broken() -> Iterator[None]:
    """The engine as somebody in a hurry would write it."""

    def lost(
        sums: Sums, column: int, vv: Integers, vb: Integers, counted: tuple[Integers, Integers]
    ) -> None:
        """Only the row: whoever votes on the other statement first is forgotten."""
        sums.vv[column] += vv
        sums.vb[column] += vb
        sums.bb[column] += counted[1]

    with (
        mock.patch.object(Sums, "_add", lost),
        mock.patch.object(engine, "has_pattern", return_value=True),
        mock.patch.object(engine, "ENOUGH", -1.0),
    ):
        yield
