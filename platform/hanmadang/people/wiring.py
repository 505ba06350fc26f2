"""How the room of people joins the app."""

from flask import Flask

from hanmadang.people import checks, cli, letters, sessions, views
from hanmadang.people.domain import privacy
from hanmadang.people.privacy_registry import register_personal_data

__all__ = ["checks", "letters", "register"]


def register(app: Flask) -> None:
    """Load the viewer before each request; pages, letters, checks, personal data, commands."""
    sessions.register(app)
    app.register_blueprint(views.room)
    register_personal_data("people", privacy.export_own, privacy.erase_own)
    app.cli.add_command(cli.grant_role)
