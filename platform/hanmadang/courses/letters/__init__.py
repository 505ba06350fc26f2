"""What the room writes to people: certificates, reviews, runs and cohorts, versions to sign."""

from hanmadang.courses.letters import certificates, reviews, runs, versions


def register() -> None:
    """Let the outbox know each kind of letter."""
    certificates.register()
    reviews.register()
    runs.register()
    versions.register()
