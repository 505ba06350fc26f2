"""What the room writes to people: what came of their poll, what their cohort learns."""

from hanmadang.curricula.letters import cohorts, follow_ups


def register() -> None:
    """Let the outbox know each kind of letter."""
    cohorts.register()
    follow_ups.register()
