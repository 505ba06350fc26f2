"""Free ports, and waiting for somebody to answer on one."""

import socket
import time
from collections.abc import Callable
from subprocess import Popen

LOCAL = "127.0.0.1"


def free_port() -> int:
    """A port of this machine that nobody holds at the moment."""
    with socket.socket() as probe:
        probe.bind((LOCAL, 0))
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody accepts connections there."""
    try:
        socket.create_connection((LOCAL, port), timeout=1).close()
    except OSError:
        return False
    return True


def wait_until(
    ready: Callable[[], bool], for_s: float = 30, process: Popen[bytes] | None = None
) -> bool:
    """Ask until it is so; give up when the time is over or the process has died."""
    end = time.monotonic() + for_s
    while time.monotonic() < end:
        if ready():
            return True
        if process is not None and process.poll() is not None:
            return False
        time.sleep(0.02)
    return False
