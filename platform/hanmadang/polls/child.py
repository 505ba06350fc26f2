"""A child process: one worker, polite and within its limits, one order in, answers out.

``python -m hanmadang.polls.child WORKER SECONDS MEGABYTES`` reads an order as JSON from its
standard input and prints each answer as one line of JSON. It writes nothing else; `children`
starts it, so that no page waits for seconds of numpy and the web process never imports it.
"""

import json
import os
import resource
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

WORKERS = {"opinions": "hanmadang.polls.opinion_child", "tables": "hanmadang.polls.survey.worker"}
"""By name; imported only here, because each needs numpy."""
_POLITE = 10
_MEGABYTE = 1024 * 1024


def main(worker: str, seconds: int, megabytes: int, workers: Mapping[str, str] = WORKERS) -> None:
    """Answer the order on standard input."""
    os.nice(_POLITE)
    # Processor time, so that a child whose parent was killed ends by itself.
    _limit(resource.RLIMIT_CPU, seconds)
    _limit(resource.RLIMIT_AS, megabytes * _MEGABYTE)
    found = import_module(workers[worker])
    order: Mapping[str, Any] = json.load(sys.stdin)
    answers: Iterable[Any] = found.answers(order)
    for answer in answers:
        json.dump(answer, sys.stdout)
        sys.stdout.write("\n")


def _limit(what: int, most: int) -> None:
    with suppress(ValueError, OSError):  # a system that cannot hold it, or holds it tighter
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
