"""A hall's phones: many cheap connections, each from an address of its own on this machine.

Raw HTTP/1.1 over asyncio, because the load shares two cores with what it measures.
"""

import asyncio
import resource
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import NamedTuple
from urllib.parse import urlencode

from hanmadang.kernel.ids import keyed, new_key, new_secret
from proofs.house import LOCAL, SECRET

_places = count(1)
_RETRY_S = 0.1
_HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: hm_device={device}\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
)
FILES = 65_536


class Reply(NamedTuple):
    """What came back."""

    status: int
    head: bytes
    body: bytes


class Line(asyncio.Protocol):
    """One kept connection from its own loopback address; opened anew where it broke."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._address = address(next(_places))
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._waiting: asyncio.Future[Reply] | None = None

    async def ask(self, request: bytes) -> Reply:
        """Send and wait for the answer. Raises OSError when the connection breaks."""
        if self._transport is None or self._transport.is_closing():
            await self._open()
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    async def insist(self, request: bytes) -> Reply:
        """Send again until there is an answer that is not 5xx: what a phone's script does."""
        while True:
            with suppress(OSError):
                reply = await self.ask(request)
                if reply.status < 500:
                    return reply
            await asyncio.sleep(_RETRY_S)

    def sibling(self) -> "Line":
        """Another line to the same server."""
        return Line(self._port)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        here = (self._address, 0)
        await loop.create_connection(lambda: self, LOCAL, self._port, local_addr=here)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes came."""
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if found and len(body) >= _length(head):
            self._buffer = b""
            if self._waiting and not self._waiting.done():
                self._waiting.set_result(Reply(int(head[9:12]), head, body))

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: the other side is gone."""
        self._transport = None
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(ConnectionResetError(str(error)))


def _length(head: bytes) -> int:
    _before, found, after = head.lower().partition(b"content-length:")
    return int(after.partition(b"\r\n")[0]) if found else 0


def address(number: int) -> str:
    """One of the sixteen million addresses of this machine."""
    return f"127.{1 + number // 60_000 % 250}.{number // 240 % 250}.{1 + number % 240}"


def get(path: str, cookie: str = "") -> bytes:
    """A request for a page."""
    also = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{also}\r\n".encode()


@dataclass(frozen=True, slots=True)
class Sent:
    """One sending of a device's answers; the same bytes however often they are sent."""

    device: str
    answers: tuple[tuple[int, tuple[int, ...]], ...]
    """Option ids by question."""
    request: bytes


def sending(path: str, answers: Sequence[tuple[int, Sequence[int]]], device: str = "") -> Sent:
    """A form as a browser sends it, with a fresh key."""
    device = device or new_secret()
    fields = [("csrf_token", keyed(SECRET, "form", device)), ("idempotency_key", new_key())]
    fields += [(f"q{id_}", str(option)) for id_, options in answers for option in options]
    body = urlencode(fields)
    head = _HEAD.format(path=path, device=device, length=len(body))
    kept = tuple((id_, tuple(sorted(options))) for id_, options in answers)
    return Sent(device, kept, (head + body).encode())


async def at_once(port: int, lines: int, work: Iterable[Callable[[Line], Awaitable[None]]]) -> None:
    """Do all the work over that many connections."""
    left = iter(work)

    async def run() -> None:
        line = Line(port)
        for each in left:
            await each(line)
        line.close()

    await asyncio.gather(*(run() for _ in range(lines)))


def allow_many_files(wanted: int = FILES) -> None:
    """Raise this process's limit of open connections (children inherit it)."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))
