"""Catalogues and people of every shape, from a seed: what the rules of a plan are tried on."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from hanmadang.curricula.engine.inputs import (
    Catalogue,
    Competency,
    Evening,
    FollowUp,
    InterestEvidence,
    KnowledgeEvidence,
    Learner,
    Needs,
    Source,
    Unit,
)

TOPICS = ("culture", "economy", "families", "history", "security")
TODAY = date(2026, 11, 21)
_KNOWLEDGE = (Source.POLL, Source.QUIZ, Source.PRETEST, Source.CHECK)
_INTEREST = (Source.POLL, Source.DECLARED, Source.EVENT, Source.QUESTION, Source.COHORT)


def anything(seed: int, units: int | None = None) -> tuple[Catalogue, Learner]:
    """A catalogue of 3 to 40 lessons, or as many as told, and somebody who learns from it."""
    dice = random.Random(seed)
    number = units or dice.randint(3, 40)
    codes = [f"c{place:03}" for place in range(max(3, number // 3))]
    competencies = tuple(
        Competency(
            code,
            dice.uniform(0.1, 1),
            _needs(dice, codes[:place]),
            _some(dice, codes[:place], 0, 0, 1),
        )
        for place, code in enumerate(codes)
    )
    lessons = tuple(_unit(dice, place, codes) for place in range(number))
    return Catalogue(competencies, lessons), _learner(dice, codes, lessons)


def _some(dice: random.Random, pool: Sequence[Any], *sizes: int) -> tuple[Any, ...]:
    return tuple(sorted(dice.sample(pool, min(len(pool), dice.choice(sizes)))))


def _needs(dice: random.Random, pool: Sequence[str]) -> Needs:
    """None, one or two of them, or one of two."""
    found = _some(dice, pool, 0, 0, 1, 2)
    return (found,) if len(found) > 1 and dice.random() < 0.5 else tuple((code,) for code in found)


def _unit(dice: random.Random, number: int, codes: Sequence[str]) -> Unit:
    taught = _some(dice, codes, 1, 1, 2)
    return Unit(
        number,
        dice.randint(3, 25),
        _some(dice, TOPICS, 1, 1, 2),
        tuple((code, dice.choice((0.3, 0.5, 0.7))) for code in taught),
        _needs(dice, [code for code in codes if code not in taught]),
        perspective=dice.choice(("", "", "", "people", "state")),
        available=dice.random() > 0.1,
        captioned=dice.random() > 0.2,
        core=("Institute",) if dice.random() < 0.05 else (),
    )


def _learner(dice: random.Random, codes: Sequence[str], lessons: Sequence[Unit]) -> Learner:
    ids = [unit.id for unit in lessons]
    few = (0, 0, 0, 1, 2)
    return Learner(
        budget=dice.choice((10, 20, 30, 60, 120, 200)),
        knowledge=tuple(sorted(_answers(dice, code) for code in _some(dice, codes, 0, 1, 3, 9))),
        interests=tuple(sorted(_interest(dice, topic) for topic in _some(dice, TOPICS, 0, 1, 2))),
        done=_some(dice, ids, 0, 0, 1, len(ids) // 4),
        evenings=tuple(_evening(dice, number, ids) for number in range(dice.choice(few))),
        pinned=_some(dice, ids, *few),
        skipped=_some(dice, ids, *few),
        kept=_some(dice, ids, *few),
        longest=dice.choice((None, None, None, 10, 15)),
        needs_captions=dice.random() < 0.2,
        deadline=dice.choice((None, TODAY + timedelta(days=dice.randint(0, 60)))),
        today=dice.choice((None, TODAY)),
        known_claims=_some(dice, codes, *few),
        follow_ups=tuple(
            FollowUp(7, _some(dice, ids, 1, 2), dice.randint(25, 90), dice.randint(30, 500))
            for _ in range(dice.choice((0, 0, 1)))
        ),
    )


def _answers(dice: random.Random, code: str) -> KnowledgeEvidence:
    of = dice.randint(1, 4)
    return KnowledgeEvidence(code, dice.randint(0, of), of, dice.choice(_KNOWLEDGE))


def _interest(dice: random.Random, topic: str) -> InterestEvidence:
    day = dice.choice((None, TODAY - timedelta(days=dice.randint(0, 200))))
    return InterestEvidence(topic, dice.choice(_INTEREST), day)


def _evening(dice: random.Random, number: int, ids: Sequence[int]) -> Evening:
    over = dice.random() < 0.4
    days = -dice.randint(0, 13) if over else dice.randint(0, 13)
    return Evening(
        number, TODAY + timedelta(days=days), over, _some(dice, ids, 0, 1, 2),
        _some(dice, ids, 0, 1, 2), attended=over and dice.random() < 0.5,
    )  # fmt: skip
