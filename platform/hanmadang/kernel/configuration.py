"""The settings of the running app, for any room."""

from flask import current_app

from hanmadang.settings import Settings


def settings() -> Settings:
    """The settings the current app was built with."""
    found: Settings = current_app.extensions["hanmadang.settings"]
    return found
