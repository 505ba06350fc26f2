"""How the room of forums joins the app."""

from flask import Flask

from hanmadang.forums import checks, letters, privacy, slots, views
from hanmadang.people.privacy_registry import register_personal_data

__all__ = ["checks", "register"]


def register(app: Flask) -> None:
    """Pages, slots, letters, self-check and personal data."""
    app.register_blueprint(views.room)
    letters.register()
    slots.register()
    register_personal_data("forums", privacy.export, privacy.erase)
