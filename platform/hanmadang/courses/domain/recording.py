"""Writing answers down: the try, how the person stands with the question, the counters.

This is the room's hottest writing, so it asks for columns, not for objects, and counts what
changes in place of counting everything again.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, bindparam, cast, insert, select
from sqlalchemy.orm import Session

from hanmadang.courses import grading
from hanmadang.courses.domain import progress
from hanmadang.courses.domain.progress import Happening
from hanmadang.courses.grading import Mark, Response
from hanmadang.courses.models import Answer, Question, QuestionProgress, UnitProgress
from hanmadang.courses.specs import Body
from hanmadang.kernel.db import Base, read
from hanmadang.kernel.errors import NotFoundError

_question = Base.metadata.tables[Question.__tablename__].c
_ASKED = (
    select(_question.id, _question.slug, _question.kind, cast(_question.body, Text))
    .where(_question.unit_id == bindparam("unit_id"))
    .order_by(_question.position)
)
_NAMED = _ASKED.where(_question.slug.in_(bindparam("slugs", expanding=True)))
_STANDING = select(QuestionProgress).where(
    QuestionProgress.account_id == bindparam("account_id"),
    QuestionProgress.question_id.in_(bindparam("ids", expanding=True)),
)
_TRY = insert(Base.metadata.tables[Answer.__tablename__])


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is graded."""

    id: int
    slug: str
    kind: str
    body: Body

    def taken(self, given: Sequence[Any]) -> Response:
        """What was given, as it is stored; raises AnswerError."""
        return grading.taken(self.kind, self.body, given)

    def mark(self, response: Response) -> Mark:
        """What it earns."""
        return grading.mark(self.kind, self.body, response)


def asked_in(
    session: Session, unit_id: int, slugs: Collection[str] | None = None
) -> Mapping[str, Asked]:
    """The unit's questions by their slugs, in the quiz's order; those named, or all.

    Raises NotFoundError where one named is not among them.
    """
    if slugs is None:
        rows = read(session, _ASKED, unit_id=unit_id)
    else:
        rows = read(session, _NAMED, unit_id=unit_id, slugs=list(slugs))
    found = {
        slug: Asked(id_, slug, kind, grading.body_of(kind, body)) for id_, slug, kind, body in rows
    }
    if slugs is not None and len(found) < len(set(slugs)):
        raise NotFoundError
    return found


def standing_of(
    session: Session, account_id: int, ids: Collection[int]
) -> Mapping[int, QuestionProgress]:
    """How the person stands with these questions; those never answered are left out."""
    rows = session.scalars(_STANDING, {"account_id": account_id, "ids": list(ids)})
    return {row.question_id: row for row in rows}


def record(  # noqa: PLR0913, PLR0917  (one try: who, where, what, when)
    session: Session,
    reached: UnitProgress,
    question: Asked,
    response: Response,
    held: QuestionProgress | None,
    happened: Happening,
) -> bool:
    """Record one try and its progress; returns False when its event was noted before."""
    account_id = reached.account_id
    event_id = progress.note(session, account_id, reached.unit_id, happened)
    if event_id is None:
        return False
    mark = question.mark(response)
    if held is None:
        held = QuestionProgress(account_id=account_id, question_id=question.id, tries=0, score=0)
        session.add(held)
        reached.answered += 1
    if mark.right and held.right_at is None:
        held.right_at = happened.at
        reached.right += 1
    held.response, held.tries = response, held.tries + 1
    held.score = max(held.score, mark.score)
    reached.last_question = question.id
    tried = {
        "event_id": event_id, "account_id": account_id, "question_id": question.id,
        "response": response, "correct": mark.right, "score": mark.score, "at": happened.at,
    }  # fmt: skip
    session.connection().execute(_TRY, tried)
    return True


def as_key(response: Response) -> str:
    """A response as part of an event's key."""
    return json.dumps(response, ensure_ascii=False, separators=(",", ":"))
