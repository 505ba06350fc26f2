"""Hours of polls: opened and closed when their time has come."""

from flask import Flask

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.polls.domain.schedule import due, keep_hours
from hanmadang.polls.jobs.apart import each_apart
from hanmadang.reminders.ticks import every


@every(2, "poll hours")
def keep_all_hours(app: Flask) -> None:
    """Open and close polls whose time has come, each in a transaction of its own."""
    now = clock.now()
    with app.app_context():
        waiting = due(db.session(), now)

    def keep(poll_id: int) -> None:
        with app.app_context(), transaction() as session:
            keep_hours(session, poll_id, now)

    each_apart(waiting, keep, "Keeping the hours of poll {}".format)
