"""Demand of polls that closed without being heard, and mails for those who came late."""

from flask import Flask

from hanmadang.curricula.domain import demand, reminding
from hanmadang.curricula.queries.signals import unreleased
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transaction
from hanmadang.reminders.ticks import every


@every(600, "public demand")
def release_demand(app: Flask) -> None:
    """Write the figures of polls that closed before there were any; each by itself."""
    with app.app_context():
        waiting = unreleased(db.session())
    for poll_id in waiting:
        with app.app_context(), transaction() as session:
            demand.release(session, poll_id, clock.now())


@every(600, "follow-up reminders")
def remind_of_follow_ups(app: Flask) -> None:
    """Plan tomorrow's mail for people who brought their answers after the decision."""
    with app.app_context(), transaction() as session:
        reminding.remind_latecomers(session, now=clock.now())
