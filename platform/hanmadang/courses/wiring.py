"""How the room of courses joins the app."""

from flask import Flask

from hanmadang.courses import checks, checks_authoring, jobs, letters, pointers, privacy, views
from hanmadang.courses.privacy_authoring import erase_of, export_of
from hanmadang.kernel.pointers import pointable
from hanmadang.people.privacy_registry import register_personal_data

__all__ = ["checks", "checks_authoring", "jobs", "register"]


def register(app: Flask) -> None:
    """Pages and personal data; importing `checks` registers the self-check."""
    app.register_blueprint(views.room)
    pointable("courses.show", pointers.course_title)
    letters.register()
    register_personal_data("courses", privacy.export_of, privacy.erase_of)
    register_personal_data("course authoring", export_of, erase_of)
