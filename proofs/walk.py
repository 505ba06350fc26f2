"""Walk: eight steps of a first evening in a real browser, in two languages at two widths.

The live results of the twin stand still: neither its stream nor its snapshots ever change.
"""

import os
import sys
import traceback
from pathlib import Path

from playwright.sync_api import Browser

from proofs import Run, Verdict
from tests.browser.city import City, city
from tests.browser.journey import Way, journey
from tests.browser.steps import STEPS
from tests.browser.visitor import Journal
from tests.support.browser import DESK, PHONE, chromium

WAYS = tuple(Way(language, width) for width in (PHONE, DESK) for language in ("ko", "en"))


def prove(run: Run) -> Verdict:
    """Every step on every way. SCALE=0.5 stays on the phone; WALK_SHOTS=folder keeps pictures."""
    ways = WAYS[: run.size(len(WAYS))]
    shots = os.environ.get("WALK_SHOTS")
    journal = Journal(Path(shots) if shots else None)
    with city("proofs.wsgi_walk" if run.twin else "wsgi") as served, chromium() as browser:
        steps = sum(_walk(served, browser, way, journal) for way in ways)
    for fault in journal.faults:
        print(fault, file=sys.stderr)
    languages, widths = ({getattr(way, name) for way in ways} for name in ("language", "width"))
    slowest = max(journal.moved_s, default=-1.0)
    summary = (
        f"{len(STEPS)} steps x {len(languages)} languages x {len(widths)} widths,"
        f" {steps} of {len(STEPS) * len(ways)} steps done, {len(journal.pages)} pages,"
        f" {journal.violations} axe violations, {len(journal.faults)} faults,"
        + (f" bars moved in {slowest:.2f} s" if journal.moved_s else " bars did not move")
    )
    figures = {
        "steps": steps,
        "pages": len(journal.pages),
        "axe_violations": journal.violations,
        "faults": len(journal.faults),
        "bars_moved_s": round(slowest, 3),
    }
    return Verdict(steps == len(STEPS) * len(ways) and not journal.faults, summary, figures)


def _walk(served: City, browser: Browser, way: Way, journal: Journal) -> int:
    """How many steps could be taken; each stands on those before, so a failure ends the walk."""
    with journey(served, browser, way, journal) as walk:
        try:
            walk.take(STEPS)
        except Exception as error:  # noqa: BLE001  (whatever it is, the step failed)
            step = STEPS[walk.taken].__name__
            journal.faults.append(f"{way} {step}: {_last_line(error)}")
        return walk.taken


def _last_line(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} {str(error).partition(chr(10))[0]} ({place.name})"
