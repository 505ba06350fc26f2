"""When the cross-tables of an open poll may move: in batches of at least k, or not at all.

Two releases subtracted give a table of those who answered between them, so that table is held to
the same rule as a release: every published cell has gained at least k, and within what is hidden
the newcomers are protected among themselves. Bands, tables and hidden cells of the first release
stay until the end; a cell shown later would give its past away. Open totals may tick meanwhile.
"""

from dataclasses import replace

import numpy as np

from hanmadang.polls.survey.cube import Cube, cells, margin
from hanmadang.polls.survey.disclosure import Part, Publication, bounds
from hanmadang.polls.survey.suppression import protected


def next_release(last: Publication, cube: Cube) -> Publication:
    """Each part moved to the new counts where it may be, as it was where not."""
    parts = tuple(moved(part, cube) or part for part in last.parts)
    return Publication(cube.n, parts, last.withheld)


def moved(part: Part, cube: Cube) -> Part | None:
    """The part with new counts; None while too few have come, or too many have changed."""
    now = cube.of(part.cube.codes).grouped(part.groupings)
    gain = now.counts - part.cube.counts
    if not gains_enough(part, now):
        return None
    newcomers = np.maximum(gain, 0)
    found = protected(
        newcomers, part.tables, part.hidden, part.limits.smallest, most=len(part.hidden)
    )
    if found is None:
        return None
    worlds = (
        *(world + gain for world in part.worlds),
        *(now.counts - newcomers + world for world in found.worlds),
    )
    if any((world < 0).any() for world in worlds):
        return None  # changed answers took away what an earlier world stood on
    next_part = replace(part, cube=now, worlds=worlds)
    return replace(next_part, bounds=bounds(next_part, worlds))


def gains_enough(part: Part, now: Cube) -> bool:
    """Whether every published cell has gained at least k people."""
    for table in part.tables:
        gain = margin(now.counts, table) - margin(part.cube.counts, table)
        shown = (cell for cell in cells(now.counts.shape, table) if cell not in part.hidden)
        if any(gain[cell[1]] < part.limits.smallest for cell in shown):
            return False
    return True
