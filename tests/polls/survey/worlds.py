"""Populations for these tests."""

import random
from collections.abc import Sequence

from hanmadang.polls.survey.cube import Axis, Cube, counted, neighbours

AGE = Axis("age", ("10s", "20s", "30s", "40s", "50s", "60+"), (neighbours(6),), ordered=True)
ZONE = Axis("zone", ("east", "west", "islands"))
SEX = Axis("sex", ("women", "men", "unsaid"))
ANSWER = Axis("answer", ("yes", "half", "no"))
AXES = (AGE, ZONE, SEX, ANSWER)


def table(axis: Axis, *rows: Sequence[int], answers: Sequence[str] = ()) -> Cube:
    """A cube by one attribute, row by row as one would print it."""
    people = [
        (level, answer)
        for level, row in enumerate(rows)
        for answer, count in enumerate(row)
        for _ in range(count)
    ]
    answer = Axis("answer", tuple(answers)) if answers else ANSWER
    rowed = Axis(axis.code, axis.levels[: len(rows)], ordered=axis.ordered)
    return counted((rowed, answer), people)


def crowd(seed: int, n: int) -> list[tuple[int, ...]]:
    """People with skewed attributes; age leans towards an answer."""
    chance = random.Random(seed)
    weights = [[chance.random() ** 2 + 0.02 for _ in axis.levels] for axis in AXES[:-1]]
    leaning = [[chance.random() ** 2 + 0.02 for _ in ANSWER.levels] for _ in AGE.levels]
    people = []
    for _ in range(n):
        places = [chance.choices(range(len(each)), each)[0] for each in weights]
        people.append((*places, chance.choices(range(3), leaning[places[0]])[0]))
    return people


def cube(people: Sequence[Sequence[int]]) -> Cube:
    """Everybody, counted."""
    return counted(AXES, people)
