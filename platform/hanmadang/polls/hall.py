"""The changing code of a hall: digits and a link, made from the poll's secret and the clock.

A new one every half minute; each is good for about three minutes, so that a queue at the door
gets in and a picture sent home does not for long. Nothing is stored, and no process needs to tell
another. One step ahead is accepted too: two servers' clocks may differ.

Six digits are quickly typed, and quickly guessed from many networks at once. Closing the door after
so many wrong ones would let anybody close it on a hall. So the digits become ten for a while: the
screen shows them to those who are there, and guessing them is hopeless.
"""

from collections.abc import Iterator
from datetime import datetime

from hanmadang.kernel.ids import keyed, same

STEP = 30
"""Seconds."""
_BACK, _AHEAD = 6, 1
DIGITS, LONG_DIGITS = 6, 10
_LINK_LENGTH = 24


def digits_at(secret: str, now: datetime, *, length: int = DIGITS) -> str:
    """What the hall screen shows now."""
    return _digits(secret, _step(now), length)


def link_at(secret: str, now: datetime) -> str:
    """The last part of the address in the picture."""
    return _link(secret, _step(now))


def are_fresh_digits(secret: str, typed: str, now: datetime) -> bool:
    """Whether these digits were on the screen a moment ago; six can be guessed, so limit it."""
    if len(typed) not in (DIGITS, LONG_DIGITS):
        return False
    return any(same(typed, _digits(secret, step, len(typed))) for step in _fresh(now))


def is_fresh_link(secret: str, shown: str, now: datetime) -> bool:
    """Whether this part of an address was in the picture a moment ago."""
    return any(same(shown, _link(secret, step)) for step in _fresh(now))


def _fresh(now: datetime) -> Iterator[int]:
    return iter(range(_step(now) - _BACK, _step(now) + _AHEAD + 1))


def _step(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def _digits(secret: str, step: int, length: int) -> str:
    kind = "hall digits" if length == DIGITS else "hall long digits"  # neither tells the other
    return f"{int(keyed(secret, kind, step), 16) % 10**length:0{length}}"


def _link(secret: str, step: int) -> str:
    return keyed(secret, "hall link", step)[:_LINK_LENGTH]
