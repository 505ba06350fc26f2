"""Seconds watched: a set of one person in one course, never falling, whatever arrives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from hanmadang.courses import domain
from hanmadang.courses.checks_files import stored, watched
from hanmadang.courses.domain import NotEnrolledError, Report, SpansError
from hanmadang.courses.models import Enrolment, LearningEvent, Watched
from hanmadang.kernel.errors import NotFoundError
from hanmadang.kernel.media import StoredFile, StoredPart
from hanmadang.kernel.permissions import Role, Viewer
from tests.courses.conftest import NOW
from tests.factories import courses as make
from tests.factories.course_kinds import BLOCKS, FILE
from tests.factories.people import make_account

Write = Callable[[], Any]
FILM, TEXT, ELSEWHERE = 5, 1, 6
LENGTH = 90


@dataclass(frozen=True)
class Cinema:
    """A course whose only unit holds a film of 90 seconds, and who takes it."""

    unit_id: int
    course_id: int
    citizen: Viewer


@pytest.fixture
def cinema(write: Write) -> Cinema:
    with write() as session:
        unit = make.unit("one", [make.question("first")], BLOCKS)
        version = make.publish(session, make.course(unit))
        account = make_account(session)
        citizen = Viewer(account_id=account.id, roles=frozenset({Role.CITIZEN}))
        domain.enrol(session, citizen, version.course_id, locale="ko", now=NOW)
        return Cinema(make.unit_ids(session, version)[0], version.course_id, citizen)


def play(
    session: Session,
    room: Cinema,
    *spans: tuple[int, int],
    key: str,
    at: int = 0,
    block: int = FILM,
) -> None:
    report = Report(block, spans, at)
    domain.watch(session, room.citizen, room.unit_id, report, key=key, now=NOW)
    session.flush()


def held(session: Session) -> tuple[Any, ...]:
    row = session.scalars(select(Watched)).one()
    return row.spans, row.total, row.stopped_at


def test_what_was_played_is_added_up(cinema: Cinema, write: Write) -> None:
    with write() as session:
        play(session, cinema, (40, 50), key="a", at=50)
        play(session, cinema, (0, 10), (8, 20), key="b", at=20)
        assert held(session) == ([[0, 20], [40, 50]], 30, 20)


def test_a_report_that_comes_twice_says_nothing_new(cinema: Cinema, write: Write) -> None:
    with write() as session:
        play(session, cinema, (0, 10), key="a", at=10)
        play(session, cinema, (10, 30), key="b", at=30)
        play(session, cinema, (0, 10), key="a", at=10)
        assert held(session) == ([[0, 30]], 30, 30)
        kinds = session.scalars(select(LearningEvent.kind)).all()
    assert kinds == ["watched", "watched"]


def test_what_lies_outside_of_the_film_is_dropped(cinema: Cinema, write: Write) -> None:
    with write() as session:
        play(session, cinema, (80, 5000), (9, 3), key="a", at=5000)
        assert held(session) == ([[80, 90]], 10, 90)


def test_continue_leads_to_the_film(cinema: Cinema, write: Write) -> None:
    with write() as session:
        play(session, cinema, (0, 10), key="a", at=10)
        assert session.scalars(select(Enrolment.resume_anchor)).one() == "block-5"


def test_more_spans_than_a_film_has_room_for_are_refused(cinema: Cinema, write: Write) -> None:
    most = [(second, second + 1) for second in range(0, LENGTH, 2)]
    with write() as session:
        play(session, cinema, *most, key="a")
        assert held(session)[1] == LENGTH // 2
        with pytest.raises(SpansError):
            play(session, cinema, *most, (1, 2), (3, 4), key="b")


@pytest.mark.parametrize("block", [0, TEXT, ELSEWHERE, 99])
def test_only_what_plays_here_is_watched(cinema: Cinema, write: Write, block: int) -> None:
    with write() as session, pytest.raises(NotFoundError):
        play(session, cinema, (0, 10), key="a", block=block)


def test_only_whoever_takes_the_course_is_counted(cinema: Cinema, write: Write) -> None:
    with write() as session:
        other = Viewer(account_id=make_account(session).id, roles=frozenset({Role.CITIZEN}))
        report = Report(FILM, ((0, 10),), 0)
        with pytest.raises(NotEnrolledError):
            domain.watch(session, other, cinema.unit_id, report, key="a", now=NOW)
        assert session.scalar(select(func.count()).select_from(Watched)) == 0


def test_a_newer_version_keeps_what_was_watched(cinema: Cinema, write: Write) -> None:
    with write() as session:
        play(session, cinema, (0, 60), key="a", at=60)
        version = make.publish(session, make.course(make.unit("other", (), (BLOCKS[4],))))
        domain.switch(session, cinema.citizen, cinema.course_id, now=NOW)
        session.flush()
        room = Cinema(make.unit_ids(session, version)[0], cinema.course_id, cinema.citizen)
        play(session, room, (60, 70), key="b", block=1)
        assert held(session)[:2] == ([[0, 70]], 70)


reports = st.lists(
    st.tuples(st.integers(0, 5), st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)))),
    max_size=8,
)


def after(write: Write, room: Cinema, sequence: Sequence[Any]) -> list[list[int]]:
    """The seconds held after a sequence, which is taken back; they never fall on the way."""
    last: list[list[int]] = []
    total = 0
    with write() as session:
        for key, spans in sequence:
            play(session, room, *spans, key=str((key, spans)))
            last, now, _stop = held(session)
            assert now >= total
            total = now
        assert list(watched(session)) == []
        session.rollback()
    return last


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sequence=reports, data=st.data())
def test_order_and_repetition_say_nothing(
    cinema: Cinema, write: Write, sequence: list[Any], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(sequence), max_size=4)) if sequence else []
    shuffled = data.draw(st.permutations([*sequence, *again]))
    assert after(write, cinema, shuffled) == after(write, cinema, sequence)


@pytest.mark.parametrize(
    "damage",
    [{"spans": [[0, 5]]}, {"spans": [[5, 10], [0, 5]]}, {"spans": [[0, 95]], "total": 90}],
)
def test_seconds_that_do_not_add_up_are_seen(
    cinema: Cinema, write: Write, damage: dict[str, Any]
) -> None:
    with write() as session:
        play(session, cinema, (0, 10), key="a")
        assert list(watched(session)) == []
        session.execute(update(Watched).values(**damage))
        session.expire_all()
        found = list(watched(session))
        session.rollback()
    account = cinema.citizen.id
    assert found == [f"account {account}, {FILE}: the seconds watched do not add up"]


def test_a_file_that_is_gone_is_seen(cinema: Cinema, write: Write) -> None:
    with write() as session:
        assert list(stored(session)) == []
        session.execute(delete(StoredPart).where(StoredPart.name == FILE))
        session.execute(delete(StoredFile).where(StoredFile.name == FILE))
        found = list(stored(session))
        session.rollback()
    assert found == [f"a lesson shows {FILE}, which is not stored"]
