"""How a hand-over to a mail server can end."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What follows from the server's answer."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    """5xx: this address will never take this mail."""
    LATER = "later"
    """4xx, or the server could not be reached before the mail was handed over."""
    UNCERTAIN = "uncertain"
    """The connection broke after the last byte of the mail and before the answer."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict with the server's code and words."""

    verdict: Verdict
    code: int | None = None
    text: str = ""
    reachable: bool = True
    """False when nobody answered: the next mail would meet the same silence."""


class UnsendableError(Exception):
    """The mail can never leave as it is written; the message says why."""
