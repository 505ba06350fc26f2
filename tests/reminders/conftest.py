"""What the tests of the outbox share: a held clock, mails, senders with scripted transports."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from hanmadang.kernel import clock
from hanmadang.reminders.jobs.senders import Sender
from hanmadang.reminders.messages import Message
from hanmadang.reminders.models import OutboxMail
from hanmadang.reminders.outcomes import Outcome, Verdict
from hanmadang.reminders.ticks import stopping
from hanmadang.reminders.transports import SmtpTransport
from tests.factories.reminders import NOW, composing, put
from tests.support.smtp import Sink

ACCEPTED = Outcome(Verdict.ACCEPTED, 250)


class Scripted:
    """A transport that answers as told, then accepts."""

    def __init__(self, *answers: Outcome) -> None:
        self.answers = list(answers)
        self.sent: list[EmailMessage] = []
        self.closed = 0

    def send(self, message: Message) -> Outcome:
        self.sent.append(message_from_bytes(message.content, policy=policy.default))
        return self.answers.pop(0) if self.answers else ACCEPTED

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def advance() -> Iterator[Callable[[timedelta], None]]:
    """The clock stands at `NOW` until moved."""
    with clock.frozen(NOW) as move:
        yield move


@pytest.fixture(autouse=True)
def letters(app: Flask) -> Iterator[None]:
    """The test kind has a composer, and nobody asked the process to end."""
    stopping(app).clear()
    with composing():
        yield


@pytest.fixture
def mails(write: Callable[[], Any]) -> Callable[..., list[int]]:
    """`mails(3)` puts three due mails into the outbox and returns their ids."""

    def arrange(count: int = 1, **fields: Any) -> list[int]:
        with write() as session:
            return [put(session, number, **fields).id for number in range(count)]

    return arrange


@pytest.fixture
def row(read: Callable[[], Any]) -> Callable[..., OutboxMail]:
    """`row()` is the only mail as it stands now, `row(id)` that one."""

    def look(mail_id: int | None = None) -> OutboxMail:
        with read() as session:
            wanted = select(OutboxMail)
            if mail_id is not None:
                wanted = wanted.where(OutboxMail.id == mail_id)
            found: OutboxMail = session.scalars(wanted).one()
            session.expunge(found)
            return found

    return look


@pytest.fixture
def states(read: Callable[[], Any]) -> Callable[[], list[str]]:
    """The state of every mail, oldest first."""

    def look() -> list[str]:
        with read() as session:
            return list(session.scalars(select(OutboxMail.state).order_by(OutboxMail.id)))

    return look


@pytest.fixture
def smtp_sender(app: Flask, mail_sink: Sink) -> Iterator[Sender]:
    """A sender that speaks to the sink."""
    transport = SmtpTransport(mail_sink.url)
    yield Sender(app, transport)
    transport.close()
