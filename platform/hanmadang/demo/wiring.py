"""How the demo joins the app: its pages only in demo mode."""

from flask import Flask

from hanmadang.demo import cli, views
from hanmadang.settings import Settings


def register(app: Flask) -> None:
    """Add the loader's command, and the sign-in page where the demo is on."""
    app.cli.add_command(cli.demo_load)
    settings: Settings = app.extensions["hanmadang.settings"]
    if settings.demo:
        app.register_blueprint(views.room)
