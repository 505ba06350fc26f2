"""How much of the time each topic takes."""

from collections.abc import Iterable

from hanmadang.curricula.engine.inputs import Unit

MOST_OF_ONE_TOPIC = 0.4
"""The share of the time that one topic may take."""
ALWAYS_ALLOWED = 20
"""Minutes any topic may take in a short week: a lesson and what it stands on."""


class Shares:
    """Minutes by topic; a lesson on two topics counts half for each."""

    def __init__(self, budget: int, topics: int) -> None:
        """`topics` on which there is something to learn: two of them take half the time each."""
        self.most = max(MOST_OF_ONE_TOPIC * budget, ALWAYS_ALLOWED, budget / max(topics, 1))
        self._minutes: dict[str, float] = {}

    def add(self, units: Iterable[Unit]) -> None:
        """These are chosen."""
        for topic, minutes in by_topic(units).items():
            self._minutes[topic] = self._minutes.get(topic, 0.0) + minutes

    def crowded(self, units: Iterable[Unit]) -> str:
        """A topic that would take more than its share with these, or an empty string."""
        taken = self._minutes
        added = by_topic(units).items()
        return next((topic for topic, more in added if taken.get(topic, 0) + more > self.most), "")


def by_topic(units: Iterable[Unit]) -> dict[str, float]:
    """The minutes of these lessons on each topic."""
    minutes: dict[str, float] = {}
    for unit in units:
        for topic in unit.topics:
            minutes[topic] = minutes.get(topic, 0.0) + unit.minutes / len(unit.topics)
    return minutes
