"""Ticking work: figures counted ahead of their pages, and questions no guardian answered."""

import logging

from flask import Flask

from hanmadang.courses.domain import figures
from hanmadang.courses.domain.membership import forget_unanswered
from hanmadang.courses.queries.counting import published_versions
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, take_time, transaction
from hanmadang.reminders.ticks import every, stopping

log = logging.getLogger(__name__)


@every(3600, "courses.figures")
def keep_figures(app: Flask) -> None:
    """Count the figures of each published version anew where something happened.

    Each by itself: one that fails holds up no other. Counting only reads; writing is short.
    """
    with app.app_context():
        versions = published_versions(db.session())
    for version_id in versions:
        if stopping(app).is_set():
            return
        try:
            count_one(app, version_id)
        except Exception:
            log.exception("No figures of version %d; the next try is in an hour.", version_id)


def count_one(app: Flask, version_id: int) -> bool:
    """Count and store one version; False when nothing was due."""
    with app.app_context():
        take_time(db.session())
        made = figures.counted(db.session(), version_id, now=clock.now())
    if made is None:
        return False
    with app.app_context(), transaction() as session:
        figures.store(session, made, now=clock.now())
    return True


@every(3600, "courses.forget_asked")
def forget_asked(app: Flask) -> None:
    """Remove what children asked for and no guardian answered."""
    with app.app_context(), transaction() as session:
        forget_unanswered(session, now=clock.now())
