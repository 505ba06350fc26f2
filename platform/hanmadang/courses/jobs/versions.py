"""Signed versions: published when their day has come."""

import logging
from functools import partial

from flask import Flask

from hanmadang.courses.domain.submitting import publish_due
from hanmadang.courses.queries.versions import waiting_versions
from hanmadang.kernel import clock
from hanmadang.kernel.db import db, transact
from hanmadang.kernel.errors import DomainError
from hanmadang.reminders.ticks import every

log = logging.getLogger(__name__)


@every(30, "course versions")
def publish_versions(app: Flask) -> None:
    """Publish each version whose day has come, in a transaction of its own."""
    now = clock.now()
    with app.app_context():
        waiting = waiting_versions(db.session(), now)
    for version_id in waiting:
        with app.app_context():
            try:
                transact(partial(publish_due, version_id=version_id, now=now))
            except DomainError as error:
                log.warning("Version %d is not published: %s", version_id, error.text)
