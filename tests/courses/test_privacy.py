"""A person's own data: all of it handed over, all of it erased, nobody else's touched."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import func, select

from hanmadang.courses import domain
from hanmadang.courses.domain.marks import Place
from hanmadang.courses.models import (
    Answer,
    Enrolment,
    LearningEvent,
    Mark,
    QuestionProgress,
    Reflection,
    Review,
    ReviewWish,
    UnitProgress,
    Watched,
)
from hanmadang.courses.privacy import erase_of, export_of
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people import privacy_registry
from tests.courses.conftest import NOW, Classroom
from tests.factories.people import make_account

Write = Callable[[], Any]
TABLES = (
    Answer, Enrolment, LearningEvent, Mark, QuestionProgress, Reflection, Review, ReviewWish,
    UnitProgress, Watched,
)  # fmt: skip


def use(session: Any, viewer: Viewer, room: Classroom) -> None:
    domain.enrol(session, viewer, room.course_id, locale="en", now=NOW)
    domain.reach_block(session, viewer, room.units[0], 2, now=NOW)
    domain.answer(session, viewer, room.units[2], {"third": [1]}, key="k", now=NOW)
    place = Place(room.course_id, "start", "two", 1)
    domain.write_note(session, viewer, place, "내 메모", before="", now=NOW)
    session.add(
        Review(
            account_id=viewer.id, course_id=room.course_id, module_slug="start",
            unit_slug="three", question_slug="third", step=1, asked_on=date(2026, 3, 2),
            due_on=date(2026, 3, 8),
        )
    )  # fmt: skip
    session.add(ReviewWish(account_id=viewer.id, seed=new_key(), since=NOW))
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
        "certificates": [],
        "imports": [],
        "attempts": [],
        "allowances": [],
        "notes": [
            {
                "place": "division/start/two", "block": 1, "bookmark": False, "note": "내 메모",
                "since": at, "changed": at,
            },
        ],
        "reviews": [
            {
                "question": "division/start/three/third", "passed": 1, "asked": "2026-03-02",
                "due": "2026-03-08",
            },
        ],
        "review_mails_since": at,
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
            "courses": [], "units": [], "answers": [], "events": [], "certificates": [],
            "attempts": [], "allowances": [], "reflections": [], "watched": [], "imports": [],
            "notes": [], "reviews": [], "review_mails_since": None,
        }  # fmt: skip


def test_erasing_leaves_only_the_others(classroom: Classroom, write: Write) -> None:
    with write() as session:
        other = Viewer(account_id=make_account(session).id, roles=frozenset({Role.CITIZEN}))
        for viewer in (classroom.citizen, other):
            use(session, viewer, classroom)
        erase_of(session, classroom.account_id, NOW)
        for table in TABLES:
            mine = select(func.count()).where(table.account_id == classroom.account_id)
            theirs = select(func.count()).where(table.account_id == other.id)
            assert (session.scalar(mine), bool(session.scalar(theirs))) == (0, True), table


def test_the_house_knows_that_courses_hold_personal_data(classroom: Classroom) -> None:
    assert "courses" in privacy_registry.names()
