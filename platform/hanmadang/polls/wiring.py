"""How the room of polls joins the app."""

from flask import Flask

from hanmadang.kernel import hints, short
from hanmadang.kernel.slots import fill
from hanmadang.kernel.writer import GroupWriter
from hanmadang.people.privacy_registry import register_personal_data
from hanmadang.polls import checks, cli, jobs, letters, privacy
from hanmadang.polls.domain import cast_many, hooked
from hanmadang.polls.views.outcomes import came_of_it, tell_me
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
    letters.register()
    hooked.register()
    fill("poll.results", came_of_it)
    fill("poll.thanks", tell_me)
    register_personal_data("polls", privacy.export_of, privacy.erase_of)
    app.register_blueprint(room)
    app.cli.add_command(cli.polls)
