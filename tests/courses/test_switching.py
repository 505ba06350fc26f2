"""A new version: nothing changes unless the person switches, and then what they did is kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses import domain, queries
from hanmadang.courses.domain import NotEnrolledError
from hanmadang.courses.models import (
    CourseVersion,
    Enrolment,
    LearningEvent,
    QuestionProgress,
    UnitProgress,
)
from hanmadang.kernel.permissions import Role, Viewer
from tests.courses.conftest import NOW, Classroom, three_units
from tests.factories import courses as make
from tests.factories.people import make_account

Write = Callable[[], Any]
LATER = NOW + timedelta(days=1)


def newer(session: Session, *units: Any) -> list[int]:
    """Publish a next version and return its units."""
    return make.unit_ids(session, make.publish(session, make.course(*units)))


def switch(session: Session, room: Classroom) -> Enrolment:
    return domain.switch(session, room.citizen, room.course_id, now=LATER)


def progress(session: Session, room: Classroom, unit_id: int) -> UnitProgress | None:
    session.flush()
    return session.get(UnitProgress, (room.account_id, unit_id))


def test_a_new_version_moves_nobody(classroom: Classroom, write: Write) -> None:
    with write() as session:
        newer(session, make.unit("other"))
        assert session.scalars(select(Enrolment)).one().course_version_id == classroom.version_id


def test_what_was_done_stays_done_with_its_time(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        units = newer(session, *three_units(), make.unit("four"))
        switch(session, classroom)
        kept = progress(session, classroom, units[0])
        assert kept is not None
        assert (kept.state, kept.completed_at) == ("done", NOW)
        assert progress(session, classroom, units[3]) is None


def test_units_may_change_their_order(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        units = newer(session, *reversed(three_units()))
        switch(session, classroom)
        kept = progress(session, classroom, units[2])
        assert kept is not None
        assert kept.state == "done"
        assert progress(session, classroom, units[0]) is None


def test_a_unit_of_the_same_name_in_another_module_is_another_unit(
    classroom: Classroom, write: Write
) -> None:
    spec = make.course(*three_units())
    moved = replace(spec, modules=(replace(spec.modules[0], slug="elsewhere"),))
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        units = make.unit_ids(session, make.publish(session, moved))
        switch(session, classroom)
        assert [progress(session, classroom, unit) for unit in units] == [None, None, None]


def test_right_answers_stay_right(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.answer(
            session, classroom.citizen, classroom.units[1], {"first": [1]}, key="k", now=NOW
        )
        units = newer(session, *three_units(), make.unit("four"))
        switch(session, classroom)
        kept = progress(session, classroom, units[1])
        assert kept is not None
        assert (kept.state, kept.answered, kept.right) == ("started", 1, 1)


def test_a_done_unit_that_grew_a_question_stays_done(classroom: Classroom, write: Write) -> None:
    grown = make.unit("three", [make.question("third"), make.question("more")])
    with write() as session:
        domain.answer(
            session, classroom.citizen, classroom.units[2], {"third": [1]}, key="k", now=NOW
        )
        units = newer(session, *three_units()[:2], grown)
        switch(session, classroom)
        kept = progress(session, classroom, units[2])
        assert kept is not None
        assert (kept.state, kept.answered, kept.right) == ("done", 1, 1)


def test_a_unit_that_lost_its_open_question_becomes_done(
    classroom: Classroom, write: Write
) -> None:
    smaller = make.unit("two", [make.question("first")])
    first, _second, third = three_units()
    with write() as session:
        domain.answer(
            session, classroom.citizen, classroom.units[1], {"first": [0]}, key="k", now=NOW
        )
        units = newer(session, first, smaller, third)
        switch(session, classroom)
        kept = progress(session, classroom, units[1])
        assert kept is not None
        assert (kept.state, kept.completed_at) == ("done", LATER)


def test_the_place_moves_along(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.open_unit(session, classroom.citizen, classroom.units[2], now=NOW)
        units = newer(session, make.unit("zero"), *three_units())
        assert switch(session, classroom).resume_unit_id == units[3]


def test_a_place_that_is_gone_becomes_the_first_open_unit(
    classroom: Classroom, write: Write
) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        units = newer(session, make.unit("one"), make.unit("brand-new"))
        enrolment = switch(session, classroom)
        assert (enrolment.resume_unit_id, enrolment.resume_anchor) == (units[1], "block-1")


def test_switching_twice_changes_nothing_more(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        newer(session, *three_units(), make.unit("four"))
        switch(session, classroom)
        before = len(session.scalars(select(LearningEvent)).all())
        switch(session, classroom)
        assert len(session.scalars(select(LearningEvent)).all()) == before


def test_the_old_progress_is_not_touched(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        newer(session, make.unit("other"))
        switch(session, classroom)
        old = progress(session, classroom, classroom.units[0])
        assert old is not None
        assert old.completed_at == NOW


def test_two_versions_later_the_first_still_counts(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        for extra in ("four", "five"):
            units = newer(session, *three_units(), make.unit(extra))
            switch(session, classroom)
        kept = progress(session, classroom, units[0])
        assert kept is not None
        assert kept.completed_at == NOW


def test_only_those_who_take_the_course_can_switch(classroom: Classroom, write: Write) -> None:
    with write() as session:
        stranger = Viewer(account_id=make_account(session).id, roles=frozenset({Role.CITIZEN}))
    with pytest.raises(NotEnrolledError), write() as session:
        domain.switch(session, stranger, classroom.course_id, now=LATER)


def test_other_peoples_answers_are_not_carried(classroom: Classroom, write: Write) -> None:
    with write() as session:
        other = Viewer(account_id=make_account(session).id, roles=frozenset({Role.CITIZEN}))
        domain.enrol(session, other, classroom.course_id, locale="ko", now=NOW)
        domain.answer(session, other, classroom.units[1], {"first": [1]}, key="k", now=NOW)
        newer(session, *three_units(), make.unit("four"))
        switch(session, classroom)
        mine = select(QuestionProgress).where(QuestionProgress.account_id == classroom.account_id)
        assert session.scalars(mine).all() == []


def test_the_offer_says_what_would_be_kept_and_left(classroom: Classroom, write: Write) -> None:
    with write() as session:
        domain.complete(session, classroom.citizen, classroom.units[0], now=NOW)
        domain.answer(
            session, classroom.citizen, classroom.units[2], {"third": [0]}, key="k", now=NOW
        )
        newer(session, make.unit("one"), make.unit("new"))
        session.flush()
        offer = queries.course_page(classroom.citizen, "division").offer
        assert offer is not None
        assert (offer.number, offer.unit_count) == (2, 2)
        assert (offer.units_kept, offer.units_left) == (1, 1)


def test_nothing_is_offered_on_the_newest_version(classroom: Classroom, write: Write) -> None:
    with write() as session:
        assert queries.course_page(classroom.citizen, "division").offer is None
        assert session.scalars(select(CourseVersion.state)).all() == ["published"]
