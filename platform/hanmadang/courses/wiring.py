"""How the room of courses joins the app."""

from flask import Flask

from hanmadang.courses import checks, privacy, views
from hanmadang.people.privacy_registry import register_personal_data

__all__ = ["checks", "register"]


def register(app: Flask) -> None:
    """Pages and personal data; importing `checks` registers the self-check."""
    app.register_blueprint(views.room)
    register_personal_data("courses", privacy.export_of, privacy.erase_of)
