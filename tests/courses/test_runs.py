"""Runs: dates and seats beside learning at one's own pace."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from hanmadang.courses.domain import enrolling, learning, runs, seats
from hanmadang.courses.domain.enrolling import RunNeededError
from hanmadang.courses.domain.runs import InvalidRunError
from hanmadang.courses.models import Course, CourseRun, Enrolment, RunSeat, UnitProgress
from hanmadang.courses.queries.runs import is_self_paced, may_begin
from hanmadang.courses.rules.runs import Joining, can_manage, joining
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.errors import ConflictError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.reminders.models import OutboxMail
from tests.courses.conftest import Classroom
from tests.factories import courses as make
from tests.factories.courses import course_of
from tests.factories.events import make_institution
from tests.factories.people import make_account
from tests.factories.runs import (
    ADMIN,
    NOW,
    in_weeks,
    make_citizen,
    make_run,
    run_fields,
    take,
)


def test_a_seat_brings_the_course_with_it(write: Any, school: None) -> None:
    with write() as session:
        course, who = course_of(session), make_citizen(session)
        run = make_run(session, course.id, seats=2)
        take(session, run, who)
        session.refresh(run)
        taken = session.scalars(select(Enrolment).filter_by(account_id=who.id)).one()
        assert (run.taken, taken.course_id) == (1, course.id)


def test_taking_a_seat_twice_is_one_seat(write: Any, school: None) -> None:
    with write() as session:
        run, who = make_run(session, course_of(session).id, seats=2), make_citizen(session)
        assert take(session, run, who).id == take(session, run, who).id
        session.refresh(run)
        assert run.taken == 1


def test_a_full_run_says_so_and_points_at_other_ways(write: Any, school: None) -> None:
    with write() as session:
        run = make_run(session, course_of(session).id, seats=1)
        take(session, run, make_citizen(session))
        late = make_citizen(session)
        with pytest.raises(seats.RunFullError) as refused:
            take(session, run, late)
        assert "at your own pace" in refused.value.text.message


def test_leaving_frees_the_seat_and_keeps_the_progress(write: Any, classroom: Classroom) -> None:
    who = classroom.citizen
    with write() as session:
        run = make_run(session, classroom.course_id, seats=1)
        take(session, run, who)
        learning.complete(session, who, classroom.units[0], now=NOW)
        assert seats.leave_seat(session, who, run.id)
        assert not seats.leave_seat(session, who, run.id)
        take(session, run, make_citizen(session))
        done = session.scalars(select(UnitProgress.state).filter_by(account_id=who.id)).all()
        assert done == ["done"]


@pytest.mark.parametrize(
    ("weeks", "says"),
    [(-3, Joining.NOT_YET), (-1, Joining.OPEN), (5, Joining.CLOSED)],
)
def test_enrolment_has_a_period(write: Any, school: None, weeks: int, says: Joining) -> None:
    with write() as session:
        run, now = make_run(session, course_of(session).id), in_weeks(weeks).instant
        assert joining(run, now) is says
        if says is not Joining.OPEN:
            with pytest.raises(NotAllowedNowError):
                take(session, run, make_citizen(session), now)


def test_a_run_without_a_number_takes_as_many_as_come(write: Any, school: None) -> None:
    with write() as session:
        run = make_run(session, course_of(session).id)
        for _ in range(3):
            take(session, run, make_citizen(session))
        session.refresh(run)
        assert (run.seats, run.taken) == (None, 3)


def test_without_consent_there_is_no_seat(write: Any, school: None) -> None:
    with write() as session:
        run, who = make_run(session, course_of(session).id), make_citizen(session)
        with pytest.raises(seats.MissingAgreementError):
            seats.take_seat(session, who, run.id, consent="", locale="ko", now=NOW)


def test_a_child_comes_in_through_a_class_only(write: Any, school: None) -> None:
    with write() as session:
        run = make_run(session, course_of(session).id)
        child = make_citizen(session, guardian_email="parent@example.org")
        with pytest.raises(seats.GuardianNeededError):
            take(session, run, child)


def test_self_paced_stays_possible_unless_it_is_closed(write: Any, school: None) -> None:
    with write() as session:
        course, who = course_of(session), make_citizen(session)
        make_run(session, course.id, seats=1)
        enrolling.enrol(session, who, course.id, locale="ko", now=NOW)
        runs.set_pace(session, ADMIN, course.id, self_paced=False)
        assert not is_self_paced(session, course.id)
        enrolling.enrol(session, who, course.id, locale="ko", now=NOW)  # who began goes on
        newcomer = make_citizen(session)
        assert not may_begin(session, newcomer.id, course.id)
        with pytest.raises(RunNeededError):
            enrolling.enrol(session, newcomer, course.id, locale="ko", now=NOW)
        session.rollback()


def test_a_seat_opens_a_course_closed_to_self_paced_learners(write: Any, school: None) -> None:
    with write() as session:
        course, who = course_of(session), make_citizen(session)
        runs.set_pace(session, ADMIN, course.id, self_paced=False)
        take(session, make_run(session, course.id), who)
        enrolling.enrol(session, who, course.id, locale="ko", now=NOW)


def test_a_draft_cannot_be_joined_and_is_not_found(write: Any, school: None) -> None:
    with write() as session:
        place = make_institution(session).id
        run = runs.create_run(session, ADMIN, course_of(session).id, place, run_fields(), now=NOW)
        with pytest.raises(NotFoundError):
            take(session, run, make_citizen(session))


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        ("closes", {"closes": in_weeks(-3)}),
        ("ends", {"ends": in_weeks(-2)}),
        ("closes", {"closes": in_weeks(11)}),
        ("ends", {"ends": in_weeks(200)}),
        ("seats", {"seats": 0}),
        ("language", {"language": "fr"}),
        ("title_en", {"title": make.text("봄", "")}),
    ],
)
def test_impossible_fields_are_named(field: str, fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidRunError) as refused:
        run_fields(**fields).checked()
    assert refused.value.field == field


def test_seats_cannot_fall_below_those_taken(write: Any, school: None) -> None:
    with write() as session:
        run = make_run(session, course_of(session).id, seats=3)
        for _ in range(2):
            take(session, run, make_citizen(session))
        session.refresh(run)
        with pytest.raises(InvalidRunError):
            runs.edit_run(session, ADMIN, run.id, run_fields(seats=1), version=run.version)
        runs.edit_run(session, ADMIN, run.id, run_fields(seats=2), version=run.version)
        assert run.seats == 2


def test_a_stale_page_is_refused(write: Any, school: None) -> None:
    with write() as session:
        run = make_run(session, course_of(session).id)
        seen = run.version
        runs.edit_run(session, ADMIN, run.id, run_fields(seats=5), version=seen)
        with pytest.raises(ConflictError):
            runs.edit_run(session, ADMIN, run.id, run_fields(seats=9), version=seen)


def test_calling_off_tells_everybody_once_and_closes_the_door(write: Any, school: None) -> None:
    with write() as session:
        run = make_run(session, course_of(session).id)
        for _ in range(3):
            take(session, run, make_citizen(session))
        assert runs.cancel_run(session, ADMIN, run.id, now=NOW) == 3
        kinds = session.scalars(select(OutboxMail.kind)).all()
        assert kinds == ["courses.run_cancelled"] * 3
        with pytest.raises(NotAllowedNowError):
            take(session, run, make_citizen(session))
        with pytest.raises(NotAllowedNowError):
            runs.cancel_run(session, ADMIN, run.id, now=NOW)


@pytest.mark.parametrize(
    ("role", "of_run", "of_course", "manages"),
    [
        (Role.ORGANIZER, True, False, True),
        (Role.PARTNER_EDITOR, False, True, True),
        (Role.ORGANIZER, False, False, False),
        (Role.ADMINISTRATOR, False, False, True),
        (Role.INSTRUCTOR, True, True, False),
        (Role.CITIZEN, True, True, False),
    ],
)
def test_who_manages_a_run(role: Role, *, of_run: bool, of_course: bool, manages: bool) -> None:
    run = CourseRun(institution_id=1 if of_run else 2)
    course = Course(institution_id=1 if of_course else 3)
    viewer = Viewer(account_id=9, roles=frozenset({role}), institution_id=1)
    assert can_manage(viewer, run, course) is manages


def test_every_step_stands_in_the_audit_log(write: Any, school: None) -> None:
    with write() as session:
        run, who = make_run(session, course_of(session).id), make_citizen(session)
        take(session, run, who)
        seats.leave_seat(session, who, run.id)
        session.flush()
        acts = session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.object_kind == "course_run")
            .order_by(AuditEntry.seq)
        ).all()
    assert acts == [
        "course_run.created", "course_run.published", "course_run.joined", "course_run.left",
    ]  # fmt: skip


def test_erasing_an_account_gives_its_seats_back(write: Any, school: None) -> None:
    with write() as session:
        run, account = make_run(session, course_of(session).id), make_account(session)
        take(session, run, Viewer(account.id, roles=frozenset({Role.CITIZEN})))
        seats.free_all(session, account.id)
        session.refresh(run)
        assert (run.taken, session.scalars(select(RunSeat)).all()) == (0, [])


def test_the_wall_clock_of_the_place_is_kept(write: Any, school: None) -> None:
    berlin = in_weeks(-1)
    fields = replace(run_fields(), starts=replace(berlin))
    with write() as session:
        run = make_run(session, course_of(session).id, starts=fields.starts)
        assert run.starts == fields.starts
        assert run.ends_at - run.starts_at == timedelta(weeks=11)
