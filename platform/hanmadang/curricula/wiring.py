"""How the room of curricula joins the app."""

from flask import Flask

from hanmadang.curricula import arrivals, checks, jobs, letters, privacy, slots, views
from hanmadang.people import consents
from hanmadang.people.arrivals import on_sign_in
from hanmadang.people.privacy_registry import register_personal_data

__all__ = ["checks", "jobs", "register"]


def register(app: Flask) -> None:
    """Pages, slots, personal data, what follows a sign-in and a withdrawal; and the self-check."""
    app.register_blueprint(views.room)
    slots.register()
    letters.register()
    register_personal_data("curricula", privacy.export_of, privacy.erase_of)
    on_sign_in(arrivals.bring_along)
    consents.on_withdrawal(privacy.when_withdrawn)
