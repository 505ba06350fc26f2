"""One step of a walk: plain data, so that it can be drawn, shrunk, printed and done again."""

import random
from dataclasses import dataclass

VERBS = (
    *["study"] * 7, "open", "reach", "answer", "answer", "complete", "start", "start", "save",
    "save", "hand_in", "hand_in", "look", "allow", "watch", "reflect", "hint", "happen", "happen",
    "tell", "tell_again", "review", "join", "leave", "publish", "switch", "switch", "revoke",
    "issue_again", "job",
)  # fmt: skip
"""What is often done stands here more than once."""
MINUTES = (0, 1, 5, 15, 25, 45, 600, 3_000)
MOST = 1_000


@dataclass(frozen=True)
class Step:
    """What is done, after how many minutes; each verb reads the numbers in its own way."""

    verb: str
    minutes: int
    one: int
    two: int

    @property
    def chance(self) -> random.Random:
        """More choices than two numbers hold, the same ones whenever it is asked."""
        return random.Random(f"{self.one}/{self.two}")


def by_chance(chance: random.Random) -> Step:
    """Any step."""
    return Step(
        chance.choice(VERBS), chance.choice(MINUTES), chance.randrange(MOST), chance.randrange(MOST)
    )
