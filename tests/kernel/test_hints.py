"""Hints: at once within a process, coalesced between processes, never in anybody's way."""

import logging
import threading
from collections.abc import Iterator

import pytest

from hanmadang.kernel.hints import EVERYTHING, Hints, PostgresWire, RedisWire, WireError, wire_of
from hanmadang.settings import load
from tests.support.ports import wait_until

KEY = "k" * 20 + "0123456789abcdef"


class NotedWire:
    """A wire that keeps what it was given."""

    def __init__(self) -> None:
        self.sent: list[set[str]] = []
        self.broken = False

    def send(self, names: set[str]) -> None:
        if self.broken:
            raise WireError
        self.sent.append(names)

    def receive(self) -> Iterator[str]:
        yield EVERYTHING
        threading.Event().wait()


def test_listeners_of_the_process_hear_at_once() -> None:
    hints, heard = Hints(None), list[str]()
    stop = hints.listen(heard.append)
    hints.announce("poll:1")
    assert heard == ["poll:1"]
    stop()
    hints.announce("poll:2")
    assert heard == ["poll:1"]


def test_a_listener_that_fails_disturbs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    hints, heard = Hints(None), list[str]()

    def fail(_name: str) -> None:
        raise ZeroDivisionError

    hints.listen(fail)
    hints.listen(heard.append)
    with caplog.at_level(logging.ERROR):
        hints.announce("poll:1")
    assert heard == ["poll:1"]
    assert "poll:1" in caplog.text


def test_a_burst_leaves_the_process_as_few_messages() -> None:
    wire = NotedWire()
    hints = Hints(wire)
    for _ in range(500):
        hints.announce("poll:1")
    assert wait_until(lambda: bool(wire.sent))
    assert 1 <= len(wire.sent) <= 10
    assert set().union(*wire.sent) == {"poll:1"}


def test_a_broken_wire_is_logged_and_used_again(caplog: pytest.LogCaptureFixture) -> None:
    wire = NotedWire()
    hints, wire.broken = Hints(wire), True
    with caplog.at_level(logging.WARNING):
        hints.announce("poll:1")
        assert wait_until(lambda: "Hints not sent" in caplog.text)
    wire.broken = False
    hints.announce("poll:2")
    assert wait_until(lambda: {"poll:2"} in wire.sent)


def test_the_wire_follows_the_settings() -> None:
    assert wire_of(load({}, secret_key=KEY)) is None
    assert isinstance(wire_of(load({}, secret_key=KEY, redis_url="redis://h/0")), RedisWire)
    database = "postgresql://u@h/d"
    assert isinstance(wire_of(load({}, secret_key=KEY, database_url=database)), PostgresWire)


def travels(sender: Hints, receiver: Hints) -> None:
    """What one process announces, the other hears."""
    heard: list[str] = []
    receiver.listen(heard.append)
    assert wait_until(lambda: EVERYTHING in heard)
    sender.announce("poll:7")
    assert wait_until(lambda: "poll:7" in heard)


def test_hints_travel_over_redis(redis_url: str) -> None:
    travels(Hints(RedisWire(redis_url)), Hints(RedisWire(redis_url)))


@pytest.mark.postgres
def test_hints_travel_over_postgresql(postgres_url: str) -> None:
    travels(Hints(PostgresWire(postgres_url)), Hints(PostgresWire(postgres_url)))
