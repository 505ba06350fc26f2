"""Certificates that are owed."""

from flask import Flask

from hanmadang.courses.domain import certify_the_rest
from hanmadang.kernel import clock
from hanmadang.kernel.db import transaction
from hanmadang.reminders.ticks import every


@every(3_600, "courses.certificates")
def certificates(app: Flask) -> None:
    """Issue what is owed: conditions that were met before there were certificates."""
    with app.app_context():
        last: int | None = 0
        while last is not None:
            with transaction() as session:
                last = certify_the_rest(session, clock.now(), last)
