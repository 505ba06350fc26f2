"""How the room of reminders joins the app."""

from flask import Flask

from hanmadang.reminders import carrier, cli, jobs, views

__all__ = ["jobs", "register"]


def register(app: Flask) -> None:
    """Pages for operators and the scheduler's command."""
    carrier.register()
    app.register_blueprint(views.room)
    app.cli.add_command(cli.scheduler)
