"""A real uvicorn on loopback for whatever ASGI application a test wants to ask."""

import http.client
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, NamedTuple

import pytest
import uvicorn

from tests.support.ports import LOCAL, wait_until


class Reply(NamedTuple):
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes


@contextmanager
def served(application: Any) -> Iterator[int]:
    """Serve `application`; yields the port."""
    with socket.socket() as listener:
        listener.bind((LOCAL, 0))
        listener.listen(64)
        config = uvicorn.Config(application, lifespan="off", log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        assert wait_until(lambda: server.started)
        try:
            yield int(listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(10)


@pytest.fixture
def serve() -> Iterator[Callable[[Any], int]]:
    """`serve(application)` returns the port where it answers until the test is over."""
    with ExitStack() as stack:
        yield lambda application: stack.enter_context(served(application))


def ask(port: int, method: str = "GET", path: str = "/", **options: Any) -> Reply:
    """One request of http.client on a connection of its own."""
    connection = http.client.HTTPConnection(LOCAL, port, timeout=10)
    headers = {"Host": "localhost"} | options.pop("headers", {})
    try:
        connection.request(method, path, headers=headers, **options)
        answer = connection.getresponse()
        return Reply(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def talk(port: int, *parts: bytes, hang_up: bool = False) -> bytes:
    """Send raw bytes and read until the server closes (or, hanging up, nothing)."""
    with socket.create_connection((LOCAL, port), timeout=10) as line:
        for part in parts:
            line.sendall(part)
        if hang_up:
            return b""
        answer = b""
        with suppress(TimeoutError, ConnectionResetError):
            while chunk := line.recv(65536):
                answer += chunk
        return answer
