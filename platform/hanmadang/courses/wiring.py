"""How the room of courses joins the app."""

from flask import Flask

from hanmadang.courses import checks, jobs, letters, pointers, privacy, privacy_runs, views
from hanmadang.kernel.pointers import pointable
from hanmadang.people.privacy_registry import register_personal_data

__all__ = ["checks", "jobs", "register"]


def register(app: Flask) -> None:
    """Pages and personal data; importing `checks` registers the self-check."""
    app.register_blueprint(views.room)
    pointable("courses.show", pointers.course_title)
    register_personal_data("courses", privacy.export_of, privacy.erase_of)
    register_personal_data("course-runs", privacy_runs.export_of, privacy_runs.erase_of)
    letters.register()
