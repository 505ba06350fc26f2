"""Mails of this room, written when they leave."""

from hanmadang.courses.letters import reviews


def register() -> None:
    """Teach the outbox to write our mails."""
    reviews.register()
