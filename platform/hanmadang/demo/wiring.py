"""How the room of demo joins the app."""

from flask import Flask


def register(app: Flask) -> None:
    """Nothing to join yet."""
