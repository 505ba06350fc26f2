"""The hub: one coroutine per watched poll turns hints into frames for all its viewers.

A frame is a whole snapshot, so a viewer may miss any number of them. The first change after a
quiet time goes out at once; then at most five frames a second, fewer where the audience is so
large that writing one frame takes a while. Hints may be lost: while anybody watches, the
snapshot is read again every two seconds.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

SHORTEST = 0.2
"""Seconds between two frames of one poll."""
PER_VIEWER = 0.0001
"""Seconds a frame may take per viewer: five times what writing it to one socket costs, so that
votes, pages and a second process on the same cores have the rest."""
TOGETHER = 200
"""Viewers written to before anything else on the loop gets its turn: four milliseconds."""
SLOWEST_READ = 2.0
"""Seconds after which the snapshot is read again without any hint."""
HEARTBEAT = 15.0
"""Seconds of silence after which a comment keeps the connection alive."""
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


@dataclass(slots=True, eq=False)
class Viewer:
    """One open connection."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    gone: bool = False


class Channel:
    """One poll and those who watch it."""

    def __init__(self, key: Key, frame: Frame, read: Read) -> None:
        self.key = key
        self.frame = frame
        self.viewers: set[Viewer] = set()
        self.changed = asyncio.Event()
        self._read = read

    async def run(self) -> None:
        """Read and wake until the last viewer is gone."""
        loop = asyncio.get_running_loop()
        last_woken = loop.time()
        while self.viewers:
            await self._hint_or_time()
            deadline = loop.time() + max(SHORTEST, PER_VIEWER * len(self.viewers))
            self.changed.clear()
            frame = await self._read(self.key)
            is_new = frame is not None and frame.etag != self.frame.etag
            if frame is not None and is_new:
                self.frame = frame
            if is_new or loop.time() - last_woken > HEARTBEAT:
                last_woken = loop.time()
                await self._wake()
            await asyncio.sleep(max(0.0, deadline - loop.time()))

    def dismiss(self) -> None:
        """End every stream."""
        for viewer in self.viewers:
            viewer.gone = True
            viewer.wake.set()

    async def _hint_or_time(self) -> None:
        try:
            await asyncio.wait_for(self.changed.wait(), SLOWEST_READ)
        except TimeoutError:
            return

    async def _wake(self) -> None:
        for place, viewer in enumerate(tuple(self.viewers), 1):
            viewer.wake.set()
            if place % TOGETHER == 0:
                await asyncio.sleep(0)


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

    async def join(self, key: Key) -> tuple[Channel, Viewer] | None:
        """Watch a poll; None where there is none. Raises Full."""
        if self.viewers >= self._most:
            raise Full
        channel = self._channels.get(key)
        if channel is None:
            frame = await self._read(key)
            if frame is None:
                return None
            channel = self._channels.get(key) or Channel(key, frame, self._read)
        viewer = Viewer()
        channel.viewers.add(viewer)
        self.viewers += 1
        if self._channels.get(key) is not channel:
            self._start(channel)
        return channel, viewer

    def leave(self, channel: Channel, viewer: Viewer) -> None:
        """Stop watching."""
        channel.viewers.discard(viewer)
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
