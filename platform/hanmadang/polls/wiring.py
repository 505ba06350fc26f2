"""How the room of polls joins the app."""

from flask import Flask

from hanmadang.kernel import hints
from hanmadang.kernel.writer import GroupWriter
from hanmadang.polls import checks, cli, jobs
from hanmadang.polls.domain import cast_many
from hanmadang.polls.views.room import WRITER, room
from hanmadang.settings import Settings

__all__ = ["jobs", "register"]


def register(app: Flask) -> None:
    """Pages, the group writer for ballots, hints, self-checks, commands and (by import) jobs."""
    settings: Settings = app.extensions["hanmadang.settings"]
    hints.register(app, settings)
    app.extensions[WRITER] = GroupWriter(app, cast_many)
    checks.register()
    app.register_blueprint(room)
    app.cli.add_command(cli.polls)
