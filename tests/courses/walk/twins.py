"""The product with one thing broken at a time: a walk must notice each."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import attempts, conditions
from hanmadang.courses.domain import (
    arriving,
    device_answers,
    enrolling,
    progress,
    quiz,
    watching,
)
from hanmadang.courses.models import Question, QuestionProgress, UnitProgress, Watched
from hanmadang.kernel.ids import new_key

Breakage = Callable[[], AbstractContextManager[Any]]


def _keyless() -> AbstractContextManager[Any]:
    """Every telling is a new one."""
    honest = device_answers.record

    def record(session: Session, account_id: int, answers: Any, now: Any) -> int:
        fresh = [(replace(told, key=new_key()), at, question) for told, at, question in answers]
        return honest(session, account_id, fresh, now)

    return patch.object(arriving, "record", record)


def _forgetful() -> AbstractContextManager[Any]:
    """A unit counts what is right now, not what was once right."""
    honest = progress.recount

    def recount(session: Session, reached: UnitProgress) -> None:
        honest(session, reached)
        wrong = session.scalars(
            select(QuestionProgress)
            .join(Question, Question.id == QuestionProgress.question_id)
            .where(
                QuestionProgress.account_id == reached.account_id,
                Question.unit_id == reached.unit_id,
            )
        ).all()
        for each in wrong:
            if each.response == [0]:
                each.right_at = None
        session.flush()
        honest(session, reached)

    return patch.object(progress, "recount", recount)


def _credulous() -> AbstractContextManager[Any]:
    """The last parcel wins, whatever its clock says."""
    honest = device_answers.record

    def record(session: Session, account_id: int, answers: Any, now: Any) -> int:
        new = honest(session, account_id, answers, now)
        for told, _at, question in answers:
            held = session.get(QuestionProgress, (account_id, question.id))
            if held is not None:
                held.response = list(told.response)
        session.flush()
        return new

    return patch.object(arriving, "record", record)


def _generous() -> AbstractContextManager[Any]:
    """Any unit that is done earns the certificate."""
    return patch.object(conditions, "are_met", lambda *_about: True)


def _mean() -> AbstractContextManager[Any]:
    """The last condition is not looked for when an answer meets it."""
    return patch.object(conditions, "is_known", lambda *_about: False)


def _timeless() -> AbstractContextManager[Any]:
    """An attempt never ends by itself."""
    return patch.object(attempts, "is_over", lambda *_times: False)


def _restless() -> AbstractContextManager[Any]:
    """The pause between two attempts is not kept."""
    return patch.object(attempts, "opens_at", lambda *_times: None)


def _lenient() -> AbstractContextManager[Any]:
    """Every attempt passes."""
    return patch.object(quiz, "is_passed", lambda *_about: True)


def _cursor() -> AbstractContextManager[Any]:
    """Of a film the last report is kept, not the seconds of all."""

    def add(row: Watched, played: Iterable[Sequence[int]], seconds: int) -> None:
        row.spans = [[max(a, 0), min(b, seconds)] for a, b in played if a < seconds and b > 0]

    return patch.object(watching, "_add", add)


def _careless() -> AbstractContextManager[Any]:
    """Switching versions leaves the answers behind."""

    def carry(_session: Session, _account_id: int, _twins: Mapping[int, int]) -> None:
        return None

    return patch.object(enrolling, "_carry_answers", carry)


BREAKAGES: Mapping[str, Breakage] = {
    "no keys": _keyless,
    "what was right is forgotten": _forgetful,
    "the last parcel wins": _credulous,
    "one unit is enough": _generous,
    "nobody looks at the last answer": _mean,
    "attempts have no end": _timeless,
    "no pause between attempts": _restless,
    "every attempt passes": _lenient,
    "only the last seconds watched": _cursor,
    "a switch loses the answers": _careless,
}
