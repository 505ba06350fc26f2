"""What requests cost a server in CPU, and the yardstick beside it: a bare Flask view."""

import http.client
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from proofs.house import LOCAL, ROOT, House, end, listening
from tests.support.ports import wait_until

Ask = Callable[[http.client.HTTPConnection, int], None]


def getting(path: str) -> Ask:
    """Ask for that page."""

    def ask(connection: http.client.HTTPConnection, _number: int) -> None:
        connection.request("GET", path)
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            message = f"{path} answered {response.status}"
            raise RuntimeError(message)

    return ask


def cost(pids: Sequence[int], port: int, ask: Ask, requests: int) -> float:
    """Seconds of CPU per request, of all these processes."""
    connection = http.client.HTTPConnection(LOCAL, port, timeout=30)
    for number in range(2):
        ask(connection, number)
    before = cpu(pids)
    for number in range(requests):
        ask(connection, number)
    spent = cpu(pids) - before
    connection.close()
    return spent / requests


def cpu(pids: Sequence[int]) -> float:
    """CPU seconds of processes so far, of all their threads, living and gone.

    To the nanosecond, where /proc counts in hundredths of a second: the yardstick's share of a
    round is a few of those. The clock's number is made as clock_getcpuclockid(3) makes it.
    """
    scheduler_time = 2
    return sum(time.clock_gettime((~pid << 3) | scheduler_time) for pid in pids)


@contextmanager
def yardstick(house: House) -> Iterator[tuple[int, int]]:
    """Serve the bare view; yields its process and its port."""
    with listening() as listener:
        command = [sys.executable, "-m", "proofs.bare", str(listener.fileno())]
        server = subprocess.Popen(
            command, cwd=ROOT, env=house.environment, pass_fds=[listener.fileno()]
        )
        port = listener.getsockname()[1]
        try:
            wait_until(lambda: _answers(port), 20)
            yield server.pid, port
        finally:
            end(server)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(LOCAL, port, timeout=20)
    connection.request("GET", "/")
    return connection.getresponse().status == 200
