"""The periodic jobs of all rooms, as data: rooms register, the scheduler runs them."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask

Job = Callable[[Flask], None]


@dataclass(frozen=True, slots=True)
class Tick:
    """A job and how often it runs."""

    name: str
    seconds: float
    run: Job


_ticks: dict[str, Tick] = {}


def every(seconds: float, name: str) -> Callable[[Job], Job]:
    """Register a job; it must be safe to run twice and in several processes at once."""

    def add(job: Job) -> Job:
        _ticks[name] = Tick(name, seconds, job)
        return job

    return add


def all_ticks() -> list[Tick]:
    """Every registered job, by name."""
    return [_ticks[name] for name in sorted(_ticks)]


def stopping(app: Flask) -> threading.Event:
    """Set when this process is asked to end; a job with much to do looks at it between steps."""
    event: threading.Event = app.extensions.setdefault("hanmadang.stopping", threading.Event())
    return event
