"""What a person does in a unit: open it, read on, answer, be done.

Each verb notes an event under a key and lets progress follow from it in the same transaction;
the same event arriving again, or two arriving in the other order, lead to the same state.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hanmadang.courses.attempts import counts, policy_of
from hanmadang.courses.domain import certifying, progress, recording
from hanmadang.courses.domain.progress import Happening
from hanmadang.courses.domain.recording import Asked
from hanmadang.courses.models import Block, EventKind, Question
from hanmadang.courses.queries.hints import hints_told
from hanmadang.kernel.errors import DomainError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Viewer


class QuestionsOpenError(DomainError):
    """A unit with questions is done once each of them was answered."""

    status = 422
    text = lazy("This unit is done once you have answered every question below.")


class CountedQuizError(NotAllowedNowError):
    """The unit's quiz is taken in attempts."""

    text = lazy("This quiz counts: start an attempt first.")


def open_unit(
    session: Session, actor: Viewer, unit_id: int, *, now: datetime, locale: str = ""
) -> None:
    """Note that the unit was opened, and in which language. Raises NotEnrolledError."""
    enrolment, _unit = progress.held(session, actor, unit_id)
    enrolment.resume_locale = locale or enrolment.resume_locale
    progress.note(session, actor.id, unit_id, Happening(EventKind.OPENED, now))
    reached = progress.start(session, actor.id, unit_id)
    here = enrolment.resume_unit_id == unit_id
    anchor = enrolment.resume_anchor if here else ""
    progress.remember_place(enrolment, reached, now, anchor=anchor)


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
    enrolment, _unit = progress.held(session, actor, unit_id)
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
) -> bool:
    """Answer some of the unit's questions: ``{question slug: what was chosen or typed}``.

    An answer equal to the last one is no new try, so that a quiz sent again as a whole says
    something only about what changed. Once each question was answered the unit is done.
    Returns whether this earned the course's certificate.
    Raises NotEnrolledError, NotFoundError for a question of another unit, AnswerError, and
    CountedQuizError where the quiz is taken in attempts.
    """
    enrolment, unit = progress.held(session, actor, unit_id)
    if counts(policy_of(unit.quiz)):
        raise CountedQuizError
    pool = recording.asked_in(session, unit_id, actor.id)
    questions = recording.chosen(pool, given)
    responses = {slug: each.taken(list(given[slug])) for slug, each in questions.items()}
    reached = progress.start(session, actor.id, unit_id)
    for slug, question in questions.items():
        response = responses[slug]
        if question.held is None or question.held.response != response:
            told = f"{key}:{slug}:{recording.as_key(response)}"
            happened = Happening(EventKind.ANSWERED, now, told)
            recording.record(session, reached, question, response, happened)
    progress.remember_place(enrolment, reached, now, anchor=_following(pool, questions))
    if progress.all_answered(unit, reached):
        progress.be_done(session, enrolment, reached, now)
    return certifying.after_unit(session, enrolment, unit, reached, now)


def _following(pool: Mapping[str, Asked], answered: Collection[str]) -> str:
    """The anchor of the first question not answered so far; empty when all were."""
    return next(
        (
            f"question-{slug}"
            for slug, question in pool.items()
            if question.held is None and slug not in answered
        ),
        "",
    )


def complete(session: Session, actor: Viewer, unit_id: int, *, now: datetime) -> bool:
    """Say "I have read this"; returns whether this earned the course's certificate.

    Raises NotEnrolledError, QuestionsOpenError.
    """
    enrolment, unit = progress.held(session, actor, unit_id)
    reached = progress.start(session, actor.id, unit_id)
    missing = counts(policy_of(unit.quiz)) or reached.answered < unit.question_count
    if reached.completed_at is None and missing:
        raise QuestionsOpenError
    progress.be_done(session, enrolment, reached, now)
    return certifying.after_unit(session, enrolment, unit, reached, now)


def tell_hint(
    session: Session, actor: Viewer, unit_id: int, question: str, *, now: datetime
) -> int:
    """Tell the question's next hint; returns how many are told now. At the last one, stay.

    Raises NotEnrolledError, NotFoundError.
    """
    progress.held(session, actor, unit_id)
    hints = session.scalar(
        select(Question.hints).where(Question.unit_id == unit_id, Question.slug == question)
    )
    if not hints:
        raise NotFoundError
    told = hints_told(session, actor.id, unit_id).get(question, 0)
    if told < len(hints):
        told += 1
        happened = Happening(EventKind.HINTED, now, f"{question}:{told}")
        progress.note(session, actor.id, unit_id, happened)
    return told
