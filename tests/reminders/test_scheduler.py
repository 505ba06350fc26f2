"""The ticking clock: jobs are data, a failure is no end, a step of the clock is no standstill."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import apscheduler.schedulers.base
import pytest
from flask import Flask

from hanmadang.kernel import clock
from hanmadang.reminders import queries, ticks
from hanmadang.reminders.jobs import chores
from hanmadang.reminders.jobs.senders import Sender
from hanmadang.reminders.scheduler import Scheduler
from hanmadang.reminders.ticks import all_ticks, every, stopping
from tests.factories.reminders import NOW
from tests.reminders.conftest import Scripted

Open = Callable[[], Any]


@pytest.fixture
def own_ticks(monkeypatch: pytest.MonkeyPatch) -> None:
    """No jobs but those of the test."""
    monkeypatch.setattr(ticks, "_ticks", {})


@pytest.fixture
def running(app: Flask) -> Iterator[Callable[..., Scheduler]]:
    """`running()` starts a scheduler that is stopped after the test."""
    started: list[Scheduler] = []

    def start(**options: Any) -> Scheduler:
        scheduler = Scheduler(app, **options)
        scheduler.start()
        started.append(scheduler)
        return scheduler

    yield start
    for scheduler in started:
        scheduler.stop()


class Bell:
    """Counts its rings; `wait(3)` until the third."""

    def __init__(self) -> None:
        self.rings = threading.Semaphore(0)

    def __call__(self, _app: Flask) -> None:
        self.rings.release()

    def wait(self, times: int = 1, seconds: float = 10) -> bool:
        return all(self.rings.acquire(timeout=seconds) for _ in range(times))


def test_jobs_are_data(app: Flask) -> None:
    names = {tick.name: tick.seconds for tick in all_ticks()}
    ours = {"outbox": 5, "heartbeat": 10, "audit seal": 10, "tidy": 3600}
    assert names | ours == names


@pytest.mark.usefixtures("own_ticks")
def test_a_job_of_the_same_name_replaces_the_first() -> None:
    one, other = Bell(), Bell()
    every(1, "bell")(one)
    every(2, "bell")(other)
    assert [(tick.seconds, tick.run) for tick in all_ticks()] == [(2, other)]


@pytest.mark.usefixtures("own_ticks")
def test_every_job_runs_at_once_and_again(running: Callable[..., Scheduler]) -> None:
    bell = Bell()
    every(0.1, "bell")(bell)
    running()
    assert bell.wait(3)


@pytest.mark.usefixtures("own_ticks")
def test_a_failing_job_is_logged_and_runs_again(
    running: Callable[..., Scheduler], caplog: pytest.LogCaptureFixture
) -> None:
    bell = Bell()

    def fail(app: Flask) -> None:
        bell(app)
        raise LookupError("the disk is full")

    every(0.1, "failing")(fail)
    running()
    assert bell.wait(3)
    assert "The job failing failed; it will run again." in caplog.text
    assert "the disk is full" in caplog.text


@pytest.mark.usefixtures("own_ticks")
def test_a_job_never_runs_beside_itself(running: Callable[..., Scheduler]) -> None:
    inside, most = [0], [0]
    bell = Bell()

    def slow(app: Flask) -> None:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        clock.pause(0.25)
        inside[0] -= 1
        bell(app)

    every(0.05, "slow")(slow)
    running()
    assert bell.wait(3)
    assert most == [1]


@pytest.mark.usefixtures("own_ticks")
def test_stopping_tells_long_jobs_and_waits_for_them(app: Flask) -> None:
    begun, ended = threading.Event(), threading.Event()

    def long(app: Flask) -> None:
        begun.set()
        if stopping(app).wait(10):
            ended.set()

    every(60, "long")(long)
    scheduler = Scheduler(app)
    scheduler.start()
    assert begun.wait(10)
    scheduler.stop()
    assert ended.is_set()


@pytest.fixture
def step(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Moves the wall clock that the house and APScheduler read; the monotonic one goes on."""
    shift = [timedelta()]

    class Moved(dt.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Moved":
            found = super().now(tz) + shift[0]
            assert isinstance(found, Moved)
            return found

    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Moved)
    monkeypatch.setattr(clock, "_read", lambda: dt.datetime.now(dt.UTC) + shift[0])

    def move(by: timedelta) -> None:
        shift[0] += by

    return move


@pytest.mark.usefixtures("own_ticks")
@pytest.mark.parametrize("hours", [-3, 3, -24 * 365])
def test_after_a_step_of_the_clock_jobs_go_on(
    hours: int, step: Callable[[timedelta], None], running: Callable[..., Scheduler]
) -> None:
    bell = Bell()
    every(0.2, "bell")(bell)
    running(watch_seconds=0.1)
    assert bell.wait(1)
    step(timedelta(hours=hours))
    assert bell.wait(4, seconds=5)


@pytest.mark.usefixtures("own_ticks")
def test_without_the_watchdog_a_step_back_is_a_standstill(
    step: Callable[[timedelta], None], running: Callable[..., Scheduler]
) -> None:
    """The twin of the test above."""
    bell = Bell()
    every(0.2, "bell")(bell)
    running(watch_seconds=600)
    assert bell.wait(1)
    step(timedelta(hours=-3))
    bell.wait(1, seconds=0.5)
    assert not bell.wait(2, seconds=1.5)


def test_a_clock_that_drifts_is_left_alone(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    scheduler = Scheduler(app)
    with clock.frozen(clock.now() + timedelta(seconds=1)):
        scheduler.look_at_clock()
    assert caplog.text == ""


def test_ticks_are_counted_in_utc_so_summer_time_is_no_matter(
    running: Callable[..., Scheduler],
) -> None:
    jobs = running()._ticker.get_jobs()
    assert {str(job.trigger.timezone) for job in jobs} == {"UTC"}
    assert len(jobs) == len(all_ticks())


def test_the_heartbeat_is_one_row_per_process_name(app: Flask, read: Open) -> None:
    with clock.frozen(NOW) as advance:
        chores.heartbeat(app)
        advance(timedelta(seconds=10))
        chores.heartbeat(app)
    with read() as session:
        assert queries.last_beat(session, "scheduler") == NOW + timedelta(seconds=10)
        assert queries.last_beat(session, "nobody") is None


def test_the_tick_sends_what_is_due_with_one_sender(
    app: Flask, mails: Callable[..., list[int]], states: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails(2)
    monkeypatch.setitem(app.extensions, "hanmadang.sender", Sender(app, Scripted()))
    with clock.frozen(NOW):
        chores.send_due(app)
    assert states() == ["sent", "sent"]


@pytest.mark.parametrize("job", [chores.tidy, chores.seal_audit, chores.forget_people])
def test_keeping_house_runs_on_an_empty_house(job: ticks.Job, app: Flask) -> None:
    job(app)
    job(app)


def test_the_command_lists_the_jobs(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["scheduler", "--list"])
    assert "outbox: every 5 s\n" in answer.output
    assert answer.exit_code == 0
