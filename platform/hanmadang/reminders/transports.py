"""Handing a mail over: to an SMTP server, into files (demo), or onto the console.

A transport never raises for what a server does; it answers with an `Outcome`.
"""

import smtplib
import sys
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from hanmadang.kernel import clock
from hanmadang.reminders.composers import Letter
from hanmadang.reminders.outcomes import Outcome, Verdict
from hanmadang.settings import Settings

_CONNECT_SECONDS = 10
_ANSWER_SECONDS = 20
_PERMANENT = 500
_POLICY = SMTP.clone(max_line_length=998)  # short lines fold Korean names wrongly (Python 3.11)


class Transport(Protocol):
    """Something that takes a finished message."""

    def send(self, message: EmailMessage) -> Outcome:
        """Hand the message over and say how that went."""

    def close(self) -> None:
        """Let go of connections."""


def build(letter: Letter, *, sender: str, to: str, message_id: str, locale: str) -> EmailMessage:
    """The message as it will leave. Header values with line breaks raise ValueError."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = sender
    message["To"] = to
    message["Subject"] = letter.subject
    message["Message-ID"] = message_id
    message["Date"] = format_datetime(clock.now())
    message["Content-Language"] = locale
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    for file in letter.attachments:
        kind, _, rest = file.media_type.partition(";")
        main, _, sub = kind.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub.strip(), filename=file.name)
        for parameter in filter(None, (part.strip() for part in rest.split(";"))):
            name, _, value = parameter.partition("=")
            list(message.iter_attachments())[-1].set_param(name, value)
    return message


class SmtpTransport:
    """One kept connection; reopened when the server closed it."""

    def __init__(self, url: str) -> None:
        self._server = urlsplit(url)
        self._connection: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> Outcome:
        """See `Transport`. Only a break inside DATA is uncertain."""
        try:
            connection = self._open()
            code, answer = connection.mail(str(message["From"]))
            if code < 400:  # noqa: PLR2004 (SMTP reply classes, RFC 5321 section 4.2.1)
                code, answer = connection.rcpt(str(message["To"]))
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome(Verdict.LATER, getattr(error, "smtp_code", None), str(error))
        if code >= 400:  # noqa: PLR2004
            return self._refused(code, answer)
        try:
            code, answer = connection.data(message.as_bytes())
        except smtplib.SMTPDataError as error:
            return self._refused(error.smtp_code, error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Outcome(Verdict.UNCERTAIN, None, str(error))
        return Outcome(Verdict.ACCEPTED, code) if code < 400 else self._refused(code, answer)  # noqa: PLR2004

    def close(self) -> None:
        """Drop the connection; nothing is lost by not saying QUIT."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _refused(self, code: int, answer: bytes | str) -> Outcome:
        self.close()  # the next mail starts from a clean conversation
        text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
        verdict = Verdict.REFUSED if code >= _PERMANENT else Verdict.LATER
        return Outcome(verdict, code, text[:500])

    def _open(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = _connect(self._server)
        return self._connection


def _connect(server: SplitResult) -> smtplib.SMTP:
    kind = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
    connection = kind(server.hostname or "127.0.0.1", server.port or 0, timeout=_CONNECT_SECONDS)
    connection.ehlo_or_helo_if_needed()
    if server.scheme == "smtp+tls":
        connection.starttls()
        connection.ehlo()
    if server.username:
        connection.login(unquote(server.username), unquote(server.password or ""))
    if connection.sock is not None:
        connection.sock.settimeout(_ANSWER_SECONDS)
    return connection


class FileTransport:
    """Writes each mail into a folder as ``.eml``; the demo's mailbox."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: EmailMessage) -> Outcome:
        """Write under a name made of the Message-ID, so that a repeat replaces its copy."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        (self._folder / f"{name}.eml").write_bytes(message.as_bytes())
        return Outcome(Verdict.ACCEPTED, 250)

    def close(self) -> None:
        """Nothing is held."""


class ConsoleTransport:
    """Prints each mail; for development."""

    def send(self, message: EmailMessage) -> Outcome:
        """Print headers and text."""
        sys.stdout.write(f"{message.as_string()}\n")
        return Outcome(Verdict.ACCEPTED, 250)

    def close(self) -> None:
        """Nothing is held."""


def choose(settings: Settings) -> Transport:
    """The transport the settings name."""
    kinds: dict[str, Callable[[], Transport]] = {
        "smtp": lambda: SmtpTransport(settings.smtp_url),
        "file": lambda: FileTransport(settings.instance / "mail"),
        "console": ConsoleTransport,
    }
    return kinds[settings.mail_transport]()
