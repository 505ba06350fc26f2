"""Many polls in one job: what fails with one of them holds up none of the others."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

Item = TypeVar("Item")
log = logging.getLogger(__name__)


class NotAllDoneError(RuntimeError):
    """Some of a job's work failed, each logged with its number; raised once the rest is done."""


def each_apart(
    items: Iterable[Item],
    work: Callable[[Item], object],
    named: Callable[[Item], str],
) -> None:
    """Do the work for each; `named` tells the log what an item is.

    Raises NotAllDoneError at the end, so that the scheduler reports the job as failed.
    """
    failed = 0
    for item in items:
        try:
            work(item)
        except Exception:
            log.exception("%s failed and is tried again.", named(item))
            failed += 1
    if failed:
        raise NotAllDoneError(f"{failed} failed; the others are done.")
