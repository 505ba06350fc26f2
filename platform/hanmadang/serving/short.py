"""The server's side of a short way: requests gather while a batch runs, then go together.

The event loop only queues; one thread answers. A batch costs one hand-over and one commit,
however many it holds; a request that comes alone goes at once.
"""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask, Request

from hanmadang.kernel import short
from hanmadang.kernel.configuration import settings
from hanmadang.kernel.gate import turn
from hanmadang.kernel.origins import behind

Environ = dict[str, Any]
Raw = tuple[int, list[tuple[bytes, bytes]], bytes]
MOST = 100
"""Requests in one batch: enough to make a commit cheap, few enough to answer soon."""
ENOUGH = 16
"""Requests that do not wait for the pace."""
PACE = 0.05
"""Seconds from the start of one batch to that of the next: at two hundred votes a second a batch
then holds ten, and costs little more than one."""
_log = logging.getLogger(__name__)


class Short:
    """Answers in batches what an app's short way takes; None where a page must decide."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._way = short.of(app)
        self._queue: list[tuple[Environ, asyncio.Future[Raw | None]]] = []
        self._is_running = False
        self._started = 0.0
        self._next: asyncio.TimerHandle | None = None
        """When a batch is due but may still grow."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="short-way")
        with app.app_context():
            self._believe = behind(settings().proxy_hops, _nothing)

    async def __call__(self, environ: Environ) -> Raw | None:
        """The answer, or None."""
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if not self._way.fits(method, path):
            return None
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Raw | None] = loop.create_future()
        self._queue.append((environ, future))
        if not self._is_running or (self._next and len(self._queue) >= ENOUGH):
            self._start(loop)
        answer = await future
        environ["wsgi.input"].seek(0)  # whoever decides instead reads it again
        return answer

    def close(self) -> None:
        """Wait for the running batch."""
        self._thread.shutdown(wait=True)

    def _start(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._next:
            self._next.cancel()
            self._next = None
        batch, self._queue = self._queue[:MOST], self._queue[MOST:]
        self._is_running = bool(batch)
        if batch:
            self._started = loop.time()
            self._thread.submit(self._run, loop, batch)

    def _run(self, loop: asyncio.AbstractEventLoop, batch: Sequence[tuple[Environ, Any]]) -> None:
        answers: Sequence[Raw | None] = [None] * len(batch)
        try:
            answers = self._answer([environ for environ, _ in batch])
        except Exception:  # noqa: BLE001  (the pages behind will answer)
            _log.exception("A short way failed")
        finally:
            loop.call_soon_threadsafe(self._settle, loop, batch, answers)

    def _settle(
        self,
        loop: asyncio.AbstractEventLoop,
        batch: Sequence[tuple[Environ, asyncio.Future[Raw | None]]],
        answers: Sequence[Raw | None],
    ) -> None:
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():  # its sender may have left
                future.set_result(answer)
        if len(self._queue) >= ENOUGH:
            self._start(loop)
        else:
            self._next = loop.call_at(self._started + PACE, self._start, loop)

    def _answer(self, environs: Sequence[Environ]) -> list[Raw | None]:
        with turn(), self._app.app_context():
            answers = self._way.answer([self._request(environ) for environ in environs])
        return [answer and _raw(answer) for answer in answers]

    def _request(self, environ: Environ) -> Request:
        self._believe(environ, _nothing)
        request = self._app.request_class(environ, populate_request=False)  # else a cycle
        request.trusted_hosts = self._app.config["TRUSTED_HOSTS"]
        return request


def _nothing(*_arguments: object) -> list[bytes]:
    return []


def _raw(answer: short.Answer) -> Raw:
    headers = [(name.lower().encode(), text.encode()) for name, text in answer.headers.items()]
    return answer.status, headers, answer.body
