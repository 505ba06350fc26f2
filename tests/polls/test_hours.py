"""Opening and closing by the clock: exact, once, and said on the page."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.clock import Moment, frozen
from hanmadang.kernel.errors import ConflictError
from hanmadang.kernel.permissions import Role
from hanmadang.polls.checks import hours
from hanmadang.polls.domain import Accepted, BallotSet, Refusal, Refused, cast_many, change_state
from hanmadang.polls.domain.schedule import Hours, UnusableScheduleError, plan
from hanmadang.polls.jobs import keep_all_hours
from hanmadang.polls.models import Poll, PollState
from hanmadang.polls.models_stage import Schedule
from hanmadang.polls.staging import Gate
from tests.conftest import Browser
from tests.factories.polls import NOW, OPINION, make_poll

Opener = Callable[[], Any]
HOUR = timedelta(hours=1)
OPENS = Moment.from_instant(NOW + HOUR, "Asia/Seoul")
CLOSES = Moment.from_instant(NOW + 2 * HOUR, "Asia/Seoul")


def planned(write: Opener, hours: Hours, state: PollState = PollState.DRAFT) -> Poll:
    """A poll with these hours."""
    with write() as session:
        poll = make_poll(session, OPINION, state=state)
        plan(session, None, poll.id, hours, seen="/", now=NOW)
        assert poll.questions[0].options
        return poll


def state_of(read: Opener, poll: Poll) -> str:
    """Where it stands now."""
    with read() as session:
        return str(session.get_one(Poll, poll.id).state)


def test_a_poll_opens_and_closes_by_itself(app: Flask, write: Opener, read: Opener) -> None:
    poll = planned(write, Hours(OPENS, CLOSES))
    states = []
    with frozen(NOW) as advance:
        for step in (timedelta(minutes=59), timedelta(minutes=1), HOUR, HOUR):
            advance(step)
            keep_all_hours(app)
            states.append(state_of(read, poll))
    assert states == ["draft", "open", "closed", "closed"]


def test_ten_schedulers_at_once_open_and_close_once(
    app: Flask, write: Opener, read: Opener
) -> None:
    planned(write, Hours(OPENS, CLOSES))
    start = threading.Barrier(10)

    def tick(_scheduler: int) -> None:
        start.wait()
        keep_all_hours(app)

    for instant in (OPENS.instant, CLOSES.instant):
        with frozen(instant), ThreadPoolExecutor(10) as pool:
            list(pool.map(tick, range(10)))
    with read() as session:
        acts = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))
    assert [act for act in acts if act in ("poll.opened", "poll.closed")] == [
        "poll.opened", "poll.closed",
    ]  # fmt: skip


def test_a_vote_at_the_closing_instant_is_refused_however_late_the_tick(write: Opener) -> None:
    poll = planned(write, Hours(closes=CLOSES), PollState.OPEN)
    question = poll.questions[0]

    def vote(voter: str, now: datetime) -> Any:
        with write() as session:
            answers = {question.id: (question.options[0].id,)}
            return cast_many(session, [BallotSet(poll.id, voter, "key-key", answers)], now=now)[0]

    assert isinstance(vote("a", CLOSES.instant - timedelta(milliseconds=1)), Accepted)
    assert vote("b", CLOSES.instant) == Refused(Refusal.CLOSED)


def test_a_poll_paused_by_hand_is_not_opened_again(app: Flask, write: Opener, read: Opener) -> None:
    poll = planned(write, Hours(OPENS))
    with frozen(OPENS.instant):
        keep_all_hours(app)
        with write() as session:
            change_state(session, None, poll.id, PollState.PAUSED, now=NOW)
        keep_all_hours(app)
    assert state_of(read, poll) == "paused"


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (Hours(Moment.from_instant(NOW, "Asia/Seoul")), "The opening lies in the past."),
        (Hours(None, Moment.from_instant(NOW, "Asia/Seoul")), "The closing lies in the past."),
        (Hours(CLOSES, OPENS), "The poll must open before it closes."),
    ],
)
def test_hours_that_cannot_be_kept_are_refused(write: Opener, hours: Hours, words: str) -> None:
    with pytest.raises(UnusableScheduleError) as refused:
        planned(write, hours)
    assert refused.value.text.message == words


def test_the_check_finds_a_gate_that_is_not_the_schedules(write: Opener, read: Opener) -> None:
    poll = planned(write, Hours(closes=CLOSES), PollState.OPEN)
    with read() as session:
        assert list(hours(session)) == []
    with write() as session:
        session.get_one(Poll, poll.id).gate = {}
    with read() as session:
        assert len(list(hours(session))) == 1
    with write() as session:
        session.get_one(Poll, poll.id).gate = Gate(closes=CLOSES.instant).to_json()


def test_the_slower_of_two_moderators_is_told(write: Opener) -> None:
    poll = planned(write, Hours(OPENS))
    with write() as session, pytest.raises(ConflictError):
        plan(session, None, poll.id, Hours(CLOSES), seen="/", now=NOW)


def test_the_closing_of_a_running_poll_can_be_moved_but_not_its_opening(
    write: Opener, read: Opener
) -> None:
    poll = planned(write, Hours(OPENS, CLOSES))
    later = Moment.from_instant(NOW + 9 * HOUR, "Asia/Seoul")
    with write() as session:
        change_state(session, None, poll.id, PollState.OPEN, now=NOW)
        seen = Hours(OPENS, CLOSES).mark
        plan(session, None, poll.id, Hours(None, later), seen=seen, now=NOW)
    with read() as session:
        schedule = session.get_one(Schedule, poll.id)
        assert (schedule.opens, schedule.closes) == (OPENS, later)


def test_wall_clock_zone_and_instant_are_kept(sign_in: Any, write: Opener, read: Opener) -> None:
    desk: Browser = sign_in(Role.ORGANIZER)
    with write() as session:
        poll = make_poll(session, OPINION, state=PollState.DRAFT)
    form = {"opens": "2031-06-01T19:30", "closes": "2031-06-01T21:00", "zone": "Europe/Berlin"}
    answer = desk.send(f"/ko/desk/polls/{poll.id}/hours", form | {"seen": "/"})
    assert answer.status_code == 303
    with read() as session:
        opens = session.get_one(Schedule, poll.id).opens
    assert opens == Moment(
        datetime(2031, 6, 1, 17, 30, tzinfo=UTC),
        datetime(2031, 6, 1, 19, 30),
        "Europe/Berlin",
    )


def test_the_public_page_says_when_it_closes(client: Browser, write: Opener) -> None:
    with frozen(NOW):
        poll = planned(write, Hours(closes=CLOSES), PollState.OPEN)
        assert "오늘 오후 9:30 마감" in client.get(f"/ko/polls/{poll.slug}").text
        assert "Closes today 9:30 pm" in client.get(f"/en/polls/{poll.slug}").text
    with frozen(NOW - timedelta(days=1)):
        assert "내일 오후 9:30 마감" in client.get(f"/ko/polls/{poll.slug}").text


def test_what_cannot_be_read_is_refused_in_plain_words(sign_in: Any, write: Opener) -> None:
    desk: Browser = sign_in(Role.ORGANIZER)
    with write() as session:
        poll = make_poll(session, OPINION, state=PollState.DRAFT)
    form = {"opens": "tomorrow", "zone": "Asia/Seoul", "seen": "/"}
    answer = desk.send(f"/en/desk/polls/{poll.id}/hours", form)
    assert (answer.status_code, "2026-11-30 19:30" in answer.text) == (422, True)
