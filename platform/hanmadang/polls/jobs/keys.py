"""Keys of secret polls: what a crash between the commit and their destruction leaves."""

from flask import Flask

from hanmadang.kernel.db import db
from hanmadang.polls.domain.secret_closing import destroy_keys_left
from hanmadang.reminders.ticks import every

_HOUR = 3600


@every(_HOUR, "polls.keys")
def destroy_keys(app: Flask) -> None:
    """Destroy keys of closed secret polls that a crash left behind."""
    with app.app_context():
        destroy_keys_left(db.session())
