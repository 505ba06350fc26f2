"""Who may answer a poll now, and under which key: the one place that says so.

Both doors of a vote ask `voter_of`, the pages and the quick one beside them. It reads the poll's
row and what the request carries, nothing else: no statement, no request object.

A ticket is what somebody got for showing a fresh code of the hall, a mail or a one-time code. It
lives in a cookie, is an HMAC under the poll's secret, and so ends when the poll closes. It holds
no time, and nothing of it is stored.
"""

from dataclasses import dataclass

from hanmadang.kernel.ids import keyed, same
from hanmadang.polls.models import Assurance

_LINE = "."
BY_HOLDER = frozenset({Assurance.EMAIL, Assurance.CODES})
"""Levels at which one ballot belongs to what somebody holds, on whatever device."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """What a request tells about who asks."""

    device: str = ""
    """The device cookie."""
    ticket: str = ""
    """The cookie named `ticket_cookie`."""
    mailbox: str = ""
    """Of an account whose address is confirmed (`logins.mailbox_of`). Any other account costs
    nothing; and one mailbox confirms as many accounts as anybody likes, one after the other too."""


def ticket_cookie(poll_id: int) -> str:
    """The name of the cookie that holds this poll's ticket."""
    return f"hm_poll_{poll_id}"


def holder_of(secret: str, assurance: Assurance, held: str) -> str:
    """The name of an address or a one-time code in this poll; nobody gets from it to either."""
    return keyed(secret, "holder", assurance.value, held)


def ticket_for(secret: str, assurance: Assurance, holder: str) -> str:
    """The ticket of a holder: of `holder_of`, or of a device where the hall's code lets in."""
    mac = keyed(secret, "ticket", assurance.value, holder)
    return f"{holder}{_LINE}{mac}" if assurance in BY_HOLDER else mac


def voter_of(secret: str, assurance: Assurance, visitor: Visitor) -> str:
    """The key under which this visitor answers; empty while something is missing.

    What is missing follows from the level: `texts.ENTRIES` says it.
    """
    if assurance in BY_HOLDER:
        holder = visitor.ticket.partition(_LINE)[0]
        return keyed(secret, "voter", holder) if _fits(secret, assurance, visitor, holder) else ""
    if assurance is Assurance.ACCOUNT:
        return keyed(secret, "account", visitor.mailbox) if visitor.mailbox else ""
    if not visitor.device:
        return ""
    if assurance is Assurance.ROOM and not _fits(secret, assurance, visitor, visitor.device):
        return ""
    return keyed(secret, "device", visitor.device)


def voter_of_holder(secret: str, holder: str) -> str:
    """The key of whoever holds this; for ballots on paper."""
    return keyed(secret, "voter", holder)


def _fits(secret: str, assurance: Assurance, visitor: Visitor, holder: str) -> bool:
    return bool(holder) and same(visitor.ticket, ticket_for(secret, assurance, holder))
