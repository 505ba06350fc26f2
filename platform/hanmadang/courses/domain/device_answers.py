"""Answers that arrive from a device: each key is one try, and the clocks put them in order."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.courses import grading
from hanmadang.courses.models import (
    Answer,
    EventKind,
    LearningEvent,
    Question,
    QuestionProgress,
)
from hanmadang.courses.told import Told
from hanmadang.kernel.db import is_sqlite

Given = tuple[Told, datetime, Question]
"""An answer, its time held within bounds, and its question."""
_PREFIX = "device:"
"""Keys name no unit: after a switch of versions the same answer is still the same."""


def record(session: Session, account_id: int, answers: Sequence[Given], now: datetime) -> int:
    """Write down each answer whose key is new; returns how many were."""
    if not answers:
        return 0
    once = {told.key: (told, at, question) for told, at, question in answers}
    new = _note(session, account_id, list(once.values()), now)
    touched = set()
    for event_id, key in new:
        _try(session, account_id, event_id, once[key])
        touched.add(once[key][2].id)
    session.flush()
    for question_id in touched:
        _settle(session, account_id, question_id)
    session.flush()
    return len(new)


def _note(
    session: Session, account_id: int, answers: Sequence[Given], now: datetime
) -> list[tuple[int, str]]:
    """Write the events in one statement; returns (event, key) of those that were not there."""
    dialect = sqlite if is_sqlite() else postgresql
    rows = [
        {
            "account_id": account_id, "key": f"{_PREFIX}{told.key}",
            "kind": EventKind.ANSWERED.value, "unit_id": question.unit_id, "block": None,
            "client_at": at, "at": now,
        }
        for told, at, question in answers
    ]  # fmt: skip
    written = session.execute(
        dialect.insert(LearningEvent)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(LearningEvent.id, LearningEvent.key)
    )
    return [(id_, key.removeprefix(_PREFIX)) for id_, key in written]


def _try(session: Session, account_id: int, event_id: int, given: Given) -> None:
    told, at, question = given
    body = grading.body_stored(question.kind, question.body)
    response = grading.taken(question.kind, body, told.response)
    mark = grading.mark(question.kind, body, response)
    session.add(
        Answer(
            event_id=event_id, account_id=account_id, question_id=question.id, response=response,
            correct=mark.right, score=mark.score, at=at,
        )
    )  # fmt: skip


def _settle(session: Session, account_id: int, question_id: int) -> None:
    """Let the person's standing with a question follow from all answers, whatever their order."""
    rows = session.execute(
        select(Answer.response, Answer.score, Answer.at)
        .join(LearningEvent, LearningEvent.id == Answer.event_id)
        .where(Answer.account_id == account_id, Answer.question_id == question_id)
        .order_by(Answer.at, LearningEvent.key)
    ).all()
    held = session.get(QuestionProgress, (account_id, question_id))
    if held is None:
        held = QuestionProgress(
            account_id=account_id, question_id=question_id, tries=0, score=0, response=[]
        )
        session.add(held)
    held.tries = len(rows)
    held.response = rows[-1].response
    held.score = max(held.score, *(row.score for row in rows))
    first = min((row.at for row in rows if row.score >= 1), default=None)
    held.right_at = min(filter(None, (held.right_at, first)), default=None)
