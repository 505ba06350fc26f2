"""How the room of reminders joins the app."""

from flask import Flask

from hanmadang.people.privacy_registry import register_personal_data
from hanmadang.reminders import carrier, cli, jobs, privacy, views, views_hooks

__all__ = ["jobs", "register", "views_hooks"]


def register(app: Flask) -> None:
    """Pages for operators and the scheduler's command."""
    carrier.register()
    register_personal_data("reminders", privacy.export_of, privacy.erase_of)
    app.register_blueprint(views.room)
    app.cli.add_command(cli.scheduler)
