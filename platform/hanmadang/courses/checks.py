"""The room's self-check: progress must follow from what happened."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from sqlalchemy import Integer, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from hanmadang.courses.attempts import policy_of
from hanmadang.courses.domain.quiz import is_passed, score_of
from hanmadang.courses.domain.recording import Asked, asked_in
from hanmadang.courses.models import (
    READ,
    Answer,
    AttemptState,
    Cohort,
    CourseRun,
    CourseVersion,
    Enrolment,
    EventKind,
    LearningEvent,
    Question,
    QuestionProgress,
    QuizAttempt,
    RunSeat,
    Unit,
    UnitProgress,
    UnitState,
)
from hanmadang.kernel import fsck


@fsck.check("progress")
def progress(session: Session) -> Iterator[str]:
    """Every way in which stored progress and the log disagree."""
    yield from _enrolments(session)
    yield from _units(session)
    yield from _counters(session)
    yield from _questions(session)


def _enrolments(session: Session) -> Iterator[str]:
    """A person takes a version of that course which is, or was, published."""
    wrong = (
        select(Enrolment.id, CourseVersion.id, CourseVersion.state)
        .join(CourseVersion, CourseVersion.id == Enrolment.course_version_id)
        .where(
            or_(
                CourseVersion.state.not_in([state.value for state in READ]),
                CourseVersion.course_id != Enrolment.course_id,
            )
        )
    )
    for enrolment, version, state in session.execute(wrong):
        yield f"enrolment {enrolment} points at version {version} ({state})"


def _units(session: Session) -> Iterator[str]:
    """A unit is done exactly when the log says so, and then it knows since when."""
    finished = (
        select(LearningEvent.account_id, LearningEvent.unit_id)
        .where(LearningEvent.kind.in_((EventKind.COMPLETED.value, EventKind.CARRIED.value)))
        .distinct()
        .subquery()
    )
    said = finished.c.unit_id.is_not(None)
    done = UnitProgress.state == UnitState.DONE.value
    of_unit = and_(
        finished.c.unit_id == UnitProgress.unit_id,
        finished.c.account_id == UnitProgress.account_id,
    )
    rows = session.execute(
        select(UnitProgress.account_id, UnitProgress.unit_id)
        .outerjoin(finished, of_unit)
        .where(or_(done != said, done != UnitProgress.completed_at.is_not(None)))
    )
    for account, unit in rows:
        yield f"account {account}, unit {unit}: state, time and log disagree on whether it is done"


def _counters(session: Session) -> Iterator[str]:
    """A unit's counters are the numbers of its questions answered, and answered right."""
    counted = (
        select(
            QuestionProgress.account_id,
            Question.unit_id,
            func.count().label("answered"),
            func.count(QuestionProgress.right_at).label("right"),
        )
        .join(Question, Question.id == QuestionProgress.question_id)
        .group_by(QuestionProgress.account_id, Question.unit_id)
        .subquery()
    )
    of_unit = and_(
        counted.c.unit_id == UnitProgress.unit_id,
        counted.c.account_id == UnitProgress.account_id,
    )
    rows = session.execute(
        select(UnitProgress.account_id, UnitProgress.unit_id)
        .outerjoin(counted, of_unit)
        .where(
            or_(
                UnitProgress.answered != func.coalesce(counted.c.answered, 0),
                UnitProgress.right != func.coalesce(counted.c.right, 0),
            )
        )
    )
    for account, unit in rows:
        yield f"account {account}, unit {unit}: the counters differ from the answers"


def _questions(session: Session) -> Iterator[str]:
    """Tries are counted, and whoever once answered right stands as such."""
    tries = (
        select(
            Answer.account_id,
            Answer.question_id,
            func.count().label("tries"),
            func.max(cast(Answer.correct, Integer)).label("right"),
        )
        .group_by(Answer.account_id, Answer.question_id)
        .subquery()
    )
    of_question = and_(
        tries.c.question_id == QuestionProgress.question_id,
        tries.c.account_id == QuestionProgress.account_id,
    )
    rows = session.execute(
        select(QuestionProgress.account_id, QuestionProgress.question_id)
        .outerjoin(tries, of_question)
        .where(
            or_(
                QuestionProgress.tries != func.coalesce(tries.c.tries, 0),
                and_(tries.c.right == 1, QuestionProgress.right_at.is_(None)),
            )
        )
    )
    for account, question in rows:
        yield f"account {account}, question {question}: the tries differ from the answers"


