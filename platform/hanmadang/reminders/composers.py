"""What a mail says: each room registers one composer per kind of mail.

A composer runs when the mail leaves, in the recipient's language (already set), inside an app
context and a read transaction. It returns None when the mail lost its reason (the registration
was cancelled, the event moved): the row is then cancelled rather than sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that travels with a mail."""

    name: str
    content: bytes
    media_type: str
    """With parameters: ``text/calendar; method=REQUEST; charset=utf-8``."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A rendered mail: plain text, with paragraphs, links on lines of their own."""

    subject: str
    text: str
    attachments: tuple[Attachment, ...] = ()
    secret: bool = False
    """Holds a link or code that opens something: the outbox keeps no copy of the text."""
    stop: str = ""
    """Where one POST ends such mails without a question (RFC 8058); empty for none."""


@dataclass(frozen=True, slots=True)
class Reader:
    """What a composer may know of the reader."""

    account_id: int | None
    locale: str


Composer = Callable[[Mapping[str, Any], Reader], Letter | None]
_composers: dict[str, Composer] = {}


def composer(kind: str) -> Callable[[Composer], Composer]:
    """Register the composer of one kind of mail."""

    def add(function: Composer) -> Composer:
        _composers[kind] = function
        return function

    return add


def compose(kind: str, payload: Mapping[str, Any], to: Reader) -> Letter | None:
    """Write the mail; raises KeyError for a kind nobody registered."""
    return _composers[kind](payload, to)


def kinds() -> list[str]:
    """The kinds of mail the house can write."""
    return sorted(_composers)
