"""How the house's front joins the app."""

from flask import Flask

from hanmadang.web import entrance, headers


def register(app: Flask) -> None:
    """Checks before every request, headers after it."""
    entrance.register(app)
    headers.register(app)
