"""Quizzes that count: attempts, draws, time, pauses, and what staff allow."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hanmadang.courses import checks, domain
from hanmadang.courses.domain import allowances, quiz
from hanmadang.courses.grading import AnswerError
from hanmadang.courses.models import Answer, Question, QuizAttempt, UnitProgress
from hanmadang.courses.queries.standing import progress_in
from hanmadang.courses.specs import QuizSpec
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.errors import NotAllowedNowError, NotFoundError, RefusedError
from hanmadang.kernel.permissions import Role, Viewer
from tests.factories import courses as make
from tests.factories.people import make_account

NOW = make.PUBLISHED_AT
EXAM = QuizSpec(attempts=2, cooldown_minutes=30, time_limit_minutes=20, draw=3, pass_share=0.6)
Write = Callable[[], Any]


def minutes(number: float) -> datetime:
    return NOW + timedelta(minutes=number)


@dataclass(frozen=True)
class Exam:
    """A unit with a pool of six questions, and a citizen who takes its course."""

    course_id: int
    version_id: int
    unit_id: int
    citizen: Viewer

    def start(self, session: Session, number: int = 1, at: float = 0) -> QuizAttempt:
        return quiz.start_attempt(session, self.citizen, self.unit_id, number, now=minutes(at))

    def give(self, session: Session, right: int, wrong: int = 0) -> dict[str, list[int]]:
        """Answers to so many of the questions drawn for the latest attempt."""
        attempt = session.scalars(select(QuizAttempt).order_by(QuizAttempt.number.desc())).first()
        assert attempt
        slugs = [session.get_one(Question, id_).slug for id_ in attempt.drawn]
        choices = [1] * right + [0] * wrong
        return {slug: [choice] for slug, choice in zip(slugs, choices, strict=False)}

    def hand_in(
        self, session: Session, right: int, wrong: int = 0, number: int = 1, at: float = 5
    ) -> QuizAttempt:
        given = self.give(session, right, wrong)
        return quiz.hand_in(session, self.citizen, self.unit_id, number, given, now=minutes(at))

    def save(self, session: Session, given: Any, number: int = 1, at: float = 5) -> None:
        quiz.save(session, self.citizen, self.unit_id, number, given, now=minutes(at))

    def numbers(self) -> tuple[int, int, int]:
        found = progress_in(self.citizen.id, self.version_id)
        return found.units_done, found.questions_right, found.question_count


def exam_of(write: Write, policy: QuizSpec, **fields: Any) -> Exam:
    with write() as session:
        pool = [make.question(f"q{n}") for n in range(6)]
        version = make.publish(session, make.course(make.unit("exam", pool, quiz=policy)), **fields)
        account = make_account(session)
        citizen = Viewer(account_id=account.id, roles=frozenset({Role.CITIZEN}), locale="ko")
        domain.enrol(session, citizen, version.course_id, locale="ko", now=NOW)
        return Exam(version.course_id, version.id, make.unit_ids(session, version)[0], citizen)


@pytest.fixture
def exam(write: Write) -> Exam:
    return exam_of(write, EXAM)


def test_an_attempt_draws_from_the_pool_and_has_its_time(exam: Exam, write: Write) -> None:
    with write() as session:
        attempt = exam.start(session)
        assert len(set(attempt.drawn)) == 3
        assert (attempt.number, attempt.deadline) == (1, minutes(20))


def test_starting_twice_is_one_attempt(exam: Exam, write: Write) -> None:
    with write() as session:
        assert exam.start(session).id == exam.start(session, at=3).id


def test_an_old_button_begins_no_new_attempt(exam: Exam, write: Write) -> None:
    with write() as session:
        first = exam.start(session)
        exam.hand_in(session, right=1)
        assert exam.start(session, at=90).id == first.id
        with pytest.raises(NotFoundError):
            exam.start(session, number=3, at=90)


def test_saving_says_and_counts_nothing(exam: Exam, write: Write) -> None:
    with write() as session:
        exam.start(session)
        exam.save(session, exam.give(session, right=3))
        assert session.scalars(select(Answer)).all() == []
        assert exam.numbers() == (0, 0, 2)


def test_handing_in_counts_what_was_saved_and_what_comes_with_it(exam: Exam, write: Write) -> None:
    with write() as session:
        exam.start(session)
        exam.save(session, dict(list(exam.give(session, right=3).items())[:1]))
        rest = dict(list(exam.give(session, right=2, wrong=1).items())[1:])
        attempt = quiz.hand_in(session, exam.citizen, exam.unit_id, 1, rest, now=minutes(6))
        assert attempt.score == 2 / 3
        assert (attempt.state, attempt.submitted_at) == ("handed_in", minutes(6))
        assert len(session.scalars(select(Answer)).all()) == 3


def test_the_share_to_pass_makes_the_unit_done(exam: Exam, write: Write) -> None:
    with write() as session:
        exam.start(session)
        exam.hand_in(session, right=2)
        assert exam.numbers() == (1, 2, 2)
        assert progress_in(exam.citizen.id, exam.version_id).missing == ()


def test_below_it_the_missing_answers_are_named_not_the_pool(exam: Exam, write: Write) -> None:
    with write() as session:
        exam.start(session)
        exam.hand_in(session, right=1, wrong=2)
        unit, pool = progress_in(exam.citizen.id, exam.version_id).missing
        assert (unit.unit_slug, unit.more, pool.unit_slug, pool.more) == ("exam", 0, "exam", 1)


def test_the_best_attempt_counts(exam: Exam, write: Write) -> None:
    with write() as session:
        exam.start(session)
        exam.hand_in(session, right=3)
        exam.start(session, number=2, at=40)
        exam.hand_in(session, right=0, wrong=3, number=2, at=45)
        assert exam.numbers() == (1, 2, 2)
        assert session.scalars(select(UnitProgress.completed_at)).one() == minutes(5)


def test_the_same_answer_in_another_attempt_is_another_try(exam: Exam, write: Write) -> None:
    with write() as session:
        exam.start(session)
        exam.hand_in(session, right=3)
        exam.start(session, number=2, at=40)
        exam.hand_in(session, right=3, number=2, at=45)
        assert len(session.scalars(select(Answer)).all()) == 6


def test_handing_in_twice_changes_nothing(exam: Exam, write: Write) -> None:
    with write() as session:
        exam.start(session)
        exam.hand_in(session, right=1)
        again = exam.hand_in(session, right=3, at=6)
        assert (again.score, again.submitted_at) == (1 / 3, minutes(5))


def test_attempts_run_out(exam: Exam, write: Write) -> None:
    with write() as session:
        for number in (1, 2):
            exam.start(session, number, at=number * 60)
            exam.hand_in(session, right=0, wrong=1, number=number, at=number * 60 + 5)
        with pytest.raises(quiz.NoAttemptLeftError):
            exam.start(session, number=3, at=300)


def test_the_next_attempt_waits_for_the_pause(exam: Exam, write: Write) -> None:
    with write() as session:
        exam.start(session)
        exam.hand_in(session, right=0, wrong=1)
        with pytest.raises(quiz.TooEarlyError):
            exam.start(session, number=2, at=34.9)
        assert exam.start(session, number=2, at=35).number == 2


def test_the_network_has_ten_seconds_of_grace(exam: Exam, write: Write) -> None:
    with write() as session:
        exam.start(session)
        attempt = exam.hand_in(session, right=3, at=20 + 10 / 60)
        assert (attempt.score, attempt.submitted_at) == (1, minutes(20))


def test_after_the_time_only_what_was_saved_counts(exam: Exam, write: Write) -> None:
    with write() as session:
        exam.start(session)
        exam.save(session, exam.give(session, right=1))
        with pytest.raises(quiz.AttemptOverError):
            exam.save(session, exam.give(session, right=3), at=20.5)
        attempt = exam.hand_in(session, right=3, at=20.5)
        assert (attempt.score, attempt.submitted_at) == (1 / 3, minutes(20))


def test_whoever_looks_later_settles_it(exam: Exam, write: Write) -> None:
    with write() as session:
        exam.start(session)
        exam.save(session, exam.give(session, right=2))
        quiz.settle(session, exam.citizen, exam.unit_id, now=minutes(19))
        assert exam.numbers() == (0, 0, 2)
        quiz.settle_all(session, exam.citizen, exam.version_id, now=minutes(500))
        assert exam.numbers() == (1, 2, 2)
        assert session.scalars(select(UnitProgress.completed_at)).one() == minutes(20)


def test_without_a_share_to_pass_each_drawn_question_wants_an_answer(write: Write) -> None:
    exam = exam_of(write, QuizSpec(draw=3))
    with write() as session:
        exam.start(session)
        exam.hand_in(session, right=1, wrong=1)
        assert exam.numbers() == (0, 1, 3)
        exam.start(session, number=2, at=6)
        exam.hand_in(session, right=0, wrong=3, number=2, at=7)
        assert exam.numbers()[0] == 1


def test_a_quiz_that_counts_takes_no_practice_answers(exam: Exam, write: Write) -> None:
    with write() as session:
        with pytest.raises(domain.CountedQuizError):
            domain.answer(session, exam.citizen, exam.unit_id, {"q0": [1]}, key="k", now=minutes(1))
        with pytest.raises(domain.QuestionsOpenError):
            domain.complete(session, exam.citizen, exam.unit_id, now=minutes(1))


def test_answers_to_what_was_not_drawn_are_refused(exam: Exam, write: Write) -> None:
    with write() as session:
        drawn = set(exam.start(session).drawn)
        other = session.scalars(select(Question.slug).where(Question.id.not_in(drawn))).first()
        with pytest.raises(NotFoundError):
            exam.save(session, {other: [1]})
        with pytest.raises(AnswerError):
            exam.save(session, {slug: [9] for slug in exam.give(session, right=1)})


def test_a_switch_hands_in_what_is_under_way(exam: Exam, write: Write) -> None:
    with write() as session:
        exam.start(session)
        exam.save(session, exam.give(session, right=2))
        pool = [make.question(f"q{n}") for n in range(7)]
        newer = make.publish(session, make.course(make.unit("exam", pool, quiz=EXAM)))
        domain.switch(session, exam.citizen, exam.course_id, now=minutes(6))
        assert progress_in(exam.citizen.id, newer.id).units_done == 1


def allow(session: Session, exam: Exam, actor: Viewer, **fields: Any) -> None:
    more = allowances.More(**fields)
    allowances.allow(session, actor, exam.citizen.id, exam.course_id, more, now=minutes(5))


def test_staff_give_more_time_also_to_what_is_under_way(exam: Exam, write: Write) -> None:
    with write() as session:
        attempt = exam.start(session)
        allow(session, exam, make.EDITOR, factor=1.5)
        assert attempt.deadline == minutes(30)
        allow(session, exam, make.EDITOR, factor=1.0)
        assert attempt.deadline == minutes(30)
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert entry
        assert (entry.action, entry.subject_id) == ("quiz.allowed", exam.citizen.id)


def test_staff_give_another_attempt(exam: Exam, write: Write) -> None:
    with write() as session:
        for number in (1, 2):
            exam.start(session, number, at=number * 60)
            exam.hand_in(session, right=0, wrong=1, number=number, at=number * 60 + 5)
        allow(session, exam, make.EDITOR, extra_attempts=1)
        assert exam.start(session, number=3, at=300).number == 3


@pytest.mark.parametrize("wanted", [{"factor": 0.5}, {"factor": 11}, {"extra_attempts": -1}])
def test_what_makes_no_sense_is_not_allowed(exam: Exam, write: Write, wanted: Any) -> None:
    with write() as session, pytest.raises(NotAllowedNowError):
        allow(session, exam, make.EDITOR, **wanted)


def test_citizens_allow_nothing(exam: Exam, write: Write) -> None:
    with write() as session, pytest.raises(RefusedError):
        allow(session, exam, exam.citizen, factor=2)


@pytest.mark.parametrize(
    ("damage", "fault"),
    [
        (update(QuizAttempt).values(score=0.25), "the score differs from the answers"),
        (update(QuizAttempt).values(number=2), "the one before it is missing"),
        (update(QuizAttempt).values(drawn=[1, 1, 1]), "other questions than the quiz draws"),
        (update(QuizAttempt).values(saved={"9999": [0]}), "answers to questions that were not"),
        (delete(UnitProgress), "passed, and the unit is not done"),
    ],
)
def test_the_self_check_sees_what_cannot_be(
    exam: Exam, write: Write, damage: Any, fault: str
) -> None:
    with write() as session:
        exam.start(session)
        exam.hand_in(session, right=3)
        assert list(checks.attempts(session)) == []
        session.execute(damage, execution_options={"synchronize_session": False})
        session.expire_all()
        assert any(fault in each for each in checks.attempts(session))
        session.rollback()
