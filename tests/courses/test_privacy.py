"""A person's own data: all of it handed over, all of it erased, nobody else's touched."""

import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from hanmadang.courses import domain
from hanmadang.courses.models import (
    Answer,
    Enrolment,
    LearningEvent,
    QuestionProgress,
    Reflection,
    UnitProgress,
    Watched,
)
from hanmadang.courses.privacy import erase_of, export_of
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people import privacy_registry
from tests.courses.conftest import NOW, Classroom
from tests.factories.people import make_account

Write = Callable[[], Any]
TABLES = (
    Answer, Enrolment, LearningEvent, QuestionProgress, Reflection, UnitProgress, Watched,
)  # fmt: skip


def use(session: Any, viewer: Viewer, room: Classroom) -> None:
    domain.enrol(session, viewer, room.course_id, locale="en", now=NOW)
    domain.reach_block(session, viewer, room.units[0], 2, now=NOW)
    domain.answer(session, viewer, room.units[2], {"third": [1]}, key="k", now=NOW)
    mine = {"account_id": viewer.id, "course_id": room.course_id}
    session.add(Reflection(**mine, place="start/one", slug="think", body="나의 글", at=NOW))
    session.add(Watched(**mine, media="f.mp4", seconds=90, spans=[[0, 9]], total=9, stopped_at=9))
    session.flush()


def test_everything_held_is_handed_over(classroom: Classroom, write: Write) -> None:
    with write() as session:
        use(session, classroom.citizen, classroom)
        held = export_of(session, classroom.account_id)
    at = NOW.isoformat()
    assert held == {
        "courses": [{"course": "division", "version": 1, "language": "ko", "since": at}],
        "units": [
            {"unit": "start/one", "state": "started", "answered": 0, "right": 0, "done_at": None},
            {"unit": "start/three", "state": "done", "answered": 1, "right": 1, "done_at": at},
        ],
        "answers": [{"question": "third", "response": [1], "right": True, "at": at}],
        "events": [
            {"unit": "one", "what": "block_reached", "block": 2, "at": at},
            {"unit": "three", "what": "answered", "block": None, "at": at},
            {"unit": "three", "what": "completed", "block": None, "at": at},
        ],
        "reflections": [
            {"course": "division", "unit": "start/one", "reflection": "think", "text": "나의 글",
             "at": at},
        ],
        "watched": [{"course": "division", "file": "f.mp4", "seconds": [[0, 9]], "of": 90}],
    }  # fmt: skip
    assert json.loads(json.dumps(held)) == held


def test_a_stranger_is_handed_nothing(classroom: Classroom, write: Write) -> None:
    with write() as session:
        use(session, classroom.citizen, classroom)
        assert export_of(session, 999) == {
            "courses": [], "units": [], "answers": [], "events": [], "reflections": [],
            "watched": [],
        }  # fmt: skip


def test_erasing_leaves_only_the_others(classroom: Classroom, write: Write) -> None:
    with write() as session:
        other = Viewer(account_id=make_account(session).id, roles=frozenset({Role.CITIZEN}))
        for viewer in (classroom.citizen, other):
            use(session, viewer, classroom)
        erase_of(session, classroom.account_id)
        for table in TABLES:
            mine = select(func.count()).where(table.account_id == classroom.account_id)
            theirs = select(func.count()).where(table.account_id == other.id)
            assert (session.scalar(mine), bool(session.scalar(theirs))) == (0, True), table


def test_the_house_knows_that_courses_hold_personal_data(classroom: Classroom) -> None:
    assert "courses" in privacy_registry.names()
