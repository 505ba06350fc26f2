"""Mails of this room: the way into a poll, and what came of it."""

from hanmadang.polls.letters import entry, following

__all__ = ["register"]


def register() -> None:
    """Teach the outbox to write our mails."""
    entry.register()
    following.register()
