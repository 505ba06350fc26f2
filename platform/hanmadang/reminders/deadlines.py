"""Ending a conversation in time, however slowly the other side drips."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hanmadang.kernel import clock


@contextmanager
def ended_by(line: socket.socket | None, end: float) -> Iterator[None]:
    """Cut the line at `end` (monotonic): a library's time-outs start anew with every byte.

    Raises TimeoutError when no time, or no line, is left to begin with.
    """
    left = end - clock.monotonic()
    if left <= 0 or line is None:
        raise TimeoutError("there was no time left")
    timer = threading.Timer(left, _cut, [line])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _cut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was closed in the meantime
