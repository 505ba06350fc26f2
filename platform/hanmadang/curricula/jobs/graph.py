"""Once a day: what counted answers say about the edges of the competency graph."""

from flask import Flask

from hanmadang.curricula.domain import doubts
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, take_time, transaction
from hanmadang.reminders.ticks import every

_DAY = 24 * 3_600


@every(_DAY, "curricula.edges")
def look_for_edges(app: Flask) -> None:
    """Counting only reads; writing is short."""
    with app.app_context():
        take_time(db.session())
        found = doubts.counted(db.session())
    with app.app_context(), transaction() as session:
        doubts.keep(session, found, now=clock.now())
