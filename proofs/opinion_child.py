"""The large conversation, in a process of its own, so that its memory is nobody else's."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from hanmadang.polls.opinion.conversation import Conversation
from hanmadang.polls.opinion.result import Vote
from hanmadang.polls.opinion.votes import UNSEEN
from tests.factories.opinion import Cast, planted

STATEMENTS, VOTES, REFRESHES = 200, 1_000, 9
_SIDE = 1_000


def main(people: int, seed: int) -> None:
    """Load, then refresh again and again after a thousand new votes; print the figures."""
    world = planted(seed, people, STATEMENTS)
    names = world.people
    conversation = world.conversation()
    filled = int((world.codes != UNSEEN).sum())
    del world
    first = _seconds(conversation.refresh)
    rng = np.random.default_rng(seed)
    taken, yards = [], []
    for _ in range(REFRESHES):
        rows, columns = rng.integers(people, size=VOTES), rng.integers(STATEMENTS, size=VOTES)
        new = zip(rows.tolist(), columns.tolist(), rng.integers(-1, 2, VOTES).tolist(), strict=True)
        casts = [(names[row], column, Vote(kind)) for row, column, kind in new]
        taken.append(_seconds(partial(_follow, conversation, casts)))
        yards.append(_yardstick(rng))
    facts = {"people": people, "votes": filled, "first": first, "taken": taken, "yards": yards}
    exact = conversation.votes.sums == conversation.votes.recount()
    print(json.dumps({**facts, "megabytes": _most_memory(), "exact": exact}))


def _follow(conversation: Conversation, casts: Sequence[Cast]) -> None:
    for person, statement, vote in casts:
        conversation.cast(person, statement, vote)
    conversation.refresh()


def _seconds(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _yardstick(rng: np.random.Generator) -> float:
    """A product of two 1000 x 1000 matrices."""
    matrix = rng.random((_SIDE, _SIDE))
    return _seconds(lambda: matrix @ matrix)


def _most_memory() -> float:
    """The most that this process ever held, in MB; getrusage would count the parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
