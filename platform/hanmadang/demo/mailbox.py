"""The demo's mailbox: what the file transport wrote for one address, newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

_MOST = 30


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as its reader sees it."""

    subject: str
    text: str
    at: datetime
    attachments: tuple[str, ...]


def received(folder: Path, address: str) -> list[Received]:
    """The latest mails to `address`."""
    mails = sorted(_to(folder, address), key=lambda mail: mail.at, reverse=True)
    return mails[:_MOST]


def _to(folder: Path, address: str) -> Iterator[Received]:
    for path in folder.glob("*.eml"):
        message = message_from_bytes(path.read_bytes(), policy=default)
        if address in _readers(message):
            body = message.get_body(("plain",))
            yield Received(
                subject=str(message["Subject"]),
                text=body.get_content() if body else "",
                at=parsedate_to_datetime(str(message["Date"])),
                attachments=tuple(str(part.get_filename()) for part in message.iter_attachments()),
            )


def _readers(message: EmailMessage) -> set[str]:
    """The whole addresses: one may be the end of another."""
    return {address for _name, address in getaddresses(message.get_all("To", []))}
