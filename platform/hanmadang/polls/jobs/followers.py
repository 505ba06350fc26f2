"""Addresses that asked what comes of a poll, and their end."""

from flask import Flask

from hanmadang.kernel import clock
from hanmadang.kernel.db import transaction
from hanmadang.polls.domain import following
from hanmadang.reminders.ticks import every

_DAY = 24 * 3600


@every(_DAY, "polls.forget_followers")
def forget_followers(app: Flask) -> None:
    """Delete addresses that were never confirmed, and those whose time is over."""
    with app.app_context(), transaction() as session:
        following.forget_old(session, clock.now())
