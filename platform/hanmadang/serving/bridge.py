"""WSGI inside ASGI, for this house's needs: whole bodies in, whole bodies out, one hand-off.

The body is read on the event loop, so a slow client holds no thread; the app runs in a small
pool, one request at a time (`kernel.gate`); the joined answer goes back in one step. That costs
about 30 µs a request where a general bridge costs 400.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from hanmadang.kernel.gate import turn

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]

BODY_BYTES = 1024 * 1024
"""Nothing the house accepts is larger; routes set their own, smaller limits."""
_THREADS = 32
_TOO_LARGE: Answer = (413, [(b"content-type", b"text/plain; charset=utf-8")], b"Too large.\n")


class Bridge:
    """An ASGI application around a WSGI one."""

    def __init__(self, app: WsgiApp) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        body = await _read(scope, receive)
        if body is None:
            answer = _TOO_LARGE
        else:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._pool, self._run, _environ(scope, body))
        status, headers, content = answer
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    def _run(self, environ: dict[str, Any]) -> Answer:
        started: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> Any:
            started[:] = (status, headers)
            return _refuse_write

        with turn():
            parts = self._app(environ, start_response)
            try:
                content = b"".join(parts)
            finally:
                close = getattr(parts, "close", None)
                if close is not None:
                    close()
        status, headers = started
        encoded = [(k.lower().encode("latin-1"), v.encode("latin-1")) for k, v in headers]
        return int(status[:3]), encoded, content

    def close(self) -> None:
        """Wait for running requests and end the threads."""
        self._pool.shutdown(wait=True)


def _refuse_write(_data: bytes) -> None:
    message = "The write() callable of PEP 3333 is not offered; return an iterable."
    raise TypeError(message)


async def _read(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body; None when it is larger than `BODY_BYTES`."""
    declared = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
    if int(declared) > BODY_BYTES:
        return None
    chunks, size, more = [], 0, True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            break
        chunks.append(event.get("body", b""))
        size += len(chunks[-1])
        more = event.get("more_body", False)
        if size > BODY_BYTES:
            return None
    return b"".join(chunks)


def _environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """The request as PEP 3333 wants it; header names with an underscore are dropped."""
    host, port = scope.get("server") or ("localhost", 0)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"].partition(b"?")[0]).decode("latin-1"),
        "RAW_URI": scope["raw_path"].decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(host),
        "SERVER_PORT": str(port or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("", 0))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "CONTENT_LENGTH": str(len(body)),
    }
    for raw_name, raw_value in scope["headers"]:
        if b"_" in raw_name or raw_name == b"content-length":
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        if key in environ:
            value = f"{environ[key]}{'; ' if name == 'COOKIE' else ','}{value}"
        environ[key] = value
    return environ
