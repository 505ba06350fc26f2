"""The clock of the background work. APScheduler only ticks; what is due lives in tables.

Its own job stores lose work (a second late and a job is dropped) and cannot be shared, so jobs
are interval jobs in memory. It sleeps until the wall clock says that a job is due: after a step
back by three hours it would sleep for three hours. So a thread of our own, which counts
monotonic seconds, compares the two clocks and starts every job anew after a step.
"""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from hanmadang.kernel import clock
from hanmadang.reminders.ticks import Tick, all_ticks, stopping

log = logging.getLogger(__name__)
STEP = 2.0
"""Seconds by which the wall clock may wander between two looks before it counts as a step."""
WATCH_SECONDS = 5.0


class Scheduler:
    """Runs every registered tick until stopped."""

    def __init__(self, app: Flask, watch_seconds: float = WATCH_SECONDS) -> None:
        self._app = app
        self._watch_seconds = watch_seconds
        self._offset = _wall_minus_monotonic()
        self._ended = threading.Event()
        self._watchdog = threading.Thread(target=self._watch, name="clock-watch", daemon=True)
        self._ticker = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin ticking in background threads. A scheduler starts once."""
        stopping(self._app).clear()
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)  # long jobs are no news
        for tick in all_ticks():
            every = IntervalTrigger(seconds=tick.seconds, timezone="UTC")
            job = _guarded(self._app, tick)
            self._ticker.add_job(job, every, id=tick.name, next_run_time=clock.now())
        self._ticker.start()
        self._watchdog.start()

    def stop(self) -> None:
        """Stop; running jobs end after their current step (a mail: its conversation)."""
        stopping(self._app).set()
        self._ended.set()
        self._ticker.shutdown(wait=True)
        self._watchdog.join()

    def _watch(self) -> None:
        while not self._ended.wait(self._watch_seconds):
            self.look_at_clock()

    def look_at_clock(self) -> None:
        """After a step of the wall clock, run every job now and count from there."""
        offset = _wall_minus_monotonic()
        step, self._offset = offset - self._offset, offset
        if abs(step) <= STEP:
            return
        log.warning("The clock stepped by %.0f s; starting every job anew.", step)
        for job in self._ticker.get_jobs():
            job.modify(next_run_time=clock.now() + timedelta(milliseconds=1))


def _guarded(app: Flask, tick: Tick) -> Callable[[], None]:
    """A failing job is logged and runs again at its next tick."""

    def run() -> None:
        try:
            tick.run(app)
        except Exception:
            log.exception("The job %s failed; it will run again.", tick.name)

    return run


def _wall_minus_monotonic() -> float:
    return clock.now().timestamp() - clock.monotonic()
