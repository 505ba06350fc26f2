"""Conversations whose truth is known: with planted groups, with none, and as a stream of votes."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from hanmadang.polls.opinion.axes import Floats
from hanmadang.polls.opinion.conversation import Conversation
from hanmadang.polls.opinion.result import Statement, Vote
from hanmadang.polls.opinion.votes import UNSEEN, Codes

Cast = tuple[str, int, Vote | None]
_ROWS = 2_000


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What everybody says, and who belongs together."""

    codes: Codes
    groups: npt.NDArray[np.int64]

    @property
    def statements(self) -> list[Statement]:
        return [Statement(each) for each in range(self.codes.shape[1])]

    @property
    def people(self) -> list[str]:
        return [f"p{number:06}" for number in range(len(self.codes))]

    def conversation(self) -> Conversation:
        """All of it, loaded at once."""
        return Conversation.load(self.statements, self.people, self.codes)

    def casts(self) -> list[Cast]:
        """All of it, vote by vote."""
        places = np.argwhere(self.codes != UNSEEN)
        return [(f"p{row:06}", int(at), Vote(int(self.codes[row, at]))) for row, at in places]

    def truth_of(self, members: dict[str, str]) -> tuple[npt.NDArray[np.int64], ...]:
        """Found and planted groups of the same people."""
        found = np.array([ord(name) for name in members.values()], np.int64)
        return found, self.groups[[int(person[1:]) for person in members]]


def planted(
    seed: int, people: int, statements: int = 200, groups: int = 3, *, lean: float = 2.2
) -> World:
    """Each group leans its own way on each statement; people see 10 to 46 % of the statements."""
    rng = np.random.default_rng((seed, 1))
    leaning = rng.normal(0, 1, statements) + rng.normal(0, lean, (groups, statements))
    member = rng.integers(groups, size=people)
    return World(_said(rng, leaning, member, rng.uniform(0.1, 0.46, people)), member)


def independent(seed: int, people: int, statements: int, fill: float = 0.28) -> World:
    """Each statement gets its answers by itself: more or less disputed, but nobody is alike."""
    rng = np.random.default_rng((seed, 2))
    leaning, everybody = rng.normal(0, 2, (1, statements)), np.zeros(people, np.int64)
    return World(_said(rng, leaning, everybody, np.full(people, fill)), everybody)


def _said(
    rng: np.random.Generator, leaning: Floats, member: npt.NDArray[np.int64], fills: Floats
) -> Codes:
    """A few rows at a time: the floats of everybody at once would be the most of the memory."""
    codes = np.empty((len(member), leaning.shape[1]), np.int8)
    agrees = 0.85 / (1 + np.exp(-leaning))
    for start in range(0, len(codes), _ROWS):
        here = slice(start, start + _ROWS)
        chance = rng.random(codes[here].shape, np.float32)
        votes = np.where(chance < agrees[member[here]], 1, np.where(chance < 0.85, -1, 0))
        seen = rng.random(votes.shape, np.float32) < fills[here, None]
        codes[here] = np.where(seen, votes, UNSEEN)
    return codes


def restless(world: World, chance: random.Random) -> dict[tuple[str, int], list[Cast]]:
    """The votes of a world, some only after others were given and withdrawn."""
    histories: dict[tuple[str, int], list[Cast]] = {}
    for person, statement, vote in world.casts():
        others = chance.choices([Vote.AGREE, Vote.DISAGREE, Vote.PASS, None], k=chance.randrange(3))
        earlier: list[Cast] = [(person, statement, other) for other in others]
        histories[person, statement] = [*earlier, (person, statement, vote)]
    return histories


def shuffled(histories: dict[tuple[str, int], list[Cast]], chance: random.Random) -> Iterator[Cast]:
    """All the votes in a random order that keeps each person's changes of one vote in theirs."""
    turns = [place for place, history in histories.items() for _ in history]
    chance.shuffle(turns)
    left = {place: iter(history) for place, history in histories.items()}
    return (next(left[place]) for place in turns)
