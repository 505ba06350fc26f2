"""Live results over HTTP, without Flask: ``/live/<code>`` (events) and ``/live/<code>.json``.

A raw ASGI app, because a stream through WSGI would hold a thread per viewer. It shows public
counts only, so it asks for no session. ``?seen=<token>`` (given to pages of those who answered)
adds questions whose results are shown after answering.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from flask import Flask

from hanmadang.kernel import hints
from hanmadang.kernel.db import db
from hanmadang.polls.queries import is_seen_token, snapshot
from hanmadang.serving.hub import Frame, Full, Hub, Key, Viewer

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MOST_VIEWERS = 10_000
COME_BACK_S = 20
_PATH = re.compile(r"/live/([A-Za-z0-9]{1,12})(\.json)?")

_ALWAYS = {
    "x-content-type-options": "nosniff",
    "cross-origin-resource-policy": "same-origin",
    "content-security-policy": "default-src 'none'",
}
_STREAM = _ALWAYS | {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
}
_JSON = _ALWAYS | {"content-type": "application/json", "cache-control": "no-cache"}
_TEXT = _ALWAYS | {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"}


class Live:
    """The ASGI app. One per process; binds to the event loop of its first request."""

    def __init__(self, app: Flask, most: int = MOST_VIEWERS) -> None:
        self._app = app
        self._threads = ThreadPoolExecutor(2, "live-reader")
        self._loop: asyncio.AbstractEventLoop | None = None
        self.hub = Hub(self._read, most)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request below ``/live/``."""
        self._bind()
        found = _PATH.fullmatch(scope["path"])
        if found is None:
            await _reply(send, 404, _TEXT, b"Not found.\n")
        elif scope["method"] not in {"GET", "HEAD"}:
            await _reply(send, 405, _TEXT | {"allow": "GET, HEAD"}, b"Only GET.\n")
        else:
            code = found[1].upper()
            key = (code, self._has_seen(code, scope))
            await (self._snapshot if found[2] else self._stream)(key, scope, receive, send)

    async def start(self) -> None:
        """Hear hints in this loop; the first request would do it too."""
        self._bind()

    async def stop(self) -> None:
        """End all streams, so that the server can stop without waiting for its viewers."""
        self.hub.close()

    async def _snapshot(self, key: Key, scope: Scope, _receive: Receive, send: Send) -> None:
        frame = await self._read(key)
        if frame is None:
            await _reply(send, 404, _TEXT, b"No such poll.\n")
            return
        etag = f'"{frame.etag}"'
        if etag in _header(scope, b"if-none-match"):
            await _reply(send, 304, _ALWAYS | {"etag": etag, "cache-control": "no-cache"}, b"")
            return
        await _reply(send, 200, _JSON | {"etag": etag}, frame.body, scope["method"])

    async def _stream(self, key: Key, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "HEAD":
            await _reply(send, 200, _STREAM, b"", "HEAD")
            return
        viewer = Viewer(_Stream(send))
        try:
            channel = await self.hub.join(key, viewer)
        except Full:
            later = _TEXT | {"retry-after": str(COME_BACK_S)}
            await _reply(send, 503, later, b"The hall is full.\n")
            return
        if channel is None:
            await _reply(send, 404, _TEXT, b"No such poll.\n")
            return
        try:
            while (await receive())["type"] != "http.disconnect":
                pass
        finally:
            self.hub.leave(channel, viewer)

    async def _read(self, key: Key) -> Frame | None:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._read_now, key)

    def _read_now(self, key: Key) -> Frame | None:
        code, has_seen = key
        with self._app.app_context():
            found = snapshot(db.session(), code, has_answered=has_seen)
        if found is None:
            return None
        return Frame.of(found.hint, found.version, found.etag, found.body())

    def _has_seen(self, code: str, scope: Scope) -> bool:
        token = parse_qs(scope["query_string"].decode("latin-1")).get("seen", [""])[0]
        return bool(token) and is_seen_token(str(self._app.secret_key), code, token)

    def _bind(self) -> None:
        """Hear hints in this loop, from the first request on."""
        loop = asyncio.get_running_loop()
        if self._loop is loop:
            return
        self._loop = loop
        hints.of(self._app).listen(self._hear)

    def _hear(self, name: str) -> None:
        watched = self.hub.viewers > 0  # waking the loop for nobody costs a vote a tenth
        if watched and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.hub.hint, name)


class _Stream:
    """An answer that goes on: its head is sent with its first part."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._has_begun = False

    async def __call__(self, data: bytes) -> None:
        if not self._has_begun:
            self._has_begun = True
            await _start(self._send, 200, _STREAM)
        await self._send({"type": "http.response.body", "body": data, "more_body": bool(data)})


async def _start(send: Send, status: int, headers: dict[str, str]) -> None:
    pairs = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})


async def _reply(
    send: Send, status: int, headers: dict[str, str], body: bytes, method: str = "GET"
) -> None:
    length = {} if status == HTTPStatus.NOT_MODIFIED else {"content-length": str(len(body))}
    await _start(send, status, headers | length)
    shown = b"" if method == "HEAD" else body
    await send({"type": "http.response.body", "body": shown, "more_body": False})


def _header(scope: Scope, name: bytes) -> str:
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return ""
