"""People and their answers: made from a fixed seed, or read from a public set."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

Answers = list[tuple[str, bool]]
"""One person's, in their order: competency, and whether it was right."""
SEED, PEOPLE, COMPETENCIES = 2009, 8_000, 40
_SHARE = 0.8
"""Of the people: to learn from."""


@dataclass(frozen=True, slots=True)
class Split:
    """People to learn from, and others to foretell."""

    name: str
    train: list[Answers]
    test: list[Answers]


def made(scale: float = 1.0, seed: int = SEED) -> Split:
    """People who follow none of the models that foretell them.

    Item response theory with a level of one's own in each competency, which rises with every
    answer and fades while others are asked; some competencies build on others. Nobody switches
    from not knowing to knowing as in knowledge tracing, and nobody has one level for all as in
    Elo's ratings.
    """
    dice = random.Random(seed)
    easy = [dice.gauss(0.4, 1.0) for _ in range(COMPETENCIES)]
    base = [
        dice.randrange(place) if place and dice.random() < 0.7 else place
        for place in range(COMPETENCIES)
    ]
    people = [_person(dice, easy, base) for _ in range(max(200, round(PEOPLE * scale)))]
    cut = round(len(people) * _SHARE)
    return Split(f"made (seed {seed})", people[:cut], people[cut:])


def _below(dice: random.Random, place: int) -> int:
    """What a competency builds on; itself where on nothing."""
    return dice.randrange(place) if place and dice.random() < 0.7 else place


def _person(dice: random.Random, easy: list[float], base: list[int]) -> Answers:
    level, gain = dice.gauss(0, 1), dice.uniform(0.1, 0.6)
    own = [level + dice.gauss(0, 0.7) for _ in easy]
    for place, below in enumerate(base):  # who is weak below is weak above
        own[place] = 0.6 * own[place] + 0.4 * own[below]
    answers: Answers = []
    for _ in range(dice.randint(3, 15)):
        asked = dice.randrange(len(easy))
        for _ in range(min(1 + int(dice.expovariate(0.35)), 12)):
            able = 1 / (1 + math.exp(-(own[asked] + easy[asked])))
            answers.append((f"c{asked:02}", dice.random() < 0.12 + 0.84 * able))
            own[asked] += gain * (1 - able)
        own[asked] -= 0.3 * gain
    return answers


def skill_builder(folder: Path) -> Split:
    """ASSISTments 2009 as CAHLR/pyBKT-examples splits it. Raises OSError, ValueError.

    Read from the form of three lines a person (number, competencies, answers); in the
    "preprocessed" files beside it the number of answers stands where the person should.
    """
    train, test = (list(_people(folder / f"builder_{part}.csv")) for part in ("train", "test"))
    return Split("ASSISTments skill builder 2009", train, test)


def _people(path: Path) -> Iterator[Answers]:
    lines = path.read_text(encoding="ascii").split()
    for number, codes, rights in zip(lines[::3], lines[1::3], lines[2::3], strict=True):
        answers = list(zip(_cells(codes), (cell == "1" for cell in _cells(rights)), strict=True))
        if len(answers) != int(number):
            message = f"{path.name}: {number} answers announced, {len(answers)} found"
            raise ValueError(message)
        yield answers


def _cells(line: str) -> list[str]:
    return [cell for cell in line.split(",") if cell]
