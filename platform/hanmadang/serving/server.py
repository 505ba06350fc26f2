"""Running the house: one process for a small city, several behind one port for a large one."""

import asyncio
import errno
import gc
import logging
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import uvicorn
from flask import Flask

from hanmadang.kernel import clock
from hanmadang.serving.asgi import House

SWITCH_SECONDS = 0.0005
"""How soon a busy page thread lets the live streams in (Python's default is 5 ms)."""
_COLLECTING = (50_000, 20, 100)
"""When garbage is looked for (see `gc.set_threshold`). With Python's own numbers what thousands of
streams are just sending looks long-lived, and pages wait for whole collections."""
PATIENCE_SECONDS = 15.0
"""How long the supervisor waits for its children to end by themselves."""
_BACKLOG = 2048
_RESTART_SECONDS = 1.0
_RELEASE_SECONDS = 0.1
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Place:
    """Where to listen."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address to open in a browser on this machine."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 (shown)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"


class CannotListenError(Exception):
    """The port is taken or the address is not ours; the message says how to mend it."""


def listen(place: Place) -> socket.socket:
    """A listening socket; raises CannotListenError with the fix in its message."""
    family = socket.AF_INET6 if ":" in place.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((place.host, place.port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise CannotListenError(_remedy(place, error)) from error
    listener.set_inheritable(True)
    return listener


def _remedy(place: Place, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {place.port} is taken: stop what uses it, or set PORT to another one."
    where = f"{place.host}:{place.port}"
    return f"Cannot listen on {where} ({error.strerror}): set HOST or PORT to another one."


def run(app: Flask, listener: socket.socket, *, scheduler: bool) -> None:
    """Serve on `listener` until SIGTERM or SIGINT."""
    sys.setswitchinterval(SWITCH_SECONDS)
    house = House(app, scheduler=scheduler)
    config = uvicorn.Config(
        house,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
        h11_max_incomplete_event_size=64 * 1024,
        backlog=_BACKLOG,
    )
    gc.set_threshold(*_COLLECTING)
    gc.freeze()  # the app stays to the end: no collection, nor the exit, need look through it
    with suppress(KeyboardInterrupt):
        _Server(config, house).run(sockets=[listener])


class _Server(uvicorn.Server):
    """Ends the live streams first: uvicorn waits for open answers, and those never end."""

    def __init__(self, config: uvicorn.Config, house: House) -> None:
        super().__init__(config)
        self._house = house

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        releasing = asyncio.create_task(self._release())
        try:
            await super().shutdown(sockets)
        finally:
            releasing.cancel()

    async def _release(self) -> None:
        """Again and again: a viewer may be on the way in when the signal comes."""
        while True:
            await self._house.release()
            await asyncio.sleep(_RELEASE_SECONDS)


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
        """Start all children and keep them running until `stop`; none is left afterwards."""
        try:
            for command in self._commands:
                self._children.append(self._spawn(command))
            while not self._stopping.wait(_RESTART_SECONDS):
                self._restart_ended()
        finally:
            self._end_all()

    def stop(self) -> None:
        """Ask for an orderly end; safe in a signal handler."""
        self._stopping.set()

    def _restart_ended(self) -> None:
        for place, child in enumerate(self._children):
            if child.poll() is not None:
                command = self._commands[place]
                _log.error("`%s` ended (%s); starting it again.", command[0], child.returncode)
                self._children[place] = self._spawn(command)

    def _end_all(self) -> None:
        for child in self._children:
            child.terminate()
        deadline = clock.monotonic() + PATIENCE_SECONDS
        for child in self._children:
            try:
                child.wait(max(0.1, deadline - clock.monotonic()))
            except subprocess.TimeoutExpired:
                _log.error("Process %d did not end; killing it.", child.pid)
                child.kill()
                child.wait()

    def _spawn(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        line = [sys.executable, "-m", "flask", *command]
        return subprocess.Popen(line, pass_fds=[self._listener.fileno()])  # noqa: S603 (our own)
