"""The hub by itself: who is shown what, in which order, and what a slow connection skips."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from hanmadang.serving import hub
from hanmadang.serving.hub import BEAT, Channel, Frame, Full, Hub, Key, Viewer, started

KEY: Key = ("ABCDE", False)


def frame(version: int) -> Frame:
    return Frame.of("poll:1", version, str(version), b"%d" % version)


class Poll:
    """What the hub reads."""

    def __init__(self) -> None:
        self.version = 1
        self.reads = 0

    async def read(self, key: Key) -> Frame | None:
        self.reads += 1
        return frame(self.version) if key == KEY else None


class Screen:
    """One connection: keeps what came; `slow` makes it wait until `go` is set."""

    def __init__(self, seen: list["Screen"] | None = None) -> None:
        self.got: list[bytes] = []
        self.slow = False
        self.go = asyncio.Event()
        self._seen = seen

    async def send(self, data: bytes) -> None:
        if self.slow:
            await self.go.wait()
        self.got.append(data)
        if self._seen is not None:
            self._seen.append(self)

    @property
    def versions(self) -> list[int]:
        events = (part.decode() for part in self.got if part and part != BEAT)
        return [int(event.partition("data: ")[2]) for event in events]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110  (a condition of several screens)
            await asyncio.sleep(0.005)


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


def playing(play: Callable[[Poll, Hub], Awaitable[None]], most: int = 10_000) -> None:
    """Run a test in a loop of its own and end all streams after it."""

    async def run() -> None:
        poll = Poll()
        one = Hub(poll.read, most)
        await play(poll, one)
        one.close()
        await settle()

    asyncio.run(run())


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "SHORTEST", 0.02)


def test_a_newcomer_sees_the_present_frame_at_once() -> None:
    async def play(_poll: Poll, one: Hub) -> None:
        screen = Screen()
        await one.join(KEY, Viewer(screen.send))
        assert screen.versions == [1]

    playing(play)


def test_every_change_that_stays_reaches_everybody() -> None:
    async def play(poll: Poll, one: Hub) -> None:
        screens = [Screen() for _ in range(3 * hub.TOGETHER + 1)]
        for screen in screens:
            await one.join(KEY, Viewer(screen.send))
        for poll.version in (2, 3, 4):
            one.hint("poll:1")
            await until(lambda: all(s.versions[-1] == poll.version for s in screens))
        assert all(screen.versions == [1, 2, 3, 4] for screen in screens)

    playing(play)


def test_a_new_frame_goes_on_where_the_last_round_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "PER_VIEWER", 0.001)
    monkeypatch.setattr(hub, "TOGETHER", 10)

    async def play(poll: Poll, one: Hub) -> None:
        seen: list[Screen] = []
        screens = [Screen(seen) for _ in range(100)]
        for screen in screens:
            await one.join(KEY, Viewer(screen.send))
        seen.clear()
        poll.version = 2
        one.hint("poll:1")
        await until(lambda: len(seen) >= 20)
        poll.version = 3
        one.hint("poll:1")
        await until(lambda: all(screen.versions[-1] == 3 for screen in screens))
        first = seen[:100]
        assert first == screens, "nobody was shown anything twice before everybody was once"
        assert sum(2 not in screen.versions for screen in screens) > 30

    playing(play)


def test_a_slow_connection_skips_frames_and_holds_up_nobody() -> None:
    async def play(poll: Poll, one: Hub) -> None:
        slow, quick = Screen(), Screen()
        for screen in (slow, quick):
            await one.join(KEY, Viewer(screen.send))
        slow.slow = True
        for poll.version in (2, 3, 4, 5):
            one.hint("poll:1")
            await until(lambda: quick.versions[-1] == poll.version)
        assert slow.versions == [1]
        slow.go.set()
        await until(lambda: slow.versions[-1] == 5)
        assert slow.versions == [1, 2, 5]
        assert quick.versions == [1, 2, 3, 4, 5]

    playing(play)


def test_silence_is_broken_by_a_sign_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "HEARTBEAT", 0.03)
    monkeypatch.setattr(hub, "SLOWEST_READ", 0.02)

    async def play(_poll: Poll, one: Hub) -> None:
        screen = Screen()
        await one.join(KEY, Viewer(screen.send))
        await until(lambda: screen.got[-1] == BEAT)
        assert screen.versions == [1]

    playing(play)


def test_the_end_is_the_last_part_even_of_a_slow_connection() -> None:
    async def play(poll: Poll, one: Hub) -> None:
        slow, quick = Screen(), Screen()
        for screen in (slow, quick):
            await one.join(KEY, Viewer(screen.send))
        slow.slow = True
        poll.version = 2
        one.hint("poll:1")
        await until(lambda: quick.versions[-1] == 2)
        one.close()
        one.close()
        slow.go.set()
        await until(lambda: slow.got[-1] == b"")
        assert quick.got[-1] == b""
        assert [part for part in slow.got + quick.got if not part] == [b"", b""]

    playing(play)


def test_a_connection_that_breaks_hurts_no_other() -> None:
    async def play(poll: Poll, one: Hub) -> None:
        quick = Screen()

        async def broken(_data: bytes) -> None:
            raise ConnectionResetError

        await one.join(KEY, Viewer(broken))
        await one.join(KEY, Viewer(quick.send))
        poll.version = 2
        one.hint("poll:1")
        await until(lambda: quick.versions[-1] == 2)

    playing(play)


def test_a_failing_reader_ends_the_streams_so_that_browsers_come_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def play(poll: Poll, one: Hub) -> None:
        screen = Screen()
        await one.join(KEY, Viewer(screen.send))

        async def fails(_key: Key) -> Frame | None:
            raise ValueError

        channel = next(iter(one._channels.values()))
        channel._read = fails
        one.hint("poll:1")
        await until(lambda: screen.got[-1] == b"")
        assert not one._channels

    playing(play)
    assert "ABCDE" in caplog.text


def test_a_poll_that_nobody_watches_is_not_read() -> None:
    async def play(poll: Poll, one: Hub) -> None:
        viewer = Viewer(Screen().send)
        channel = await one.join(KEY, viewer)
        assert isinstance(channel, Channel)
        one.leave(channel, viewer)
        await until(lambda: not one._channels)
        reads = poll.reads
        one.hint("poll:1")
        await asyncio.sleep(0.05)
        assert poll.reads == reads
        assert one.viewers == 0

    playing(play)


def test_a_full_hall_and_an_unknown_poll() -> None:
    async def play(_poll: Poll, one: Hub) -> None:
        assert await one.join(("OTHER", False), Viewer(Screen().send)) is None
        await one.join(KEY, Viewer(Screen().send))
        with pytest.raises(Full):
            await one.join(KEY, Viewer(Screen().send))

    playing(play, most=1)


def test_work_becomes_a_task_only_where_it_must_wait() -> None:
    async def play() -> None:
        done: list[Any] = []

        async def work(*waits: asyncio.Event) -> None:
            done.extend([await wait.wait() for wait in waits])
            done.append("end")

        assert started(work()) is None
        assert done == ["end"]
        events = [asyncio.Event(), asyncio.Event()]
        task = started(work(*events))
        assert task is not None
        for event in events:
            await settle()
            event.set()
        await task
        assert done == ["end", True, True, "end"]

    asyncio.run(play())
