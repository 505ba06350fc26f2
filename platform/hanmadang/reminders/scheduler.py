"""The clock of the background work. APScheduler only ticks; what is due lives in tables.

Its own job stores lose work (a second late and a job is dropped) and cannot be shared, so jobs
are interval jobs in memory. A watchdog compares the wall clock with the monotonic one and
starts every job anew after a step, because a step back would stop them for as long.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from hanmadang.kernel import clock
from hanmadang.reminders.ticks import Tick, all_ticks

log = logging.getLogger(__name__)
_STEP = 2.0
_WATCH_SECONDS = 5


class Scheduler:
    """Runs every registered tick until stopped."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._offset = _wall_minus_monotonic()
        self._ticker = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(4)},
            job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        )
        for tick in all_ticks():
            self._ticker.add_job(
                _guarded(app, tick), IntervalTrigger(seconds=tick.seconds), id=tick.name,
                next_run_time=clock.now(),
            )  # fmt: skip
        self._ticker.add_job(self._watch, IntervalTrigger(seconds=_WATCH_SECONDS), id="watchdog")

    def start(self) -> None:
        """Begin ticking in background threads."""
        self._ticker.start()

    def stop(self) -> None:
        """Stop after the running jobs end."""
        self._ticker.shutdown(wait=True)

    def _watch(self) -> None:
        offset = _wall_minus_monotonic()
        if abs(offset - self._offset) > _STEP:
            log.warning(
                "The clock stepped by %.0f s; starting every job anew.", offset - self._offset
            )
            self._offset = offset
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
