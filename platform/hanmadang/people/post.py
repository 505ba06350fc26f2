"""How this room sends mail without knowing the outbox, which stands above it.

A letter is written by a function registered here under its kind, when it leaves; the room of
reminders registers itself as the carrier and turns each posted letter into an outbox row.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter on its way. Its row holds ids and seeds, never a secret."""

    kind: str
    subject: str
    """What it is about: ``account:7``, ``guardian:<seed>``."""
    key: str
    """What makes it one of a kind; the same twice is one mail."""
    address: str
    locale: str
    not_after: datetime
    account_id: int | None = None
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """The text of a letter, in the reader's language."""

    subject: str
    text: str


Writer = Callable[[Mapping[str, Any]], Written | None]
Carrier = Callable[[Session, Posted, datetime], None]

writers: dict[str, Writer] = {}
"""Who writes each kind of letter; None from a writer means that the letter lost its reason."""
_carriers: list[Carrier] = []


def writer(kind: str) -> Callable[[Writer], Writer]:
    """Register the function that writes letters of this kind."""

    def add(function: Writer) -> Writer:
        writers[kind] = function
        return function

    return add


def carried_by(carrier: Carrier) -> None:
    """Hand every posted letter to `carrier`; called once, by the room that owns the outbox."""
    _carriers[:] = [carrier]


def post(session: Session, letter: Posted, now: datetime) -> None:
    """Send a letter, in the transaction of its cause. Raises LookupError without a carrier."""
    if not _carriers:
        raise LookupError("Nobody carries letters: the room of reminders did not register.")
    _carriers[0](session, letter, now)
