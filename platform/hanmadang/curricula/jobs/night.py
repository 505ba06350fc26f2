"""By night: the engine's numbers from everybody's answers, then everybody's paths with them."""

from datetime import date
from functools import partial

from flask import Flask

from hanmadang.curricula.domain import nightly
from hanmadang.curricula.jobs import replan
from hanmadang.curricula.limits import BEGINS
from hanmadang.curricula.models import RunCause
from hanmadang.curricula.queries.nightly import is_done, is_fitted
from hanmadang.kernel import clock
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import db, transaction
from hanmadang.polls import apart, children
from hanmadang.reminders.ticks import every

CHILD = children.Child("fit", 600, reads_database=True, module="hanmadang.curricula.child")


@every(300, "night")
def work_by_night(app: Flask) -> None:
    """What is due since three o'clock; otherwise one short query."""
    with app.app_context():
        now = clock.now().astimezone(clock.zone(settings().zone))
        today, session = now.date(), db.session()
        unfitted = not is_fitted(session, today)
        unplanned = not is_done(session, RunCause.NIGHT, today.isoformat())
    if now.hour < BEGINS:
        return
    if unfitted:
        apart.spared(app, "numbers of the engine", partial(fit, app, today))
    if unplanned:
        work = partial(replan.run, app, RunCause.NIGHT, today.isoformat())
        apart.spared(app, "paths of the night", work)


def fit(app: Flask, day: date) -> None:
    """Fit the numbers in a child process and keep them."""
    with app.app_context():
        url = db.engine.url.render_as_string(hide_password=False)
    [found] = children.ask(app, CHILD, {"database": url})
    with app.app_context(), transaction() as session:
        nightly.store_parameters(session, day, **found)
