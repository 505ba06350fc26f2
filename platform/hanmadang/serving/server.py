"""Running the house: one process for a small city, several behind one port for a large one."""

import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass

import uvicorn
from flask import Flask

from hanmadang.kernel import clock
from hanmadang.serving.asgi import House

SWITCH_SECONDS = 0.0005
"""How soon a busy page thread lets the live streams in (Python's default is 5 ms)."""
_BACKLOG = 2048
_RESTART_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address to open in a browser on this machine."""
        return f"http://{self.host}:{self.port}"


class PortTakenError(Exception):
    """Something else listens there already."""


def listen(place: Place) -> socket.socket:
    """A listening socket; raises PortTakenError with the fix in its message."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((place.host, place.port))
    except OSError as error:
        listener.close()
        message = f"Port {place.port} is taken ({error.strerror}): stop what uses it, or set PORT."
        raise PortTakenError(message) from error
    listener.listen(_BACKLOG)
    listener.set_inheritable(True)
    return listener


def run(app: Flask, listener: socket.socket, *, scheduler: bool) -> None:
    """Serve on `listener` until SIGTERM or SIGINT."""
    sys.setswitchinterval(SWITCH_SECONDS)
    config = uvicorn.Config(
        House(app, scheduler=scheduler),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=64 * 1024,
        backlog=_BACKLOG,
    )
    uvicorn.Server(config).run(sockets=[listener])


class Supervisor:
    """Scale mode: page-and-live processes that share one socket, and schedulers beside them.

    A child that ends is started again after a second; the database decides who does what, so
    any number of each may run, here or on other machines.
    """

    def __init__(self, listener: socket.socket, *, workers: int, schedulers: int) -> None:
        self._listener = listener
        worker = ["serve", "--worker", str(listener.fileno())]
        self._commands = [worker] * workers + [["scheduler"]] * schedulers
        self._children: list[subprocess.Popen[bytes]] = []
        self._stopping = threading.Event()

    def run(self) -> None:
        """Start all children and keep them running until `stop`."""
        self._children = [self._spawn(command) for command in self._commands]
        while not self._stopping.wait(_RESTART_SECONDS):
            for place, child in enumerate(self._children):
                if child.poll() is not None:
                    self._children[place] = self._spawn(self._commands[place])
        for child in self._children:
            child.terminate()
        deadline = clock.monotonic() + 15
        for child in self._children:
            child.wait(max(0.1, deadline - clock.monotonic()))

    def stop(self) -> None:
        """Ask for an orderly end; safe in a signal handler."""
        self._stopping.set()

    def _spawn(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", "flask", *command]
        return subprocess.Popen(line, pass_fds=[self._listener.fileno()])  # noqa: S603 (our own)
