"""Heavy work in child processes, one poll at a time, each with its time and memory."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from flask import Flask

from hanmadang.kernel import clock
from hanmadang.paths import PACKAGES
from hanmadang.polls.apart import StoppedError
from hanmadang.reminders.ticks import stopping

_LOOK = 0.5
"""Seconds between two looks at whether this process is to end."""
_NEEDED = ("PATH", "SYSTEMROOT", "LD_LIBRARY_PATH")
_OF_THE_DATABASE = ("HOME", "PG")
"""How the names of those variables begin that PostgreSQL's library may need to find a server."""


@dataclass(frozen=True, slots=True)
class Child:
    """A kind of child, and what it may take."""

    worker: str
    """A name in the module's `WORKERS`."""
    seconds: int
    megabytes: int = 2048
    reads_database: bool = False
    module: str = "hanmadang.polls.child"
    """What is run; a room above has its own."""

    def surroundings(self) -> dict[str, str]:
        """Only what Python and, where it is read, the database need: no secret of ours."""
        names = (*_NEEDED, *_OF_THE_DATABASE) if self.reads_database else _NEEDED
        kept = {name: value for name, value in os.environ.items() if name.startswith(names)}
        return kept | {"PYTHONPATH": str(PACKAGES), "OPENBLAS_NUM_THREADS": "1"}


class ChildError(RuntimeError):
    """A child ended without its answers."""


def ask(app: Flask, child: Child, order: Any) -> Iterator[Any]:
    """All answers of a child that has ended well, read one at a time.

    They wait in a file without a name, so that this process never holds them all. Raises
    ChildError, and StoppedError when this process is to end.
    """
    answers = tempfile.TemporaryFile()  # noqa: SIM115  (closed when it is read)
    try:
        _run(app, child, json.dumps(order).encode(), answers)
    except BaseException:
        answers.close()
        raise
    return _read(answers)


def _run(app: Flask, child: Child, order: bytes, answers: IO[bytes]) -> None:
    limits = (str(child.seconds), str(child.megabytes))
    running = subprocess.Popen(  # noqa: S603  (a module of ours)
        [sys.executable, "-m", child.module, child.worker, *limits],
        env=child.surroundings(),
        stdin=subprocess.PIPE,
        stdout=answers,
        stderr=subprocess.PIPE,
    )
    with running:
        said = _waited(app, running, order, child.seconds)
    if running.returncode:
        last = said.decode(errors="replace").strip().rpartition("\n")[2]
        raise ChildError(f"A child for {child.worker} ended with {running.returncode}: {last}")


def _waited(app: Flask, running: "subprocess.Popen[bytes]", order: bytes, seconds: float) -> bytes:
    """What it said on standard error; it is killed at its limit, or when all is to end."""
    until, sent = clock.monotonic() + seconds, order
    try:
        while True:
            try:
                return running.communicate(sent or None, timeout=_LOOK)[1]
            except subprocess.TimeoutExpired:
                sent = b""  # it keeps the rest itself
                if stopping(app).is_set():
                    raise StoppedError from None
                if clock.monotonic() > until:
                    raise ChildError(f"A child took more than {seconds} seconds.") from None
    except BaseException:
        running.kill()
        raise


def _read(answers: IO[bytes]) -> Iterator[Any]:
    with answers:
        answers.seek(0)
        for line in answers:
            yield json.loads(line)
