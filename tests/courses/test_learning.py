"""What a citizen does in a unit, and the progress that follows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.domain import NotEnrolledError, QuestionsOpenError
from hanmadang.courses.grading import ChoiceError
from hanmadang.courses.models import (
    Answer,
    Enrolment,
    EventKind,
    LearningEvent,
    QuestionProgress,
    UnitProgress,
)
from hanmadang.kernel.errors import NotFoundError, RefusedError
from hanmadang.kernel.permissions import NOBODY, Role, Viewer
from tests.courses.conftest import NOW, Classroom
from tests.factories import courses as make
from tests.factories.people import make_account

Write = Callable[[], Any]
RIGHT = {"first": [1], "second": [0, 2]}


def minutes(n: int) -> Any:
    return NOW + timedelta(minutes=n)


def unit_state(session: Session, classroom: Classroom, index: int) -> UnitProgress:
    session.flush()
    return session.get_one(UnitProgress, (classroom.account_id, classroom.units[index]))


def answer(session: Session, room: Classroom, given: Any, key: str = "k", index: int = 1) -> None:
    domain.answer(session, room.citizen, room.units[index], given, key=key, now=minutes(1))


def events(session: Session) -> list[tuple[str, int]]:
    rows = session.execute(
        select(LearningEvent.kind, LearningEvent.unit_id).order_by(LearningEvent.id)
    )
    return [(kind, unit_id) for kind, unit_id in rows]


def resume(session: Session) -> tuple[int, str]:
    session.flush()
    enrolment = session.scalars(select(Enrolment)).one()
    return enrolment.resume_unit_id, enrolment.resume_anchor


def test_enrolling_pins_the_published_version(classroom: Classroom, read: Write) -> None:
    with read() as session:
        enrolment = session.scalars(select(Enrolment)).one()
    assert enrolment.course_version_id == classroom.version_id
    assert (enrolment.locale, enrolment.enrolled_at) == ("ko", NOW)
    assert (enrolment.resume_unit_id, enrolment.resume_anchor) == (classroom.units[0], "block-1")


def test_enrolling_twice_is_enrolling_once(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.enrol(session, classroom.citizen, classroom.course_id, locale="en", now=minutes(5))
        enrolment = session.scalars(select(Enrolment)).one()
        assert (enrolment.locale, enrolment.enrolled_at) == ("ko", NOW)


def test_nobody_cannot_enrol(classroom: Classroom, write: Write) -> None:
    with pytest.raises(RefusedError), write() as session:
        domain.enrol(session, NOBODY, classroom.course_id, locale="ko", now=NOW)


def test_a_course_without_a_published_version_does_not_exist(
    classroom: Classroom, write: Write
) -> None:
    with pytest.raises(NotFoundError), write() as session:
        domain.enrol(session, classroom.citizen, 99, locale="ko", now=NOW)


def test_opening_a_unit_starts_it(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.open_unit(session, classroom.citizen, classroom.units[1], now=minutes(1))
        assert unit_state(session, classroom, 1).state == "started"
        assert resume(session) == (classroom.units[1], "block-1")
        assert events(session) == [("opened", classroom.units[1])]


def test_opening_again_is_noted_once(classroom: Classroom, write: Write) -> None:
    with write() as session:
        for n in range(3):
            domain.open_unit(session, classroom.citizen, classroom.units[1], now=minutes(n))
        assert len(events(session)) == 1


def test_reading_on_moves_the_place(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.reach_block(session, classroom.citizen, classroom.units[0], 2, now=minutes(1))
        assert resume(session) == (classroom.units[0], "block-2")


def test_scrolling_back_does_not_lose_the_place(classroom: Classroom, write: Write) -> None:
    with write() as session:
        for block in (2, 1):
            domain.reach_block(
                session, classroom.citizen, classroom.units[0], block, now=minutes(1)
            )
        assert resume(session) == (classroom.units[0], "block-2")
        assert unit_state(session, classroom, 0).last_block == 2


@pytest.mark.parametrize("block", [0, -1, 3, 999])
def test_a_block_that_is_not_there_cannot_be_reached(
    classroom: Classroom, write: Write, block: int
) -> None:
    with pytest.raises(NotFoundError), write() as session:
        domain.reach_block(session, classroom.citizen, classroom.units[0], block, now=NOW)


def test_the_devices_clock_is_kept_beside_ours(classroom: Classroom, write: Write) -> None:
    told = NOW - timedelta(hours=2)
    with write() as session:
        domain.reach_block(
            session, classroom.citizen, classroom.units[0], 2, now=minutes(1), client_at=told
        )
        event = session.scalars(select(LearningEvent)).one()
        assert (event.block, event.client_at, event.at) == (2, told, minutes(1))


def test_saying_i_have_read_this_finishes_a_unit_without_questions(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=minutes(1))
        progress = unit_state(session, classroom, 0)
        assert (progress.state, progress.completed_at) == ("done", minutes(1))
        assert resume(session) == (classroom.units[1], "block-1")


def test_saying_it_twice_keeps_the_first_time(classroom: Classroom, write: Write) -> None:
    with write() as session:
        for n in (1, 9):
            domain.complete(session, classroom.citizen, classroom.units[0], now=minutes(n))
        assert unit_state(session, classroom, 0).completed_at == minutes(1)
        assert [kind for kind, _unit in events(session)] == [EventKind.COMPLETED.value]


def test_a_unit_with_questions_wants_its_answers(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, {"first": [1]})
    with pytest.raises(QuestionsOpenError), write() as session:
        domain.complete(session, classroom.citizen, classroom.units[1], now=minutes(2))


def test_answering_every_question_finishes_the_unit(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, RIGHT)
        progress = unit_state(session, classroom, 1)
        assert (progress.state, progress.answered, progress.right) == ("done", 2, 2)
        assert progress.completed_at == minutes(1)


def test_wrong_answers_finish_it_too_and_are_not_known(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, {"first": [0], "second": [1]})
        progress = unit_state(session, classroom, 1)
        assert (progress.state, progress.answered, progress.right) == ("done", 2, 0)


def test_a_partly_answered_quiz_is_kept(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, {"second": [0]})
        progress = unit_state(session, classroom, 1)
        assert (progress.state, progress.answered, progress.right) == ("started", 1, 0)
        assert resume(session) == (classroom.units[1], "question-first")


def test_a_second_try_can_be_right(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, {"first": [0]}, "k1")
        answer(session, classroom, {"first": [1]}, "k2")
        session.flush()
        tries = session.scalars(select(Answer.correct).order_by(Answer.event_id)).all()
        assert tries == [False, True]
        assert session.scalars(select(QuestionProgress)).one().tries == 2


def test_a_later_wrong_try_takes_nothing_back(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, {"first": [1]}, "k1")
        answer(session, classroom, {"first": [2]}, "k2")
        held = session.scalars(select(QuestionProgress)).one()
        assert (held.response, held.right_at) == ([2], minutes(1))
        assert unit_state(session, classroom, 1).right == 1


def test_an_unchanged_answer_is_no_new_try(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, {"first": [0], "second": [0]}, "k1")
        answer(session, classroom, {"first": [0], "second": [0, 2]}, "k2")
        session.flush()
        assert len(session.scalars(select(Answer)).all()) == 3


def test_a_request_arriving_late_again_changes_nothing(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, {"first": [0]}, "k1")
        answer(session, classroom, {"first": [1]}, "k2")
        answer(session, classroom, {"first": [0]}, "k1")
        session.flush()
        assert session.scalars(select(QuestionProgress)).one().response == [1]
        assert len(session.scalars(select(Answer)).all()) == 2


def test_the_last_question_answered_is_remembered(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, {"first": [0]}, "k1")
        held = session.scalars(select(QuestionProgress)).one()
        assert unit_state(session, classroom, 1).last_question == held.question_id


def test_continue_leads_past_what_is_done(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, RIGHT)
        assert resume(session) == (classroom.units[2], "block-1")


def test_continue_comes_back_for_a_skipped_unit(classroom: Classroom, write: Write) -> None:
    with write() as session:
        answer(session, classroom, RIGHT)
        answer(session, classroom, {"third": [1]}, "k2", index=2)
        assert resume(session) == (classroom.units[0], "block-1")


def test_rereading_a_done_unit_does_not_move_the_place(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=minutes(1))
        domain.open_unit(session, classroom.citizen, classroom.units[0], now=minutes(2))
        assert resume(session) == (classroom.units[1], "block-1")


def test_a_question_of_another_unit_does_not_exist_here(classroom: Classroom, write: Write) -> None:
    with pytest.raises(NotFoundError), write() as session:
        answer(session, classroom, {"third": [1]})


def test_an_impossible_choice_records_nothing_of_the_quiz(
    classroom: Classroom, write: Write, read: Write
) -> None:
    with pytest.raises(ChoiceError), write() as session:
        answer(session, classroom, {"first": [1], "second": [7]})
    with read() as session:
        assert session.scalars(select(Answer)).all() == []


def test_without_enrolment_nothing_is_recorded(
    classroom: Classroom, write: Write, read: Write
) -> None:
    with write() as session:
        stranger = Viewer(account_id=make_account(session).id, roles=frozenset({Role.CITIZEN}))
    with pytest.raises(NotEnrolledError), write() as session:
        domain.answer(session, stranger, classroom.units[1], RIGHT, key="k", now=NOW)
    with read() as session:
        assert session.scalars(select(LearningEvent)).all() == []


def test_a_unit_of_another_version_cannot_be_done(classroom: Classroom, write: Write) -> None:
    with write() as session:
        version = make.publish(session, make.course(make.unit("one"), make.unit("new")))
        newer = make.unit_ids(session, version)[0]
    with pytest.raises(NotEnrolledError), write() as session:
        domain.complete(session, classroom.citizen, newer, now=NOW)


def test_people_do_not_share_progress(classroom: Classroom, write: Write) -> None:
    with write() as session:
        other = Viewer(account_id=make_account(session).id, roles=frozenset({Role.CITIZEN}))
        domain.enrol(session, other, classroom.course_id, locale="en", now=NOW)
        answer(session, classroom, RIGHT)
        domain.answer(session, other, classroom.units[1], {"first": [0]}, key="k", now=NOW)
        assert unit_state(session, classroom, 1).right == 2
        theirs = session.get_one(UnitProgress, (other.id, classroom.units[1]))
        assert (theirs.state, theirs.answered, theirs.right) == ("started", 1, 0)
