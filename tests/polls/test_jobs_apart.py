"""One poll that fails holds up no other, and the log says which it was."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel import clock
from hanmadang.kernel.clock import Moment, frozen
from hanmadang.polls import apart, jobs
from hanmadang.polls.domain import change_state, keys
from hanmadang.polls.domain.schedule import Hours, plan
from hanmadang.polls.jobs import opinions, tables
from hanmadang.polls.models import Mode, Poll, PollState
from hanmadang.polls.models_profile import Audience, Release
from hanmadang.polls.models_statements import OpinionResult
from hanmadang.polls.profiles import Attribute
from hanmadang.polls.queries.cubes import tables_order
from hanmadang.polls.survey import worker
from tests.factories.polls import NOW, OPINION, make_poll
from tests.factories.profiles import MEN, NOBODY, WOMEN, close, come, crowd, make_asking, weigh
from tests.factories.statements import cast_votes, make_statements, two_camps

Opener = Callable[[], Any]
HOUR = timedelta(hours=1)


def states(read: Opener) -> list[str]:
    with read() as session:
        return list(session.scalars(select(Poll.state).order_by(Poll.id)))


@pytest.fixture
def waiting(write: Opener) -> list[int]:
    """A secret poll that is about to open, and another that is about to close."""
    then = Moment.from_instant(NOW + HOUR, "Asia/Seoul")
    with write() as session:
        first = make_poll(session, OPINION, mode=Mode.SECRET, state=PollState.DRAFT)
        second = make_poll(session, OPINION)
        plan(session, None, first.id, Hours(opens=then), seen="/", now=NOW)
        plan(session, None, second.id, Hours(closes=then), seen="/", now=NOW)
        return [first.id, second.id]


def no_room(*_anything: object) -> None:
    raise PermissionError("the folder of keys cannot be written")


def test_a_poll_that_cannot_open_does_not_keep_another_open(
    app: Flask,
    waiting: list[int],
    read: Opener,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with frozen(NOW + HOUR):
        with monkeypatch.context() as broken:
            broken.setattr(keys, "keep", no_room)
            for _ in range(3):
                jobs.keep_all_hours(app)
        assert states(read) == ["draft", "closed"]
        assert caplog.text.count(f"No hours kept of poll {waiting[0]}") == 1
    with frozen(NOW + HOUR + timedelta(minutes=1)):
        jobs.keep_all_hours(app)
        assert states(read) == ["open", "closed"]


@pytest.fixture
def closed(write: Opener) -> list[int]:
    """Questions of three closed polls with enough answers for tables, and population figures."""
    made = []
    for _ in range(3):
        with write() as session:
            poll = make_asking(session, Attribute.SEX)
            weigh(session, poll)
            come(session, poll, *crowd((WOMEN, 90), (MEN, 60), (NOBODY, 60)))
            close(session, poll)
            made.append(poll.questions[0].id)
    return made


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Any], bool]], None]:
    """The child's work in this process; fails for orders of which the given test is true."""

    def fails_for(is_bad: Callable[[Any], bool]) -> None:
        def decided(_app: Flask, order: Any) -> Any:
            if is_bad(order):
                raise RuntimeError("the child fell")
            return worker.answered(order)

        monkeypatch.setattr(tables, "decided", decided)

    return fails_for


def released(read: Opener, *, weighted: bool) -> list[int]:
    with read() as session:
        mine = select(Release).where(Release.audience == Audience.PUBLIC.value)
        found = session.scalars(mine.order_by(Release.question_id))
        return [each.question_id for each in found if each.weighted or not weighted]


def test_a_question_whose_tables_fail_holds_up_no_other(
    app: Flask, closed: list[int], read: Opener, child: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def counted(session: Any, found: Any) -> Any:
        if found.question_id == closed[0]:
            raise RuntimeError("a row that cannot be read")
        return tables_order(session, found)

    child(lambda _order: False)
    monkeypatch.setattr(tables, "tables_order", counted)
    jobs.publish_tables(app)
    assert released(read, weighted=False) == closed[1:]
    assert released(read, weighted=True) == closed[1:]


def test_weights_that_fail_hold_up_no_others(
    app: Flask, closed: list[int], read: Opener, child: Any
) -> None:
    seen: list[Any] = []

    def first_weights(order: Any) -> bool:
        if order["do"] != "weights":
            return False
        seen.append(order)
        return len(seen) == 1

    child(first_weights)
    jobs.publish_tables(app)
    assert released(read, weighted=False) == closed
    assert len(released(read, weighted=True)) == 2


def test_opinion_groups_that_fail_hold_up_no_others(
    app: Flask, write: Opener, read: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write() as session:
        made = [make_statements(session) for _ in range(2)]
        for poll in made:
            cast_votes(session, poll.questions[0], two_camps(40))
        ids = [poll.questions[0].id for poll in made]
    real = opinions._work_out

    def fallen(app: Flask, url: str, each: Any) -> None:
        if each.question_id == ids[0]:
            raise RuntimeError("what the child said cannot be read")
        real(app, url, each)

    monkeypatch.setattr(opinions, "_work_out", fallen)
    jobs.refresh_opinions(app)
    with read() as session:
        done = select(OpinionResult.question_id).where(OpinionResult.version > 0)
        assert list(session.scalars(done)) == ids[1:]


def test_a_key_that_cannot_be_destroyed_holds_up_no_other(
    app: Flask, write: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write() as session:
        ids = [make_poll(session, OPINION, mode=Mode.SECRET).id for _ in range(2)]
    real = keys.destroy
    with monkeypatch.context() as crash:
        crash.setattr(keys, "destroy", lambda _poll_id: None)
        for poll_id in ids:
            with write() as session:
                change_state(session, None, poll_id, PollState.CLOSED, now=clock.now())

    def stuck(poll_id: int) -> None:
        if poll_id == ids[0]:
            raise PermissionError("a file that cannot be written")
        real(poll_id)

    with monkeypatch.context() as broken:
        broken.setattr(keys, "destroy", stuck)
        jobs.destroy_keys(app)
    with app.app_context():
        assert keys.kept() & set(ids) == {ids[0]}
    app.extensions[apart.RESTS].clear()
    jobs.destroy_keys(app)
    with app.app_context():
        assert not keys.kept() & set(ids)
