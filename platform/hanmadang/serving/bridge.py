"""WSGI inside ASGI, for this house's needs: whole bodies in, whole bodies out, one hand-off.

The body is read on the event loop, so a slow client holds no thread; the app runs in a small
pool, one request at a time (`kernel.gate`); the joined answer goes back in one step. That costs
about 30 µs a request where a general bridge costs 400.
"""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes

from hanmadang.kernel.gate import turn
from hanmadang.kernel.uploads import most_bytes
from hanmadang.serving.short import Short

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Admits = Callable[[dict[str, Any]], bool]
Answer = tuple[int, list[tuple[bytes, bytes]], bytes]

BODY_BYTES = 1024 * 1024
"""Nothing the house accepts is larger, files aside; routes set their own, smaller limits."""
_MOST_UPLOADS = 4
"""Uploads held in memory at a time; others wait for their turn."""
BODY_SECONDS = 60.0
"""How long a body may take to arrive."""
_DROP_BYTES = 8 * BODY_BYTES
_THREADS = 32
_NOT_PASSED_ON = frozenset({b"content-length", b"transfer-encoding"})
_log = logging.getLogger(__name__)


class Bridge:
    """An ASGI application around a WSGI one."""

    def __init__(
        self,
        app: WsgiApp,
        body_seconds: float = BODY_SECONDS,
        short: Short | None = None,
        admits: Admits | None = None,
    ) -> None:
        self._app = app
        self._short = short
        self._admits = admits
        self._body_seconds = body_seconds
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="page")
        self._uploads = asyncio.Semaphore(_MOST_UPLOADS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request; one whose sender left before its end is dropped."""
        is_post = scope.get("method") == "POST"
        upload = most_bytes(scope.get("path", "")) if is_post else None
        if upload is None:
            await self._serve(scope, receive, send, BODY_BYTES)
        elif await self._is_admitted(scope):
            async with self._uploads:
                await self._serve(scope, receive, send, upload + BODY_BYTES)
        else:
            await self._serve(scope, receive, send, 0)

    async def _is_admitted(self, scope: Scope) -> bool:
        """Whether its sender may send a file: a stranger's is not held, and takes nobody's turn."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._admit, _environ(scope, b""))

    def _admit(self, environ: dict[str, Any]) -> bool:
        try:
            with turn():
                return self._admits is None or self._admits(environ)
        except Exception:  # noqa: BLE001  (its page will answer, and fail by itself)
            _log.exception("Whether a file may be sent could not be found out.")
            return False

    async def _serve(self, scope: Scope, receive: Receive, send: Send, most: int) -> None:
        """One answer; where `most` is 0 the body is dropped as it comes, and the app says why."""
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await (_read(scope, receive, most) if most else _dropped(scope, receive))
        except _GoneError:
            return
        except _UnusableBodyError as error:
            answer = error.answer
        except TimeoutError:
            answer = _TOO_SLOW
        else:
            environ = _environ(scope, body)
            found = await self._short(environ) if self._short else None
            answer = found or await self._ask(environ)
        status, headers, content = answer
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})

    async def _ask(self, environ: dict[str, Any]) -> Answer:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._pool, self._run, environ)
        except Exception:  # noqa: BLE001  (the log has it; the client gets an answer)
            _log.exception("A request failed, and so did its error page.")
            return _FAILED

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
        encoded = [(k.lower().encode("latin-1"), _header_bytes(v)) for k, v in headers]
        return int(status[:3]), encoded, content

    def close(self) -> None:
        """Wait for running requests and end the threads."""
        if self._short:
            self._short.close()
        self._pool.shutdown(wait=True)


class _GoneError(Exception):
    """The client hung up before its request was whole."""


class _UnusableBodyError(Exception):
    """The body is not read; carries what to say instead."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer[0])
        self.answer = answer


def _plain(status: int, text: str) -> Answer:
    """An answer that needs no app, and ends the connection: what follows cannot be trusted."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    return status, headers, text.encode()


_MALFORMED = _plain(400, "요청을 읽을 수 없습니다.\nThis request could not be read.\n")
_TOO_SLOW = _plain(408, "보내는 데 너무 오래 걸렸습니다.\nSending took too long.\n")
_TOO_LARGE = _plain(413, "내용이 너무 커서 받을 수 없습니다.\nThis is too large to send.\n")
_FAILED = _plain(500, "일시적인 오류가 났습니다.\nSomething went wrong on our side.\n")


def _refuse_write(_data: bytes) -> None:
    message = "The write() callable of PEP 3333 is not offered; return an iterable."
    raise TypeError(message)


def _header_bytes(value: str) -> bytes:
    """PEP 3333 asks for Latin-1; a name in Hangul that slipped in must not cost the answer."""
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode()


async def _read(scope: Scope, receive: Receive, most: int) -> bytes:
    """The whole body. Raises _GoneError, or _UnusableBodyError (no number, over the cap)."""
    declared = _declared(scope)
    if declared > most:
        await _drop(receive, declared)
        raise _UnusableBodyError(_TOO_LARGE)
    chunks, size, more = [], 0, True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise _GoneError
        chunks.append(event.get("body", b""))
        size += len(chunks[-1])
        more = event.get("more_body", False)
        if size > most:
            await _drop(receive, size)
            raise _UnusableBodyError(_TOO_LARGE)
    return b"".join(chunks)


async def _dropped(scope: Scope, receive: Receive) -> bytes:
    await _drop(receive, _declared(scope))
    return b""


def _declared(scope: Scope) -> int:
    """How long the body is said to be. Raises _UnusableBodyError where that is no number."""
    declared = next((v for k, v in scope["headers"] if k == b"content-length"), b"0")
    if not declared.isdigit():
        raise _UnusableBodyError(_MALFORMED)
    return int(declared)


async def _drop(receive: Receive, declared: int) -> None:
    """Take what is still on its way: closing on unread bytes would reset our answer away.

    Only up to `_DROP_BYTES`; who sends more does not read answers either.
    """
    left = _DROP_BYTES if declared <= _DROP_BYTES else 0
    while left > 0:
        event = await receive()
        left -= len(event.get("body", b""))
        if not event.get("more_body", False):
            return


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
        if b"_" in raw_name or raw_name in _NOT_PASSED_ON:
            continue
        name = raw_name.decode("latin-1").upper().replace("-", "_")
        key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
        value = raw_value.decode("latin-1")
        if key in environ:
            value = f"{environ[key]}{'; ' if name == 'COOKIE' else ','}{value}"
        environ[key] = value
    return environ
