"""Quizzes that count: an attempt is begun, saved as one goes, and handed in once.

Every verb holds the person's enrolment row, so that two tabs take turns. An attempt whose time is
over counts as handed in with what was saved; whoever looks or writes next settles it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import attempts
from hanmadang.courses.domain import certifying, progress, recording
from hanmadang.courses.domain.progress import Happening
from hanmadang.courses.domain.recording import Asked
from hanmadang.courses.grading import shuffle
from hanmadang.courses.models import (
    AttemptState,
    Enrolment,
    EventKind,
    Question,
    QuizAttempt,
    Unit,
    UnitProgress,
    attempt_machine,
)
from hanmadang.courses.queries.attempts import allowed_to
from hanmadang.courses.specs import QuizSpec
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Viewer

Given = Mapping[str, Iterable[Any]]


class NoAttemptLeftError(NotAllowedNowError):
    """The person has used every attempt."""

    text = lazy("You have used all your attempts at this quiz.")


class TooEarlyError(NotAllowedNowError):
    """The pause between two attempts is not over."""

    text = lazy("The next attempt is not open yet.")


class AttemptOverError(NotAllowedNowError):
    """The attempt was handed in, or its time is over."""

    text = lazy("This attempt has already been handed in. Only what was saved before counts.")


@dataclass(frozen=True, slots=True)
class _Held:
    """What a verb holds: the person's place in the course, and the unit with its policy."""

    enrolment: Enrolment
    unit: Unit
    quiz: QuizSpec
    tries: list[QuizAttempt]

    @property
    def open(self) -> QuizAttempt | None:
        """The attempt under way."""
        last = self.tries[-1] if self.tries else None
        return last if last and last.state == AttemptState.OPEN.value else None


def start_attempt(
    session: Session, actor: Viewer, unit_id: int, number: int, *, now: datetime
) -> QuizAttempt:
    """Begin the attempt of that number; begun already, it is returned as it stands.

    Raises NotEnrolledError, NotFoundError where the quiz does not count or the number is not the
    next, NoAttemptLeftError, TooEarlyError.
    """
    here = _settled(session, actor, unit_id, now)
    if 0 < number <= len(here.tries):
        return here.tries[number - 1]
    if number != len(here.tries) + 1 or here.open is not None:
        raise NotFoundError
    allowed = allowed_to(session, actor.id, here.enrolment.course_id)
    if attempts.left(here.quiz, allowed, len(here.tries)) == 0:
        raise NoAttemptLeftError
    opens = attempts.opens_at(here.quiz, here.tries[-1].submitted_at if here.tries else None)
    if opens is not None and now < opens:
        raise TooEarlyError
    attempt = _begun(session, here, number, attempts.deadline(here.quiz, allowed, now), now)
    progress.remember_place(here.enrolment, progress.start(session, actor.id, unit_id), now)
    return attempt


def save(  # noqa: PLR0913  (who saves what, where, when)
    session: Session, actor: Viewer, unit_id: int, number: int, given: Given, *, now: datetime
) -> None:
    """Keep these answers without a word about them; the latest to a question counts.

    Raises NotEnrolledError, NotFoundError, AnswerError, AttemptOverError.
    """
    here = progress.held(session, actor, unit_id)
    attempt = _attempt(session, actor.id, unit_id, number)
    if attempt.state != AttemptState.OPEN.value or attempts.is_over(attempt.deadline, now):
        raise AttemptOverError
    _keep(session, attempt, given)
    here[0].touched_at = now


def hand_in(  # noqa: PLR0913  (who hands in what, where, when)
    session: Session, actor: Viewer, unit_id: int, number: int, given: Given, *, now: datetime
) -> QuizAttempt:
    """Hand the attempt in with these answers and those saved before; a second time changes nothing.

    After the end of the time it is handed in with what was saved. Raises NotEnrolledError,
    NotFoundError, AnswerError.
    """
    enrolment, unit = progress.held(session, actor, unit_id)
    attempt = _attempt(session, actor.id, unit_id, number)
    if attempt.state == AttemptState.OPEN.value:
        if not attempts.is_over(attempt.deadline, now):
            _keep(session, attempt, given)
        _close(session, enrolment, unit, attempt, now)
    return attempt


def settle(session: Session, actor: Viewer, unit_id: int, *, now: datetime) -> None:
    """Hand in what the end of its time has overtaken. Raises NotEnrolledError."""
    _settled(session, actor, unit_id, now)


def settle_all(session: Session, actor: Viewer, version_id: int, *, now: datetime) -> None:
    """The same for every unit of a version that the person takes."""
    open_ones = (
        select(QuizAttempt.unit_id)
        .join(Unit, Unit.id == QuizAttempt.unit_id)
        .where(
            QuizAttempt.account_id == actor.id,
            QuizAttempt.state == AttemptState.OPEN.value,
            Unit.version_id == version_id,
        )
    )
    for unit_id in session.scalars(open_ones).all():
        settle(session, actor, unit_id, now=now)


