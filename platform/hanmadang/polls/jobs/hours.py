"""Hours of polls: opened and closed when their time has come."""

from datetime import datetime
from functools import partial

from flask import Flask

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.polls import apart
from hanmadang.polls.domain.schedule import due, keep_hours
from hanmadang.reminders.ticks import every

_WAITS = (1,)
"""Minutes until the next try: whoever mended what kept a poll from opening waits for it."""


@every(2, "poll hours")
def keep_all_hours(app: Flask) -> None:
    """Open and close polls whose time has come, each in a transaction of its own."""
    now = clock.now()
    with app.app_context():
        waiting = due(db.session(), now)
    for poll_id in waiting:
        apart.spared(
            app, f"hours kept of poll {poll_id}", partial(_keep, app, poll_id, now), _WAITS
        )


def _keep(app: Flask, poll_id: int, now: datetime) -> None:
    with app.app_context(), transaction() as session:
        keep_hours(session, poll_id, now)
