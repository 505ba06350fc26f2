"""A mail server that keeps what it gets and misbehaves on request.

with sink() as mail:
    mail.fail(Fault.GREYLIST, times=2)
    ...
    assert [m["To"] for m in mail.messages] == ["a@example.org"]
"""

import logging
from asyncio import WriteTransport
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from enum import Enum
from threading import Lock

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.support.ports import LOCAL, free_port

logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd narrates every command


class Fault(Enum):
    """How a real server can disappoint."""

    REFUSE = "550 5.1.1 No such mailbox"
    GREYLIST = "451 4.7.1 Greylisted, try again later"
    DROP = "the line goes dead after DATA, before any answer"


@dataclass
class Sink:
    """What arrived, and what shall go wrong next.

    Without slots: aiosmtpd looks at every attribute, and Python 3.11.2 (Debian 12) then trips over
    the one that slots leave behind.
    """

    port: int
    messages: list[EmailMessage] = field(default_factory=list)
    """Taken and confirmed."""
    swallowed: list[EmailMessage] = field(default_factory=list)
    """Taken in full, but the sender never heard so (Fault.DROP)."""
    recipients: list[str] = field(default_factory=list)
    """Envelope recipients of `messages`, one for each."""
    _fault: Fault | None = None
    _times: int = 0
    _lock: Lock = field(default_factory=Lock)

    @property
    def url(self) -> str:
        """For HANMADANG_SMTP_URL."""
        return f"smtp://{LOCAL}:{self.port}"

    def fail(self, fault: Fault, times: int = 1_000_000) -> None:
        """Let the next `times` messages meet this fault."""
        with self._lock:
            self._fault, self._times = fault, times

    def heal(self) -> None:
        """Behave again."""
        with self._lock:
            self._fault, self._times = None, 0

    def _spend(self, *faults: Fault) -> Fault | None:
        """The fault that is due now, if it is one of these; counts it as used."""
        with self._lock:
            if self._fault not in faults or self._times < 1:
                return None
            self._times -= 1
            return self._fault

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name)
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        """Accept or refuse one recipient."""
        fault = self._spend(Fault.REFUSE, Fault.GREYLIST)
        if fault:
            return fault.value
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802  (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep the message; answer unless the line is to drop."""
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        message = message_from_bytes(raw, policy=policy.default)
        if self._spend(Fault.DROP):
            self.swallowed.append(message)
            if isinstance(server.transport, WriteTransport):
                server.transport.abort()
            return "421 unheard"
        self.messages.append(message)
        self.recipients.extend(envelope.rcpt_tos)
        return "250 2.0.0 Taken"


@contextmanager
def sink() -> Iterator[Sink]:
    """A sink on a port of its own, closed afterwards."""
    box = Sink(free_port())
    controller = Controller(box, hostname=LOCAL, port=box.port, enable_SMTPUTF8=True)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