def hand_in_all(session: Session, actor: Viewer, version_id: int, *, now: datetime) -> None:
    """Hand in every attempt under way in a version, with what was saved: the person leaves it."""
    open_ones = (
        select(QuizAttempt.unit_id, QuizAttempt.number)
        .join(Unit, Unit.id == QuizAttempt.unit_id)
        .where(
            QuizAttempt.account_id == actor.id,
            QuizAttempt.state == AttemptState.OPEN.value,
            Unit.version_id == version_id,
        )
    )
    for unit_id, number in session.execute(open_ones).all():
        hand_in(session, actor, unit_id, number, {}, now=now)


def _settled(session: Session, actor: Viewer, unit_id: int, now: datetime) -> _Held:
    """The person's attempts at the unit, the overdue one handed in."""
    enrolment, unit = progress.held(session, actor, unit_id)
    quiz = attempts.policy_of(unit.quiz)
    if not attempts.counts(quiz):
        raise NotFoundError
    tries = session.scalars(
        select(QuizAttempt)
        .where(QuizAttempt.account_id == actor.id, QuizAttempt.unit_id == unit_id)
        .order_by(QuizAttempt.number)
    ).all()
    here = _Held(enrolment, unit, quiz, list(tries))
    if here.open is not None and attempts.is_over(here.open.deadline, now):
        _close(session, enrolment, unit, here.open, now)
    return here


def _begun(
    session: Session, here: _Held, number: int, ends: datetime | None, now: datetime
) -> QuizAttempt:
    seed = new_key()
    pool = session.scalars(
        select(Question.id).where(Question.unit_id == here.unit.id).order_by(Question.position)
    ).all()
    attempt = QuizAttempt(
        account_id=here.enrolment.account_id,
        unit_id=here.unit.id,
        number=number,
        state=AttemptState.OPEN.value,
        started_at=now,
        deadline=ends,
        seed=seed,
        drawn=shuffle.drawn(pool, here.quiz.draw, seed),
        saved={},
    )
    session.add(attempt)
    session.flush()
    return attempt


def _attempt(session: Session, account_id: int, unit_id: int, number: int) -> QuizAttempt:
    found = session.scalars(
        select(QuizAttempt).where(
            QuizAttempt.account_id == account_id,
            QuizAttempt.unit_id == unit_id,
            QuizAttempt.number == number,
        )
    ).first()
    if found is None:
        raise NotFoundError
    return found


def _drawn(session: Session, attempt: QuizAttempt) -> Mapping[str, Asked]:
    """The attempt's questions by their slugs."""
    pool = recording.asked_in(session, attempt.unit_id, attempt.account_id)
    drawn = set(attempt.drawn)
    return {slug: question for slug, question in pool.items() if question.id in drawn}


def _keep(session: Session, attempt: QuizAttempt, given: Given) -> None:
    if not given:
        return
    questions = _drawn(session, attempt)
    if not set(given) <= set(questions):
        raise NotFoundError
    new = {
        str(questions[slug].id): questions[slug].taken(list(response))
        for slug, response in given.items()
    }
    attempt.saved = {**attempt.saved, **new}


def _close(
    session: Session, enrolment: Enrolment, unit: Unit, attempt: QuizAttempt, now: datetime
) -> None:
    """The one way an attempt ends: graded, recorded, and the unit done where it was passed."""
    at = min(now, attempt.deadline) if attempt.deadline else now
    questions = _drawn(session, attempt)
    attempt.state = attempt_machine.check(AttemptState(attempt.state), AttemptState.HANDED_IN).value
    attempt.submitted_at = at
    share = score_of(attempt, questions.values())
    attempt.score = float(share)
    reached = progress.start(session, attempt.account_id, unit.id)
    _record(session, reached, attempt, questions, at)
    progress.remember_place(enrolment, reached, now)
    if is_passed(attempts.policy_of(unit.quiz), attempt, share):
        progress.be_done(session, enrolment, reached, at)
    certifying.after_unit(session, enrolment, unit, reached, now)


def score_of(attempt: QuizAttempt, questions: Iterable[Asked]) -> Fraction:
    """The mean of the shares of all drawn questions; what was left open earned nothing."""
    shares = (
        question.mark(attempt.saved[str(question.id)]).share
        for question in questions
        if str(question.id) in attempt.saved
    )
    return sum(shares, Fraction(0)) / max(1, len(attempt.drawn))


def is_passed(quiz: QuizSpec, attempt: QuizAttempt, share: Fraction) -> bool:
    """Whether the unit is done with it: by its share, or, where none is set, by its answers."""
    if quiz.pass_share is None:
        return len(attempt.saved) == len(attempt.drawn)
    return share >= Fraction(str(quiz.pass_share)).limit_denominator(1_000)


def _record(
    session: Session,
    reached: UnitProgress,
    attempt: QuizAttempt,
    questions: Mapping[str, Asked],
    at: datetime,
) -> None:
    for slug, question in questions.items():
        response = attempt.saved.get(str(question.id))
        if response is not None:
            happened = Happening(EventKind.ANSWERED, at, f"attempt:{attempt.number}:{slug}")
            recording.record(session, reached, question, response, happened)
