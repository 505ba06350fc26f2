"""How the room of events joins the app."""

from flask import Flask

from hanmadang.events import checks, letters, pointers, views
from hanmadang.kernel.pointers import pointable

__all__ = ["checks", "register"]


def register(app: Flask) -> None:
    """Join the pages, the mails and (by import) the self-check."""
    app.register_blueprint(views.room)
    letters.register()
    pointable("events.show", pointers.event_title)
    pointable("forums.show", pointers.forum_title)
