"""No small numbers: which counts may be shown so that nobody below ten follows by subtraction."""

from collections.abc import Sequence

LEAST = 10
"""People whom any published count must cover."""


def shown(counts: Sequence[int], rest: int = 0) -> tuple[bool, ...]:
    """Which of some counts may stand beside their total; `rest` is the part that is never shown.

    Counts under ten are hidden. What is hidden follows from the total as one sum: while that is
    under ten as well, the next smallest count is hidden too.
    """
    hidden = {place for place, count in enumerate(counts) if count < LEAST}
    missing = rest + sum(counts[place] for place in hidden)
    for place in sorted(range(len(counts)), key=lambda place: counts[place]):
        if 0 < missing < LEAST and place not in hidden:
            hidden.add(place)
            missing += counts[place]
    return tuple(place not in hidden for place in range(len(counts)))
