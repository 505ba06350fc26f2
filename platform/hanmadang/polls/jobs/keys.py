"""Keys of secret polls: what a crash between the commit and their destruction leaves."""

from flask import Flask

from hanmadang.kernel.db import db
from hanmadang.polls.domain import keys
from hanmadang.polls.domain.secret_closing import keys_left
from hanmadang.polls.jobs.apart import each_apart
from hanmadang.reminders.ticks import every

_HOUR = 3600


@every(_HOUR, "polls.keys")
def destroy_keys(app: Flask) -> None:
    """Destroy keys of closed secret polls that a crash left behind."""
    with app.app_context():
        each_apart(keys_left(db.session()), keys.destroy, "Destroying the key of poll {}".format)
