"""Screens that watch a poll: as many event streams as asked for, in a process of its own.

Started by the proof `fanout` as `python -m proofs.viewers <port> <code> <count> <first address>`.
Says `ready` when all are connected; ends with one line of JSON when its input ends.
Real screens would not share the server's processors, so this process yields to it; what that
costs a screen counts against the server all the same.
"""

import asyncio
import json
import os
import re
import sys
import time
from collections import Counter
from typing import cast

import uvloop

from proofs.house import LOCAL
from proofs.phones import address, allow_many_files, get

_ANSWERED = re.compile(rb'"answered":(\d+)')
_TOGETHER = 100
"""Connections opened at the same time."""
_YIELDING = 10


class Screen(asyncio.Protocol):
    """One open stream: notes when which number of answers came."""

    def __init__(self, path: str, seen: Counter[tuple[int, int, int]]) -> None:
        self._path = path
        self._seen = seen
        self.answered = -1
        self.is_open = True
        self.first: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands."""
        cast("asyncio.Transport", transport).write(get(self._path))

    def data_received(self, data: bytes) -> None:
        """asyncio: a frame, or part of one; the number stands in its first bytes."""
        numbers = _ANSWERED.findall(data)
        if not numbers:
            return
        answered = max(map(int, numbers))
        if self.answered < 0:
            self.first.set_result(None)
        elif answered > self.answered:
            self._seen[self.answered, answered, round(time.monotonic() * 1000)] += 1
        self.answered = max(answered, self.answered)

    def connection_lost(self, error: Exception | None) -> None:
        """asyncio: the server is gone."""
        del error
        self.is_open = False


async def watch(port: int, code: str, count: int, first: int) -> None:
    """Hold the streams until standard input ends."""
    seen: Counter[tuple[int, int, int]] = Counter()
    screens = [Screen(f"/live/{code}", seen) for _ in range(count)]
    gate = asyncio.Semaphore(_TOGETHER)
    loop = asyncio.get_running_loop()

    async def open_one(place: int, screen: Screen) -> None:
        async with gate:
            here = (address(first + place), 0)
            await loop.create_connection(lambda: screen, LOCAL, port, local_addr=here)
            await screen.first

    await asyncio.gather(*(open_one(*each) for each in enumerate(screens)))
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.read)
    last = Counter(screen.answered for screen in screens)
    gone = sum(not screen.is_open for screen in screens)
    rows = [[*key, number] for key, number in seen.items()]
    print(json.dumps({"rows": rows, "last": list(last.items()), "gone": gone}), flush=True)


if __name__ == "__main__":
    os.nice(_YIELDING)
    allow_many_files()
    uvloop.run(watch(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
