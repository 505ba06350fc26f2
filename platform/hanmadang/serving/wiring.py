"""How the server's commands join the app."""

from flask import Flask

from hanmadang.serving import cli


def register(app: Flask) -> None:
    """Add `flask setup` and `flask serve`."""
    app.cli.add_command(cli.setup)
    app.cli.add_command(cli.serve)
