"""The product with its clock moved ahead, so that a walk need not wait for tomorrow."""

import os
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import wsgi
from hanmadang.kernel import clock
from hanmadang.reminders import scheduler

_AHEAD = timedelta(seconds=float(os.environ["WALK_AHEAD_SECONDS"]))


def _now() -> datetime:
    return datetime.now(UTC)


def _later() -> datetime:
    return _now() + _AHEAD


# APScheduler only ticks, and by the machine's own clock.
vars(scheduler)["clock"] = SimpleNamespace(now=_now, monotonic=clock.monotonic)
vars(clock)["_read"] = _later
app = wsgi.app
