"""One request runs at a time in a process; whoever waits steps aside.

Two Python threads that both want the interpreter slow each other down (949 to 389 requests a
second with eight). The server holds this gate while a request computes; code that waits for
something outside (the group writer, a socket) opens it with `aside`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_gate = threading.Lock()
_holding = threading.local()


@contextmanager
def turn() -> Iterator[None]:
    """Hold the gate for one request."""
    with _gate:
        _holding.now = True
        try:
            yield
        finally:
            _holding.now = False


@contextmanager
def aside() -> Iterator[None]:
    """Let others run while this thread waits; does nothing where no gate is held."""
    if not getattr(_holding, "now", False):
        yield
        return
    _gate.release()
    _holding.now = False
    try:
        yield
    finally:
        _gate.acquire()
        _holding.now = True
