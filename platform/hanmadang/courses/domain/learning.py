"""What a person does in a unit: open it, read on, answer, be done.

Each verb notes an event under a key and lets progress follow from it in the same transaction;
the same event arriving again, or two arriving in the other order, lead to the same state.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.courses import grading
from hanmadang.courses.domain import progress
from hanmadang.courses.domain.enrolling import NotEnrolledError
from hanmadang.courses.domain.progress import Happening
from hanmadang.courses.grading import Response
from hanmadang.courses.models import (
    Answer,
    Block,
    Enrolment,
    EventKind,
    Question,
    QuestionProgress,
    Unit,
    UnitProgress,
)
from hanmadang.courses.specs import Body
from hanmadang.kernel.errors import DomainError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer


class QuestionsOpenError(DomainError):
    """A unit with questions is done once each of them was answered."""

    status = 422
    text = lazy("This unit is done once you have answered every question below.")


def open_unit(
    session: Session, actor: Viewer, unit_id: int, *, now: datetime, locale: str = ""
) -> None:
    """Note that the unit was opened, and in which language. Raises NotEnrolledError."""
    enrolment, _unit = held(session, actor, unit_id)
    enrolment.resume_locale = locale or enrolment.resume_locale
    progress.note(session, actor.id, unit_id, Happening(EventKind.OPENED, now))
    progress.remember_place(enrolment, progress.start(session, actor.id, unit_id), now)


def reach_block(  # noqa: PLR0913  (what a device says of one event)
    session: Session,
    actor: Viewer,
    unit_id: int,
    block: int,
    *,
    now: datetime,
    client_at: datetime | None = None,
) -> None:
    """Note that reading came as far as `block`. Raises NotEnrolledError, NotFoundError."""
    enrolment, _unit = held(session, actor, unit_id)
    last = session.scalar(select(func.max(Block.position)).where(Block.unit_id == unit_id))
    if not 1 <= block <= (last or 0):
        raise NotFoundError
    happened = Happening(EventKind.BLOCK_REACHED, now, str(block), block, client_at)
    progress.note(session, actor.id, unit_id, happened)
    reached = progress.start(session, actor.id, unit_id)
    reached.last_block = max(reached.last_block, block)
    progress.remember_place(enrolment, reached, now)


def answer(  # noqa: PLR0913  (what a form says of one event)
    session: Session,
    actor: Viewer,
    unit_id: int,
    given: Mapping[str, Iterable[Any]],
    *,
    key: str,
    now: datetime,
) -> None:
    """Answer some of the unit's questions: ``{question slug: what was chosen or typed}``.

    An answer equal to the last one is no new try, so that a quiz sent again as a whole says
    something only about what changed. Once each question was answered the unit is done.
    Raises NotEnrolledError, NotFoundError for a question of another unit, ChoiceError.
    """
    enrolment, unit = held(session, actor, unit_id)
    reached = progress.start(session, actor.id, unit_id)
    for question, response in _checked(session, unit_id, given):
        happened = Happening(EventKind.ANSWERED, now, f"{key}:{question.slug}:{response}")
        if _record(session, actor.id, question, response, happened):
            reached.last_question = question.id
    session.flush()
    progress.recount(session, reached)
    following = progress.next_question(session, reached)
    progress.remember_place(enrolment, reached, now, anchor=following)
    if progress.all_answered(unit, reached):
        _finish(session, enrolment, reached, now)


def complete(session: Session, actor: Viewer, unit_id: int, *, now: datetime) -> None:
    """Say "I have read this". Raises NotEnrolledError, QuestionsOpenError."""
    enrolment, unit = held(session, actor, unit_id)
    reached = progress.start(session, actor.id, unit_id)
    if reached.completed_at is None and reached.answered < unit.question_count:
        raise QuestionsOpenError
    _finish(session, enrolment, reached, now)


def held(session: Session, actor: Viewer, unit_id: int) -> tuple[Enrolment, Unit]:
    """The person's enrolment in the unit's version, held until the commit, and the unit."""
    row = session.execute(
        select(Enrolment, Unit)
        .join(Unit, Unit.version_id == Enrolment.course_version_id)
        .where(Unit.id == unit_id, Enrolment.account_id == actor.id)
        .with_for_update(of=Enrolment)
    ).first()
    if row is None:
        raise NotEnrolledError
    enrolment, unit = row
    return enrolment, unit


def _checked(
    session: Session, unit_id: int, given: Mapping[str, Iterable[Any]]
) -> list[tuple[Question, Response]]:
    """Each question with its response, in the quiz's order; refuses before anything is written."""
    asked = select(Question).where(Question.unit_id == unit_id).order_by(Question.position)
    questions = session.scalars(asked).all()
    if not set(given) <= {question.slug for question in questions}:
        raise NotFoundError
    return [
        (question, grading.taken(question.kind, _body(question), given[question.slug]))
        for question in questions
        if question.slug in given
    ]


def _body(question: Question) -> Body:
    return grading.body_of(question.kind, json.dumps(question.body, sort_keys=True))


def _record(
    session: Session, account_id: int, question: Question, response: Response, happened: Happening
) -> bool:
    """Record one try; returns False when it says nothing new."""
    held = session.get(QuestionProgress, (account_id, question.id))
    if held is not None and held.response == response:
        return False
    event_id = progress.note(session, account_id, question.unit_id, happened)
    if event_id is None:
        return False
    if held is None:
        held = QuestionProgress(account_id=account_id, question_id=question.id, tries=0, score=0)
        session.add(held)
    score = grading.score(_body(question), response)
    held.response, held.tries, held.score = response, held.tries + 1, max(held.score, score)
    held.right_at = held.right_at or (happened.at if score >= 1 else None)
    session.add(
        Answer(
            event_id=event_id,
            account_id=account_id,
            question_id=question.id,
            response=response,
            correct=score >= 1,
            score=score,
            at=happened.at,
        )
    )
    return True


def _finish(session: Session, enrolment: Enrolment, reached: UnitProgress, now: datetime) -> None:
    account_id, unit_id = reached.account_id, reached.unit_id
    if reached.completed_at is None:
        progress.note(session, account_id, unit_id, Happening(EventKind.COMPLETED, now))
    progress.finish(reached, now)
    enrolment.touched_at = now
    progress.leave_done_unit(session, enrolment)
