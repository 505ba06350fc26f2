"""Opinion groups in the background: looked after often, worked out seldom, in another process."""

from functools import partial

from flask import Flask

from hanmadang.kernel.db import db, transaction
from hanmadang.polls import apart, children
from hanmadang.polls.domain.opinions import claim, publish, publish_final, unclaim
from hanmadang.polls.queries.opinions import Due, due
from hanmadang.reminders.ticks import every, stopping

CHILD = children.Child("opinions", seconds=600, reads_database=True)


@every(20, "opinion groups")
def refresh_opinions(app: Flask) -> None:
    """Work out what is due. When nothing is, this is one short query."""
    with app.app_context():
        waiting = due(db.session())
        url = db.engine.url.render_as_string(hide_password=False)
    for each in waiting:
        if stopping(app).is_set():
            return
        about = f"opinion groups of question {each.question_id}"
        apart.spared(app, about, partial(_refresh, app, url, each))


def _refresh(app: Flask, url: str, each: Due) -> None:
    with app.app_context(), transaction() as session:
        if not claim(session, each):
            return
    try:
        _work_out(app, url, each)
    except BaseException:
        with app.app_context(), transaction() as session:
            unclaim(session, each)
        raise


def _work_out(app: Flask, url: str, each: Due) -> None:
    order = {"database": url, "question": each.question_id, "final": each.final}
    answers = children.ask(app, CHILD, order)
    worked_out = next(answers)
    with app.app_context(), transaction() as session:
        if each.final:
            publish_final(session, each.question_id, worked_out, answers)
        else:
            publish(session, each.question_id, worked_out)
