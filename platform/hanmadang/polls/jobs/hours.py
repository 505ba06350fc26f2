"""Hours of polls: opened and closed when their time has come."""

import logging

from flask import Flask

from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.kernel.errors import DomainError
from hanmadang.polls.domain.schedule import due, keep_hours
from hanmadang.reminders.ticks import every

log = logging.getLogger(__name__)


@every(2, "poll hours")
def keep_all_hours(app: Flask) -> None:
    """Open and close polls whose time has come, each in a transaction of its own."""
    with app.app_context():
        now = clock.now()
        waiting = due(db.session(), now)
        for poll_id in waiting:
            try:
                with transaction() as session:
                    keep_hours(session, poll_id, now)
            except DomainError:
                log.exception("Poll %d could not keep its hours.", poll_id)
