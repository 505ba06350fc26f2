"""Writing answers down: the try, how the person stands with the question, the counters.

This is the room's hottest writing, so it asks for columns, not for objects, and counts what
changes in place of counting everything again.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Text, and_, bindparam, cast, insert, select
from sqlalchemy.orm import Session

from hanmadang.courses import grading
from hanmadang.courses.domain import progress
from hanmadang.courses.domain.progress import Happening
from hanmadang.courses.grading import Mark, Response
from hanmadang.courses.models import Answer, Question, QuestionProgress, UnitProgress
from hanmadang.courses.specs import Body
from hanmadang.courses.upserts import put
from hanmadang.kernel.db import Base, read
from hanmadang.kernel.errors import NotFoundError

_questions = Base.metadata.tables[Question.__tablename__]
_standings = Base.metadata.tables[QuestionProgress.__tablename__]
_question, _standing = _questions.c, _standings.c
_ASKED = (
    select(
        _question.id, _question.slug, _question.kind, cast(_question.body, Text),
        _standing.tries, _standing.response, _standing.score, _standing.right_at,
    )
    .outerjoin_from(
        _questions,
        _standings,
        and_(
            _standing.question_id == _question.id, _standing.account_id == bindparam("account_id")
        ),
    )
    .where(_question.unit_id == bindparam("unit_id"))
    .order_by(_question.position)
)  # fmt: skip
_TRY = insert(Base.metadata.tables[Answer.__tablename__])


@dataclass(frozen=True, slots=True)
class Standing:
    """How a person stands with a question."""

    tries: int
    response: Response
    score: float
    right_at: datetime | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is graded."""

    id: int
    slug: str
    kind: str
    stored: str
    """Its body, read only where it is graded."""
    held: Standing | None
    """How the person stands with it; None before the first answer."""

    @property
    def body(self) -> Body:
        """What may be answered, and what is right."""
        return grading.body_of(self.kind, self.stored)

    def taken(self, given: Sequence[Any]) -> Response:
        """What was given, as it is stored; raises AnswerError."""
        return grading.taken(self.kind, self.body, given)

    def mark(self, response: Response) -> Mark:
        """What it earns."""
        return grading.mark(self.kind, self.body, response)


def asked_in(session: Session, unit_id: int, account_id: int = 0) -> Mapping[str, Asked]:
    """The unit's questions by their slugs, in the quiz's order, and how that person stands."""
    rows = read(session, _ASKED, unit_id=unit_id, account_id=account_id)
    return {
        slug: Asked(id_, slug, kind, body, None if held[0] is None else Standing(*held))
        for id_, slug, kind, body, *held in rows
    }


def chosen(pool: Mapping[str, Asked], slugs: Iterable[str]) -> Mapping[str, Asked]:
    """Those named, in the quiz's order. Raises NotFoundError where one is not among them."""
    named = set(slugs)
    if not named <= set(pool):
        raise NotFoundError
    return {slug: question for slug, question in pool.items() if slug in named}


def record(
    session: Session,
    reached: UnitProgress,
    question: Asked,
    response: Response,
    happened: Happening,
) -> bool:
    """Record one try and its progress; returns False when its event was noted before."""
    account_id = reached.account_id
    event_id = progress.note(session, account_id, reached.unit_id, happened)
    if event_id is None:
        return False
    mark = question.mark(response)
    tried = {
        "event_id": event_id, "account_id": account_id, "question_id": question.id,
        "response": response, "correct": mark.right, "score": mark.score, "at": happened.at,
    }  # fmt: skip
    session.connection().execute(_TRY, tried)
    _stand(session, reached, question, response, mark, happened.at)
    reached.last_question = question.id
    return True


def _stand(  # noqa: PLR0913, PLR0917  (one try: who, what, how good, when)
    session: Session,
    reached: UnitProgress,
    question: Asked,
    response: Response,
    mark: Mark,
    at: datetime,
) -> None:
    held = question.held or Standing(0, [], 0, None)
    reached.answered += question.held is None
    reached.right += mark.right and held.right_at is None
    put(
        session,
        QuestionProgress,
        account_id=reached.account_id,
        question_id=question.id,
        tries=held.tries + 1,
        response=response,
        score=max(held.score, mark.score),
        right_at=held.right_at or (at if mark.right else None),
    )


def as_key(response: Response) -> str:
    """A response as part of an event's key."""
    return json.dumps(response, ensure_ascii=False, separators=(",", ":"))
