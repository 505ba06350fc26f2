"""How sure a share, and a change between two shares, is: 95 % intervals. No numpy: pages use it.

Shares lie between 0 and 1. Only chance is in these intervals, and only where people were drawn
by chance.
"""

import math
from dataclasses import dataclass

Z = 1.959963984540054
"""Standard normal quantile of 97.5 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % interval, all between 0 and 1."""

    share: float
    low: float
    high: float
    n: float
    """People it rests on; the effective number where it is weighted."""

    @property
    def error(self) -> float:
        """Margin of error: half the interval that a share of one half would have (0 to 1)."""
        return margin_of_error(self.n)


@dataclass(frozen=True, slots=True)
class Change:
    """A later share minus an earlier one, with its 95 % interval, all between -1 and 1."""

    change: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Whether chance alone would hardly have made it: zero lies outside the interval."""
        return not self.low <= 0 <= self.high


def wilson(share: float, n: float) -> Share:
    """The interval of a share of `n` people after Wilson (1927, JASA 22); n need not be whole."""
    shrink = 1 + Z**2 / n
    middle = (share + Z**2 / (2 * n)) / shrink
    half = Z / shrink * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return Share(share, min(low, share), max(high, share), n)


def margin_of_error(n: float) -> float:
    """What surveys print as their maximum error at 95 %: 0.031 for 1,000 people."""
    return Z * math.sqrt(0.25 / n)


def change(before: Share, after: Share) -> Change:
    """The change between two groups of people, after Newcombe (1998, Statistics in Medicine 17).

    The groups are taken as independent; people who answered both make it look less sure than
    it is.
    """
    step = after.share - before.share
    down = math.hypot(after.share - after.low, before.high - before.share)
    up = math.hypot(after.high - after.share, before.share - before.low)
    return Change(step, max(-1.0, step - down), min(1.0, step + up))
