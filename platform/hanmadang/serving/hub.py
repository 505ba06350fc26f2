"""The hub: for each watched poll a reader turns hints into frames and a writer hands them round.

A frame is a whole snapshot, so a viewer may miss any number of them. The first change after a
quiet time goes out at once; then a viewer gets at most five frames a second, fewer in a large
audience: the writer goes round evenly, a few viewers at a time and who waited longest first, so
that pages and votes have the machine in between. Hints may be lost: while anybody watches, the
snapshot is read again every two seconds.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Generator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from types import coroutine
from typing import Any

SHORTEST = 0.2
"""Seconds between two readings of one poll."""
PER_VIEWER = 0.00008
"""Seconds a round takes per viewer: four times what writing to one socket costs."""
TOGETHER = 50
"""Viewers written to before anything else gets its turn: one millisecond of work."""
SLOWEST_READ = 2.0
"""Seconds after which the snapshot is read again without any hint."""
HEARTBEAT = 15.0
"""Seconds of silence after which a comment keeps the connection alive."""
BEAT = b": still here\n\n"
RETRY_MS = 3000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Frame:
    """A snapshot made ready once for all viewers."""

    name: str
    """What a change of is hinted: ``poll:7``."""
    etag: str
    body: bytes
    event: bytes
    """The body as a server-sent event."""

    @classmethod
    def of(cls, name: str, version: int, etag: str, body: bytes) -> "Frame":
        """Wrap a snapshot's body; `version` becomes the event's id."""
        event = b"id: %d\nretry: %d\ndata: %b\n\n" % (version, RETRY_MS, body)
        return cls(name, etag, body, event)


Key = tuple[str, bool]
"""A poll's code, and whether the viewer may see what is for those who answered."""
Read = Callable[[Key], Awaitable[Frame | None]]
Send = Callable[[bytes], Coroutine[Any, None, None]]
"""Sends a part of the stream; nothing ends it."""


def started(work: Coroutine[Any, None, None]) -> asyncio.Task[None] | None:
    """Run a coroutine up to where it must wait; a task if it must, None if it is done.

    A frame nearly always fits into the socket: ten thousand tasks a round would only cost time.
    """
    try:
        first = work.send(None)
    except StopIteration:
        return None
    return asyncio.get_running_loop().create_task(_rest(work, first))


async def _rest(work: Coroutine[Any, None, None], first: Any) -> None:
    await _waiting(work, first)


@coroutine
def _waiting(work: Coroutine[Any, None, None], first: Any) -> Generator[Any, None, None]:
    yield first
    yield from work.__await__()


class Viewer:
    """One open connection."""

    def __init__(self, send: Send) -> None:
        self.round = 0
        """The last round in which it was shown something, or which was on when it came."""
        self._send = send
        self._sent: Frame | None = None
        self._due: Frame | None = None
        self._is_gone = False
        self._is_busy = False
        self._task: asyncio.Task[None] | None = None
        """Kept while a slow connection is waited for: the loop alone would lose it."""

    def show(self, frame: Frame) -> None:
        """Send a frame, or a sign of life in place of one sent before.

        A slow connection skips frames: while it is still busy with one, only the last waits.
        """
        self._due = frame
        self._go_on()

    def dismiss(self) -> None:
        """End the stream."""
        self._is_gone = True
        self._go_on()

    def _go_on(self) -> None:
        if not self._is_busy:
            self._is_busy = True
            self._task = started(self._send_all())

    async def _send_all(self) -> None:
        with suppress(OSError):  # the connection may be gone already
            while self._due:
                frame, self._due = self._due, None
                await self._send(BEAT if frame is self._sent else frame.event)
                self._sent = frame
            if self._is_gone:
                await self._send(b"")
                return  # and stays busy: nothing may follow
        self._is_busy = False


