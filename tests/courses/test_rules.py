"""Who reads which version, in Python and in SQL alike."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.models import CourseVersion, Enrolment
from hanmadang.courses.rules import can_publish, can_read, can_take, enrolled, visible_to
from hanmadang.kernel.permissions import NOBODY, Role, Viewer
from tests.courses.conftest import Classroom
from tests.factories import courses as make

Write = Callable[[], Any]
STRANGER = Viewer(account_id=999, roles=frozenset({Role.CITIZEN}))


def shown_in_sql(session: Session, viewer: Viewer) -> set[int]:
    return set(
        session.scalars(
            select(CourseVersion.id)
            .outerjoin(Enrolment, enrolled(viewer))
            .where(visible_to(viewer))
        )
    )


def shown_in_python(session: Session, viewer: Viewer) -> set[int]:
    versions = session.scalars(select(CourseVersion)).all()
    mine = session.scalars(
        select(Enrolment).where(Enrolment.account_id == (viewer.account_id or 0))
    ).all()
    pinned = {enrolment.course_id: enrolment for enrolment in mine}
    return {
        version.id
        for version in versions
        if can_read(viewer, version, pinned.get(version.course_id))
    }


def add_draft(session: Session, course_id: int) -> None:
    session.add(
        CourseVersion(
            course_id=course_id, number=9, state="draft", content_hash="x",
            unit_count=0, question_count=0, minutes_ko=0, minutes_en=0,
        )
    )  # fmt: skip
    session.flush()


@pytest.mark.parametrize("who", ["nobody", "stranger", "citizen"])
def test_both_twins_show_the_same(classroom: Classroom, write: Write, who: str) -> None:
    viewer = {"nobody": NOBODY, "stranger": STRANGER, "citizen": classroom.citizen}[who]
    with write() as session:
        newer = make.publish(session, make.course(make.unit("new")))
        other = make.publish(session, make.course(slug="other"))
        add_draft(session, classroom.course_id)
        expected = {classroom.version_id if who == "citizen" else newer.id, other.id}
        assert shown_in_sql(session, viewer) == expected
        assert shown_in_python(session, viewer) == expected


def test_anothers_enrolment_shows_nothing(classroom: Classroom, write: Write) -> None:
    with write() as session:
        make.publish(session, make.course(make.unit("new")))
        old = session.get_one(CourseVersion, classroom.version_id)
        theirs = session.scalars(select(Enrolment)).one()
        assert can_read(STRANGER, old, theirs) is False
        assert can_read(classroom.citizen, old, theirs) is True


@pytest.mark.parametrize(
    ("roles", "takes"), [((), False), ((Role.CITIZEN,), True), ((Role.ORGANIZER,), True)]
)
def test_progress_is_kept_for_citizens(roles: tuple[Role, ...], takes: bool) -> None:
    assert can_take(Viewer(account_id=1, roles=frozenset(roles))) is takes


def test_nobodys_progress_is_not_kept() -> None:
    assert can_take(NOBODY) is False


@pytest.mark.parametrize(
    ("role", "own", "course", "may"),
    [
        (Role.CITIZEN, 1, 1, False),
        (Role.PARTNER_EDITOR, 1, 1, True),
        (Role.PARTNER_EDITOR, 1, 2, False),
        (Role.PARTNER_EDITOR, 1, None, False),
        (Role.PARTNER_EDITOR, None, None, False),
        (Role.ORGANIZER, None, 2, True),
        (Role.ADMINISTRATOR, None, None, True),
    ],
)
def test_who_publishes_for_whom(role: Role, own: int | None, course: int | None, may: bool) -> None:
    viewer = Viewer(account_id=1, roles=frozenset({role}), institution_id=own)
    assert can_publish(viewer, course) is may
