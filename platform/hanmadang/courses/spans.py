"""Which seconds of a recording were played: sorted, disjoint pairs (from, up to).

A set, so that a report that comes late, twice or in another order leads to the same, and it can
only grow.
"""

from collections.abc import Iterable, Sequence

Span = tuple[int, int]


def merged(spans: Iterable[Sequence[int]], seconds: int) -> list[list[int]]:
    """The same seconds in the fewest spans, within a recording of that length."""
    found: list[list[int]] = []
    for start, stop in sorted((max(a, 0), min(b, seconds)) for a, b in spans):
        if start >= stop:
            continue
        if found and start <= found[-1][1]:
            found[-1][1] = max(found[-1][1], stop)
        else:
            found.append([start, stop])
    return found


def total(spans: Iterable[Sequence[int]]) -> int:
    """How many seconds merged spans hold."""
    return sum(stop - start for start, stop in spans)
