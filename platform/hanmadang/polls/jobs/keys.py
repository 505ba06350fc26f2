"""Keys of secret polls: what a crash between the commit and their destruction leaves."""

from functools import partial

from flask import Flask

from hanmadang.kernel.db import db
from hanmadang.polls import apart
from hanmadang.polls.domain import keys
from hanmadang.polls.domain.secret_closing import keys_left
from hanmadang.reminders.ticks import every

_HOUR = 3600


@every(_HOUR, "polls.keys")
def destroy_keys(app: Flask) -> None:
    """Destroy keys of closed secret polls that a crash left behind."""
    with app.app_context():
        for poll_id in keys_left(db.session()):
            destroy = partial(keys.destroy, poll_id)
            apart.spared(app, f"key destroyed of poll {poll_id}", destroy)
