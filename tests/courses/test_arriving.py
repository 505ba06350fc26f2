"""Learning told by a device: once each, in any order, graded here, by clocks within bounds."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from hanmadang.courses import domain
from hanmadang.courses.domain import Left
from hanmadang.courses.models import (
    Answer,
    Enrolment,
    EventKind,
    LearningEvent,
    QuestionProgress,
    Unit,
    UnitProgress,
)
from hanmadang.courses.specs import QuizSpec
from hanmadang.courses.told import MOST_EVENTS, Told, UnreadableDeviceError, read_told, write_told
from hanmadang.kernel.errors import RefusedError
from hanmadang.kernel.fsck import differences
from hanmadang.kernel.permissions import NOBODY, Role, Viewer
from tests.courses.conftest import NOW, Classroom
from tests.courses.reading import Write
from tests.factories import courses as make
from tests.factories.people import make_account

LATER = NOW + timedelta(days=30)
NEVER = datetime(1999, 1, 1, tzinfo=UTC)


def told(kind: EventKind = EventKind.OPENED, unit: str = "one", **fields: Any) -> Told:
    usual: dict[str, Any] = {
        "key": "key-00000", "course": "division", "module": "start", "version": 1,
        "at": NOW + timedelta(hours=1),
    }  # fmt: skip
    return Told(kind=kind, unit=unit, **usual | fields)


def answered(slug: str, choice: int, key: str = "", unit: str = "two", **fields: Any) -> Told:
    name = key or f"key-{slug}-{choice}"
    return told(
        EventKind.ANSWERED, unit, key=name, question=slug, response=(choice,), **fields
    )  # fmt: skip


def take(session: Any, room: Classroom, *events: Told, now: datetime = LATER) -> domain.Arrived:
    arrived = domain.take_in(session, room.citizen, events, locale="ko", now=now)
    assert differences(session) == []
    return arrived


def state(session: Any) -> Any:
    """Everything stored that must not depend on order or repetition."""
    session.flush()
    answers = (
        select(LearningEvent.key, LearningEvent.kind, Answer.response, Answer.score, Answer.at)
        .outerjoin(Answer, Answer.event_id == LearningEvent.id)
        .order_by(LearningEvent.key)
    )
    mine = [
        select(*table.__table__.columns).order_by(*table.__table__.primary_key)
        for table in (QuestionProgress, Enrolment)
    ]
    units = select(
        UnitProgress.unit_id, UnitProgress.state, UnitProgress.last_block, UnitProgress.answered,
        UnitProgress.right, UnitProgress.completed_at,
    ).order_by(UnitProgress.unit_id)  # fmt: skip
    return [[tuple(row) for row in session.execute(each)] for each in (answers, units, *mine)]


def test_a_reader_without_the_course_joins_it(classroom: Classroom, write: Write) -> None:
    with write() as session:
        newcomer = Viewer(account_id=make_account(session).id, roles=frozenset({Role.CITIZEN}))
        room = replace(classroom, citizen=newcomer)
        arrived = take(session, room, told(), answered("first", 1), answered("second", 0))
        assert (len(arrived.units), arrived.answers, arrived.known) == (2, 2, 0)
        mine = session.scalars(select(Enrolment).where(Enrolment.account_id == newcomer.id)).one()
        assert (mine.locale, mine.touched_at) == ("ko", NOW + timedelta(hours=1))


def test_every_answer_is_graded_here(classroom: Classroom, write: Write) -> None:
    with write() as session:
        take(session, classroom, answered("first", 1), answered("third", 2, unit="three"))
        graded = session.execute(
            select(Answer.correct, Answer.score).order_by(Answer.question_id)
        ).all()
        assert [tuple(row) for row in graded] == [(True, 1.0), (False, 0.0)]


def test_telling_again_changes_nothing_even_after_a_switch(
    classroom: Classroom, write: Write
) -> None:
    events = (told(), answered("first", 0), answered("first", 1), answered("second", 0))
    with write() as session:
        take(session, classroom, *events)
        before = state(session)
        again = take(session, classroom, *events, now=LATER + timedelta(days=1))
        assert (state(session), again.answers, again.known) == (before, 0, 3)
        units = [make.unit("two", [make.question("first"), make.several("second")])]
        make.publish(session, make.course(*units))
        domain.switch(session, classroom.citizen, classroom.course_id, now=LATER)
        tries = select(Answer.event_id)
        count = len(session.scalars(tries).all())
        take(session, classroom, *events, now=LATER + timedelta(days=2))
        assert len(session.scalars(tries).all()) == count


@pytest.mark.parametrize(
    ("claimed", "held"),
    [(NEVER, NOW), (LATER + timedelta(days=900), LATER), (NOW + timedelta(days=2),) * 2],
)
def test_clocks_are_held_between_publication_and_now(
    classroom: Classroom, write: Write, claimed: datetime, held: datetime
) -> None:
    with write() as session:
        take(session, classroom, answered("first", 1, at=claimed))
        assert session.scalars(select(QuestionProgress.right_at)).one() == held
        event = session.scalars(
            select(LearningEvent).where(LearningEvent.key.like("device:%"))
        ).one()
        assert (event.client_at, event.at) == (held, LATER)


def test_what_does_not_fit_is_counted_and_left(classroom: Classroom, write: Write) -> None:
    with write() as session:
        arrived = take(
            session, classroom,
            told(course="no-such"), told(unit="no-such"),
            told(EventKind.BLOCK_REACHED, block=9),
            answered("nothing", 0), answered("first", 7),
            told(EventKind.ANSWERED, "two", key="key-text", question="first", response=("x", None)),
        )  # fmt: skip
        assert arrived.left == {Left.GONE: 3, Left.CHANGED: 1, Left.UNFIT: 2}
        assert arrived.answers == 0


def test_a_question_that_changed_takes_no_answer_to_the_old_one(
    classroom: Classroom, write: Write
) -> None:
    other = make.question("first", body=make.several().body)
    with write() as session:
        make.publish(session, make.course(make.unit("two", [other, make.several("second")])))
        domain.switch(session, classroom.citizen, classroom.course_id, now=LATER)
        arrived = take(session, classroom, answered("first", 1), answered("second", 0))
        assert (arrived.answers, arrived.left) == (1, {Left.CHANGED: 1})


def test_a_quiz_with_limits_is_not_answered_on_a_device(classroom: Classroom, write: Write) -> None:
    limited = make.unit("two", [make.question("first")], quiz=QuizSpec(attempts=2))
    with write() as session:
        make.publish(session, make.course(limited, slug="limited"))
        arrived = take(session, classroom, answered("first", 1, course="limited"))
        assert (arrived.answers, arrived.left) == (0, {Left.ONLINE: 1})


def test_reading_counts_only_where_there_is_no_question(classroom: Classroom, write: Write) -> None:
    with write() as session:
        take(
            session, classroom, told(EventKind.COMPLETED), told(EventKind.COMPLETED, "two")
        )  # fmt: skip
        states = session.execute(
            select(Unit.slug, UnitProgress.state)
            .join(Unit, Unit.id == UnitProgress.unit_id)
            .order_by(Unit.position)
        ).all()
        assert [tuple(row) for row in states] == [("one", "done"), ("two", "started")]


def test_nobody_takes_over_anything(classroom: Classroom, write: Write) -> None:
    with write() as session, pytest.raises(RefusedError):
        domain.take_in(session, NOBODY, [told()], locale="ko", now=LATER)


times = st.integers(0, 90).map(lambda hours: NOW + timedelta(hours=hours))
happenings = st.lists(
    st.one_of(
        st.builds(told, unit=st.sampled_from(["one", "two", "three"]), at=times),
        st.builds(
            told, st.just(EventKind.BLOCK_REACHED), st.sampled_from(["one", "two"]),
            block=st.integers(1, 2), at=times,
        ),
        st.builds(told, st.just(EventKind.COMPLETED), st.just("one"), at=times),
        st.builds(
            answered, st.sampled_from(["first", "second"]), st.integers(0, 2),
            key=st.uuids().map(lambda each: each.hex), at=times,
        ),
    ),
    max_size=12,
    unique_by=(lambda each: each.at,),
)  # fmt: skip
quick = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@quick
@given(events=happenings, data=st.data())
def test_order_repetition_and_parcels_do_not_matter(
    classroom: Classroom, write: Write, events: list[Told], data: st.DataObject
) -> None:
    told_again = data.draw(st.lists(st.sampled_from(events), max_size=6)) if events else []
    shuffled = data.draw(st.permutations([*events, *told_again]))
    cut = data.draw(st.integers(0, len(shuffled)))
    found = []
    for parcels in ([events], [shuffled[:cut], shuffled[cut:]]):
        with write() as session:
            for parcel in parcels:
                take(session, classroom, *parcel)
            found.append(state(session))
            session.rollback()  # the next example starts from the same database
    assert found[0] == found[1]


def test_a_file_says_what_was_told() -> None:
    events = [told(), told(EventKind.BLOCK_REACHED, block=2), answered("first", 1)]
    assert read_told(write_told(events)) == events


def broken(**fields: Any) -> str:
    whole = json.loads(write_told([answered("first", 1)]))
    whole["events"][0] |= fields
    return json.dumps(whole)


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{}", "null", "NaN", '{"hanmadang": 2, "events": []}', '{"hanmadang": 1}',
        "[" * 100_000, '{"hanmadang": 1, "events": [1]}', "x" * 300_000,
        json.dumps({"hanmadang": 1, "events": [{}] * (MOST_EVENTS + 1)}),
        broken(k="short"), broken(k="<script>alert"), broken(e="carried"), broken(e=None),
        broken(c="../etc"), broken(v=0), broken(v="1"), broken(v=True), broken(t="yesterday"),
        broken(t="2026-03-01T00:00:00"), broken(t="99999-01-01T00:00:00Z"), broken(q=""),
        broken(r=[]), broken(r=[[1]]), broken(r=["x" * 501]), broken(r=[True]), broken(r=[0] * 61),
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDeviceError):
        read_told(text)
