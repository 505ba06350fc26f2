"""How the house's front joins the app."""

from flask import Flask

from hanmadang.kernel import headers, machines
from hanmadang.web import cli, entrance, failures, frame, health, media, packing, pictures, views


def register(app: Flask) -> None:
    """Checks before every request, headers after it, the frame around every page."""
    machines.register(app)  # hooks run backwards: after the headers are there
    entrance.register(app)
    headers.register(app)
    failures.register(app)
    frame.register(app)
    packing.register(app)
    app.register_blueprint(health.room)
    app.register_blueprint(media.room)
    app.register_blueprint(pictures.room)
    app.register_blueprint(views.room)
    for command in cli.COMMANDS:
        app.cli.add_command(command)
