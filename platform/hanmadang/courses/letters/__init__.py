"""What the room writes to people: certificates, reviews, runs and cohorts."""

from hanmadang.courses.letters import certificates, reviews, runs


def register() -> None:
    """Let the outbox know each kind of letter."""
    certificates.register()
    reviews.register()
    runs.register()
