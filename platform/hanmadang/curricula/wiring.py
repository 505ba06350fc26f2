"""How the room of curricula joins the app."""

from flask import Flask


def register(app: Flask) -> None:
    """Nothing to join yet."""
