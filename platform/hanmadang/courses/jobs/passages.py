"""Versions that came without passages, from before there were any, become searchable."""

from flask import Flask

from hanmadang.courses.domain import passages
from hanmadang.kernel.db import db, transaction
from hanmadang.reminders.ticks import every

_MINUTE = 60


@every(_MINUTE, "course passages")
def index_versions(app: Flask) -> None:
    """Write down what of them can be searched; an idle house only looks."""
    with app.app_context():
        missing = passages.unindexed(db.session())
        for version_id in missing:
            with transaction() as session:
                passages.index_version(session, version_id)
