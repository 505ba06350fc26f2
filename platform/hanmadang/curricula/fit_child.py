"""What a child process works out for `jobs.night`: the engine's numbers from everybody's answers.

It reads people's answers in their order and says how many there were and what follows from all of
them; nothing in its answer is about anybody. Memory is bounded: of more than `MOST_PEOPLE` an even
share is read, and of each person the first `MOST_ANSWERS`.
"""

import sys
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import groupby, islice, starmap
from operator import itemgetter
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from hanmadang.courses.queries import answers_in_order, people_with_answers
from hanmadang.curricula.engine.fitting import Answers, fit
from hanmadang.curricula.engine.inputs import Source
from hanmadang.curricula.fitted import to_json
from hanmadang.curricula.limits import (
    FEWEST_ANSWERS,
    FEWEST_PEOPLE,
    MOST_ANSWERS,
    MOST_PEOPLE,
)
from hanmadang.curricula.models import Basis, Evidence, EvidenceKind, SetAside
from hanmadang.kernel.db import set_manners, take_time

Given = tuple[int, int, str, bool]
"""(person, 0 before the lessons and 1 in them, competency, right)."""


def answers(order: Mapping[str, Any]) -> Iterator[Any]:
    """One answer: how many people and answers, and the numbers, or none of too few."""
    engine = create_engine(order["database"])
    set_manners(engine)
    with Session(engine) as session:
        take_time(session)
        people = usable(session)
    given = sum(map(len, people))
    enough = len(people) >= FEWEST_PEOPLE and given >= FEWEST_ANSWERS
    yield {
        "people": len(people),
        "answers": given,
        "numbers": to_json(fit(people)) if enough else None,
    }


def usable(session: Session) -> list[Answers]:
    """Answers in lessons, in pre-tests and checks, person by person, without those set aside."""
    every = max(1, -(-people_with_answers(session) // MOST_PEOPLE))
    aside = _aside(session, every)
    rows = merge(_checked(session, every), _in_lessons(session, every), key=itemgetter(0, 1))
    found = (_of_one(given, aside) for _person, given in groupby(rows, key=itemgetter(0)))
    return [answers for answers in found if answers]


def _of_one(given: Iterable[Given], aside: frozenset[tuple[int, str]]) -> Answers:
    counting = (
        (sys.intern(code), right) for who, _when, code, right in given if (who, code) not in aside
    )
    return tuple(islice(counting, MOST_ANSWERS))


def _in_lessons(session: Session, every: int) -> Iterator[Given]:
    return starmap(lambda who, code, right: (who, 1, code, right), answers_in_order(session, every))


def _checked(session: Session, every: int) -> Iterator[Given]:
    """Pieces count right and wrong answers; as in tracing, the wrong ones are taken to be first."""
    rows = session.execute(
        select(Evidence.account_id, Evidence.competency_code, Evidence.right, Evidence.of)
        .where(
            Evidence.kind == EvidenceKind.KNOWLEDGE.value,
            Evidence.source_kind.in_([Source.PRETEST.value, Source.CHECK.value]),
            Evidence.account_id % every == 0,
        )
        .order_by(Evidence.account_id, Evidence.id),
        execution_options={"yield_per": 2000},
    )
    for who, code, right, of in rows:
        for is_right in (False,) * (of - right) + (True,) * right:
            yield who, 0, code or "", is_right


def _aside(session: Session, every: int) -> frozenset[tuple[int, str]]:
    rows = session.execute(
        select(SetAside.account_id, SetAside.ref).where(
            SetAside.basis == Basis.QUIZ.value, SetAside.account_id % every == 0
        )
    )
    return frozenset((row.account_id, row.ref) for row in rows)
