"""Many polls in one job: what fails with one holds up no other, and is left alone for a while.

Who failed how often is remembered by this process alone. A restart forgets it, which costs one
early try; every process that runs jobs counts for itself.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask

from hanmadang.kernel import clock

WAITS = (1, 5, 30)
"""Minutes until the next try, after one, two, and more failures in a row."""
RESTS = "hanmadang.polls.rests"
"""Where the app keeps who rests."""
log = logging.getLogger(__name__)


class StoppedError(RuntimeError):
    """This process is to end, and the work with it. Nobody's fault."""


@dataclass(slots=True)
class _Rest:
    """How often something failed in a row, and until when it rests."""

    failures: int
    until: datetime


def spared(
    app: Flask, about: str, work: Callable[[], object], waits: Sequence[int] = WAITS
) -> None:
    """Do the work unless it rests; should it fail, log that once and let only it rest.

    `about` names it in the log, "tables of question 7".
    """
    rests: dict[str, _Rest] = app.extensions.setdefault(RESTS, {})
    rest = rests.get(about)
    if rest is not None and clock.now() < rest.until:
        return
    try:
        work()
    except StoppedError:
        return
    except Exception:
        failures = rest.failures + 1 if rest else 1
        minutes = waits[min(failures, len(waits)) - 1]
        rests[about] = _Rest(failures, clock.now() + timedelta(minutes=minutes))
        log.exception("No %s; the next try is in %d minutes.", about, minutes)
    else:
        rests.pop(about, None)
