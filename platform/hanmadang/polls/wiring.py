"""How the room of polls joins the app."""

from flask import Flask

from hanmadang.kernel import hints, short
from hanmadang.kernel.writer import GroupWriter
from hanmadang.polls import checks, cli, jobs, letters
from hanmadang.polls.domain import cast_many
from hanmadang.polls.views.room import WRITER, room
from hanmadang.polls.views.short import ShortVotes
from hanmadang.settings import Settings

__all__ = ["jobs", "letters", "register"]


def register(app: Flask) -> None:
    """Pages, the group writer, the short way of a vote, hints, self-checks, commands, letters."""
    settings: Settings = app.extensions["hanmadang.settings"]
    hints.register(app, settings)
    app.extensions[WRITER] = GroupWriter(app, cast_many)
    short.register(app, ShortVotes())
    checks.register()
    app.register_blueprint(room)
    app.cli.add_command(cli.polls)
