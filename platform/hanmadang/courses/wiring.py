"""How the room of courses joins the app."""

from flask import Flask

from hanmadang.courses import (
    badge_keys,
    checks,
    checks_authoring,
    checks_certificates,
    checks_files,
    cli,
    jobs,
    letters,
    pointers,
    privacy,
    privacy_authoring,
    privacy_runs,
    views,
)
from hanmadang.kernel import preparing
from hanmadang.kernel.pointers import pointable
from hanmadang.people.privacy_registry import register_personal_data

__all__ = [
    "checks",
    "checks_authoring",
    "checks_certificates",
    "checks_files",
    "jobs",
    "register",
]


def register(app: Flask) -> None:
    """Pages, letters, commands, personal data; importing checks and jobs registers them."""
    app.register_blueprint(views.room)
    pointable("courses.show", pointers.course_title)
    letters.register()
    register_personal_data("courses", privacy.export_of, privacy.erase_of)
    register_personal_data("course-runs", privacy_runs.export_of, privacy_runs.erase_of)
    register_personal_data(
        "course authoring", privacy_authoring.export_of, privacy_authoring.erase_of
    )
    preparing.at_setup("courses.badge_keys", badge_keys.ensure)
    app.cli.add_command(cli.new_badge_key)
