"""How those who suggest statements are named, and in which order a device sees statements."""

from collections.abc import Iterable

from hanmadang.kernel.ids import keyed
from hanmadang.polls.rules_audience import NO_PERSON, Person

LONGEST_STATEMENT = 140
MOST_WAITING = 5
"""How many suggestions of one device may wait for a moderator at a time."""


def suggester_of(secret: str | None, device: str) -> Person:
    """The names of a device as a suggester; none once the secret is gone, or for no device.

    They are other names than those of its ballot and of its audience questions.
    """
    if not secret or not device:
        return NO_PERSON
    return Person(keyed(secret, "suggest", device), "", keyed(secret, "suggest mark", device))


def shuffled(device: str, ids: Iterable[int]) -> list[int]:
    """Statements in an order of this device's own, the same each time.

    Whoever gives up early has then not seen the same few as everybody else.
    """
    return sorted(ids, key=lambda id_: keyed(device, "order", id_))
