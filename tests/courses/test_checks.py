"""The self-check sees every way in which progress could come apart."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import IntegrityError

from hanmadang.courses import domain
from hanmadang.courses.checks import progress
from hanmadang.courses.models import (
    Answer,
    CourseVersion,
    Enrolment,
    LearningEvent,
    QuestionProgress,
    UnitProgress,
)
from tests.courses.conftest import NOW, Classroom
from tests.factories import courses as make

Write = Callable[[], Any]


@pytest.fixture
def busy(classroom: Classroom, write: Write) -> Classroom:
    """A citizen who finished one unit by reading and answered another by half."""
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        domain.answer(
            session, classroom.citizen, classroom.units[1], {"first": [1]}, key="k", now=NOW
        )
    return classroom


def seen(write: Write, *damage: Any) -> list[str]:
    """What the check says after the damage, which is taken back."""
    with write() as session:
        for statement in damage:
            session.execute(statement, execution_options={"synchronize_session": False})
        found = list(progress(session))
        session.rollback()
    return found


def test_whole_progress_has_no_differences(busy: Classroom, write: Write) -> None:
    assert seen(write) == []


def test_done_without_an_event_is_seen(busy: Classroom, write: Write) -> None:
    damage = delete(LearningEvent).where(LearningEvent.kind == "completed")
    who = f"account {busy.account_id}, unit {busy.units[0]}"
    assert seen(write, damage) == [f"{who}: state, time and log disagree on whether it is done"]


def test_an_event_without_done_is_seen(busy: Classroom, write: Write) -> None:
    damage = update(UnitProgress).values(state="started", completed_at=None)
    assert len(seen(write, damage)) == 1


def test_done_without_a_time_cannot_be_stored(busy: Classroom, write: Write) -> None:
    with pytest.raises(IntegrityError):
        seen(write, update(UnitProgress).values(completed_at=None))


def test_a_wrong_counter_is_seen(busy: Classroom, write: Write) -> None:
    damage = update(UnitProgress).where(UnitProgress.unit_id == busy.units[1]).values(right=2)
    assert seen(write, damage) == [
        f"account {busy.account_id}, unit {busy.units[1]}: the counters differ from the answers"
    ]


def test_a_lost_answer_is_seen(busy: Classroom, write: Write) -> None:
    assert len(seen(write, delete(Answer))) == 1


def test_a_right_answer_that_does_not_count_is_seen(busy: Classroom, write: Write) -> None:
    found = seen(write, update(QuestionProgress).values(right_at=None))
    assert len(found) == 2  # the counter, and the question


def test_an_enrolment_in_a_draft_is_seen(busy: Classroom, write: Write) -> None:
    damage = update(CourseVersion).values(state="draft", published_at=None)
    assert len(seen(write, damage)) == 1


def test_an_enrolment_in_another_courses_version_is_seen(busy: Classroom, write: Write) -> None:
    with write() as session:
        other = make.publish(session, make.course(slug="other")).id
    found = seen(write, update(Enrolment).values(course_version_id=other))
    assert len(found) == 1
    assert f"version {other} (published)" in found[0]