@fsck.check("attempts")
def attempts(session: Session) -> Iterator[str]:
    """Attempts at quizzes that count are numbered, drawn and scored as their rows say."""
    pools: dict[int, Mapping[int, Asked]] = {}
    rows = session.execute(
        select(QuizAttempt, Unit.quiz, Unit.question_count, UnitProgress.state)
        .join(Unit, Unit.id == QuizAttempt.unit_id)
        .outerjoin(
            UnitProgress,
            and_(
                UnitProgress.unit_id == QuizAttempt.unit_id,
                UnitProgress.account_id == QuizAttempt.account_id,
            ),
        )
        .order_by(QuizAttempt.account_id, QuizAttempt.unit_id, QuizAttempt.number)
    )
    before: QuizAttempt | None = None
    for attempt, quiz, asked, state in rows:
        if attempt.unit_id not in pools:
            found = asked_in(session, attempt.unit_id).values()
            pools[attempt.unit_id] = {question.id: question for question in found}
        pool = pools[attempt.unit_id]
        place = f"account {attempt.account_id}, unit {attempt.unit_id}, attempt {attempt.number}"
        for fault in _faults_of(attempt, before, pool, asked):
            yield f"{place}: {fault}"
        if _passed(attempt, quiz, pool) and state != UnitState.DONE.value:
            yield f"{place}: passed, and the unit is not done"
        before = attempt


def _faults_of(
    attempt: QuizAttempt, before: QuizAttempt | None, pool: Mapping[int, Asked], asked: int
) -> Iterator[str]:
    same = before and (before.account_id, before.unit_id) == (attempt.account_id, attempt.unit_id)
    if attempt.number != (before.number + 1 if before and same else 1):
        yield "the one before it is missing"
    if same and before and before.state == AttemptState.OPEN.value:
        yield "the one before it was never handed in"
    if len(set(attempt.drawn)) != asked or not set(attempt.drawn) <= set(pool):
        yield "other questions than the quiz draws"
    elif not {int(key) for key in attempt.saved} <= set(attempt.drawn):
        yield "answers to questions that were not drawn"
    elif attempt.score is not None and attempt.score != float(_share(attempt, pool)):
        yield "the score differs from the answers"


def _share(attempt: QuizAttempt, pool: Mapping[int, Asked]) -> Fraction:
    return score_of(attempt, [pool[id_] for id_ in attempt.drawn if id_ in pool])


def _passed(attempt: QuizAttempt, quiz: dict[str, Any], pool: Mapping[int, Asked]) -> bool:
    if attempt.state != AttemptState.HANDED_IN.value:
        return False
    return is_passed(policy_of(quiz), attempt, _share(attempt, pool))


@fsck.check("runs")
def runs(session: Session) -> Iterator[str]:
    """Seats taken in a run are its rows; cohorts stand in runs of their own course."""
    counted = select(RunSeat.run_id, func.count().label("held")).group_by(RunSeat.run_id).subquery()
    rows = session.execute(
        select(CourseRun.id, CourseRun.taken, func.coalesce(counted.c.held, 0))
        .outerjoin(counted, counted.c.run_id == CourseRun.id)
        .where(CourseRun.taken != func.coalesce(counted.c.held, 0))
    )
    for run, taken, held in rows:
        yield f"run {run}: {taken} seats taken, {held} held"
    strangers = (
        select(Cohort.id)
        .join(CourseRun, CourseRun.id == Cohort.run_id)
        .where(CourseRun.course_id != Cohort.course_id)
    )
    for cohort in session.scalars(strangers):
        yield f"cohort {cohort} stands in a run of another course"
