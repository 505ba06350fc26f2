"""Hints: "something about this object changed", told to whoever shows it live.

A hint carries only a name ("poll:7"), no state, and may be lost: listeners read the truth from
the database, and read it now and then without any hint. Within a process a hint is a function
call; between processes it travels over Valkey/Redis where one is configured, else over
PostgreSQL's LISTEN, each name at most once in `PACE` seconds. It never rides inside the
transaction it reports: a NOTIFY there halves the rate of commits.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import psycopg
import redis
from flask import Flask, current_app

from hanmadang.settings import Settings

Listener = Callable[[str], None]
EVERYTHING = ""
"""The name that stands for all names: after a lost connection anything may have changed."""
PACE = 0.05
RETRY = 1.0
_CHANNEL = "hanmadang_hints"
_KEY = "hanmadang.hints"
_log = logging.getLogger(__name__)


class WireError(Exception):
    """The broker is out of reach."""


class Wire(Protocol):
    """A way between processes."""

    def send(self, names: set[str]) -> None:
        """Tell every process. Raises WireError."""

    def receive(self) -> Iterator[str]:
        """Names as they come, `EVERYTHING` first. Ends by WireError."""


class RedisWire:
    """Publish and subscribe on Valkey or Redis."""

    def __init__(self, url: str) -> None:
        self._client = redis.Redis.from_url(url, socket_connect_timeout=2)

    def send(self, names: set[str]) -> None:
        """Publish each name."""
        try:
            for name in names:
                self._client.publish(_CHANNEL, name)
        except redis.RedisError as error:
            raise WireError from error

    def receive(self) -> Iterator[str]:
        """Subscribe until the connection breaks."""
        try:
            subscribe: Any = self._client.pubsub  # the library types it only in part
            with subscribe(ignore_subscribe_messages=True) as subscription:
                subscription.subscribe(_CHANNEL)
                yield EVERYTHING
                for message in subscription.listen():
                    yield message["data"].decode()
        except redis.RedisError as error:
            raise WireError from error


class PostgresWire:
    """LISTEN and NOTIFY on connections of their own, outside every transaction."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://")
        self._sending: psycopg.Connection | None = None

    def send(self, names: set[str]) -> None:
        """Notify each name."""
        try:
            if self._sending is None or self._sending.closed:
                self._sending = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
            for name in names:
                self._sending.execute("SELECT pg_notify(%s, %s)", (_CHANNEL, name))
        except psycopg.Error as error:
            self._sending = None
            raise WireError from error

    def receive(self) -> Iterator[str]:
        """Listen until the connection breaks."""
        try:
            with psycopg.connect(self._url, autocommit=True, connect_timeout=5) as connection:
                connection.execute(f"LISTEN {_CHANNEL}")
                yield EVERYTHING
                for notification in connection.notifies():
                    yield notification.payload
        except psycopg.Error as error:
            raise WireError from error


def wire_of(settings: Settings) -> Wire | None:
    """The configured way between processes; None where one process is all there is."""
    if settings.redis_url:
        return RedisWire(settings.redis_url)
    if settings.database.startswith("postgresql"):
        return PostgresWire(settings.database)
    return None


class Hints:
    """One process's ear and mouth."""

    def __init__(self, wire: Wire | None) -> None:
        self._wire = wire
        self._listeners: list[Listener] = []
        self._pending: set[str] = set()
        self._change = threading.Condition()
        self._threads: dict[str, threading.Thread] = {}

    def announce(self, name: str) -> None:
        """Say that `name` changed; never waits and never fails. Call after the commit."""
        self._tell(name)
        if self._wire is not None:
            with self._change:
                self._pending.add(name)
                self._change.notify()
            self._ensure("hints-out", self._send_all)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` (from any thread) with each name; returns how to stop it."""
        self._listeners.append(listener)
        if self._wire is not None:
            self._ensure("hints-in", self._receive_all)
        return lambda: self._listeners.remove(listener)

    def _tell(self, name: str) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(name)
            except Exception:  # noqa: BLE001  (the change is committed; a deaf listener must not undo that)
                _log.exception("A listener failed on the hint %r", name)

    def _ensure(self, name: str, run: Callable[[Wire], None]) -> None:
        thread = self._threads.get(name)
        if self._wire is None or (thread and thread.is_alive()):
            return
        self._threads[name] = threading.Thread(
            target=run, args=(self._wire,), name=name, daemon=True
        )
        self._threads[name].start()

    def _send_all(self, wire: Wire) -> None:
        pause = threading.Event()
        while True:
            with self._change:
                self._change.wait_for(lambda: bool(self._pending))
                names, self._pending = self._pending, set()
            try:
                wire.send(names)
            except WireError as error:
                _log.warning("Hints not sent (listeners will re-read): %s", error.__cause__)
            pause.wait(PACE)

    def _receive_all(self, wire: Wire) -> None:
        pause = threading.Event()
        while True:
            try:
                for name in wire.receive():
                    self._tell(name)
            except WireError as error:
                _log.warning("Hints not heard for a while: %s", error.__cause__)
            pause.wait(RETRY)


def register(app: Flask, settings: Settings) -> None:
    """Give the app its hints."""
    app.extensions[_KEY] = Hints(wire_of(settings))


def of(app: Flask) -> Hints:
    """The hints of that app."""
    found: Hints = app.extensions[_KEY]
    return found


def announce(name: str) -> None:
    """Say that `name` changed, from inside an app context."""
    of(current_app).announce(name)