class Channel:
    """One poll and those who watch it."""

    def __init__(self, key: Key, frame: Frame, read: Read) -> None:
        self.key = key
        self.frame = frame
        self.viewers: OrderedDict[Viewer, None] = OrderedDict()
        """Who was shown something longest ago stands first."""
        self.changed = asyncio.Event()
        self._read = read
        self._round = 0
        self._round_began = asyncio.Event()

    def add(self, viewer: Viewer) -> None:
        """A newcomer sees the present frame at once, and the next in the next round."""
        viewer.round = self._round
        self.viewers[viewer] = None
        viewer.show(self.frame)

    async def run(self) -> None:
        """Read, and hand the frames round, until the last viewer is gone."""
        async with asyncio.TaskGroup() as group:
            writer = group.create_task(self._write())
            await self._follow()
            writer.cancel()

    def dismiss(self) -> None:
        """End every stream."""
        for viewer in tuple(self.viewers):
            viewer.dismiss()

    async def _follow(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        while self.viewers:
            await self._hint_or_time()
            deadline = loop.time() + self._pause
            self.changed.clear()
            frame = await self._read(self.key)
            is_new = frame is not None and frame.etag != self.frame.etag
            if frame is not None and is_new:
                self.frame = frame
            if is_new or loop.time() - began > HEARTBEAT:
                began = loop.time()
                self._round += 1
                self._round_began.set()
            await asyncio.sleep(max(0.0, deadline - loop.time()))

    @property
    def _pause(self) -> float:
        """Half as long where a round takes longer anyway: then nobody is shown more for it."""
        is_long = len(self.viewers) * PER_VIEWER > SHORTEST
        return SHORTEST / 2 if is_long else SHORTEST

    async def _hint_or_time(self) -> None:
        try:
            await asyncio.wait_for(self.changed.wait(), SLOWEST_READ)
        except TimeoutError:
            return

    async def _write(self) -> None:
        """Go round; a round that begins before the last one ended goes on where that one was."""
        loop = asyncio.get_running_loop()
        while True:
            await self._round_began.wait()
            self._round_began.clear()
            due = loop.time()
            while shown := self._show_some():
                due = max(due + shown * PER_VIEWER, loop.time())
                await asyncio.sleep(due - loop.time())

    def _show_some(self) -> int:
        """How many were shown it: none when everybody had the present round."""
        shown = 0
        for viewer in tuple(islice(self.viewers, TOGETHER)):
            if viewer.round == self._round:
                break
            viewer.round = self._round
            viewer.show(self.frame)
            self.viewers.move_to_end(viewer)
            shown += 1
        return shown


class Full(Exception):  # noqa: N818  (a state of the house, not a mistake)
    """No more viewers fit; come back later or poll the snapshot."""


class Hub:
    """All channels of one event loop."""

    def __init__(self, read: Read, most: int) -> None:
        self._read = read
        self._most = most
        self._channels: dict[Key, Channel] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.viewers = 0

    async def join(self, key: Key, viewer: Viewer) -> Channel | None:
        """Watch a poll; None where there is none. Raises Full."""
        if self.viewers >= self._most:
            raise Full
        channel = self._channels.get(key)
        if channel is None:
            frame = await self._read(key)
            if frame is None:
                return None
            channel = self._channels.get(key) or Channel(key, frame, self._read)
        channel.add(viewer)
        self.viewers += 1
        if self._channels.get(key) is not channel:
            self._start(channel)
        return channel

    def leave(self, channel: Channel, viewer: Viewer) -> None:
        """Stop watching."""
        channel.viewers.pop(viewer, None)
        self.viewers -= 1
        if not channel.viewers:
            channel.changed.set()  # lets its coroutine see that nobody is left

    def hint(self, name: str) -> None:
        """A poll changed (or, with an empty name, any may have); call in the loop."""
        for channel in self._channels.values():
            if not name or channel.frame.name == name:
                channel.changed.set()

    def close(self) -> None:
        """End every stream, so that the server can stop without waiting for its viewers."""
        for channel in self._channels.values():
            channel.dismiss()

    def _start(self, channel: Channel) -> None:
        self._channels[channel.key] = channel
        task = asyncio.get_running_loop().create_task(self._run(channel))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, channel: Channel) -> None:
        try:
            await channel.run()
        except Exception:  # noqa: BLE001  (the streams end; browsers come back by themselves)
            _log.exception("Reading poll %s for its viewers failed", channel.key[0])
        finally:
            if self._channels.get(channel.key) is channel:
                del self._channels[channel.key]
            channel.dismiss()
