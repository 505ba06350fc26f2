"""Handing a mail over: to an SMTP server, into files (demo), or onto the console.

A transport never raises for what a server does; it answers with an `Outcome`.
"""

import re
import smtplib
import ssl
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from hanmadang.kernel import clock
from hanmadang.reminders.deadlines import ended_by
from hanmadang.reminders.messages import Message
from hanmadang.reminders.outcomes import Outcome, Verdict
from hanmadang.settings import Settings, SettingsError

CONVERSATION_SECONDS = 40.0
"""The end of a whole conversation, however slowly the server talks; less than a lease."""
_CONNECT_SECONDS = 10.0
_ANSWER_SECONDS = 20.0
_SUCCESS, _GO_ON, _TEMPORARY, _LEAVING, _PERMANENT = 250, 354, 400, 421, 500
_SUBMISSION = 587
_MOST_WORDS = 500
_LEADING_DOT = re.compile(rb"(?m)^\.")
_BROKEN = (OSError, smtplib.SMTPException)


class Transport(Protocol):
    """Something that takes a finished message."""

    def send(self, message: Message) -> Outcome:
        """Hand the message over and say how that went."""

    def close(self) -> None:
        """Let go of connections."""


class SmtpTransport:
    """One connection, kept while mails follow each other; reopened when the server closed it."""

    def __init__(self, url: str, seconds: float = CONVERSATION_SECONDS) -> None:
        self._server = urlsplit(url)
        self._seconds = seconds
        self._connection: smtplib.SMTP | None = None

    def send(self, message: Message) -> Outcome:
        """See `Transport`. Only silence after the last byte of the mail is uncertain."""
        end = clock.monotonic() + self._seconds
        kept = self._connection is not None
        outcome = self._converse(message, end)
        if kept and outcome.verdict is Verdict.LATER and not outcome.reachable:
            outcome = self._converse(message, end)  # the server was tired of the old connection
        return outcome

    def close(self) -> None:
        """Drop the connection; nothing is lost by not saying QUIT."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _converse(self, message: Message, end: float) -> Outcome:
        handed = False
        try:
            connection = self._open()
            with ended_by(connection.sock, end):
                code, answer = _envelope(connection, message)
                if code == _GO_ON:
                    connection.send(_body(message.content))
                    handed = True
                    code, answer = connection.getreply()
        except _BROKEN as error:
            return self._broken(error, handed=handed)
        return self._judge(code, answer.decode(errors="replace")[:_MOST_WORDS], handed=handed)

    def _broken(self, error: Exception, *, handed: bool) -> Outcome:
        self.close()
        verdict = Verdict.UNCERTAIN if handed else Verdict.LATER
        words = (str(error) or type(error).__name__)[:_MOST_WORDS]
        return Outcome(verdict, getattr(error, "smtp_code", None), words, reachable=False)

    def _judge(self, code: int, words: str, *, handed: bool) -> Outcome:
        if handed and _is_success(code):
            return Outcome(Verdict.ACCEPTED, code, words)
        self.close()  # the next mail starts from a clean conversation
        if code >= _PERMANENT:
            return Outcome(Verdict.REFUSED, code, words)
        if code >= _TEMPORARY:
            return Outcome(Verdict.LATER, code, words, reachable=code != _LEAVING)
        verdict = Verdict.UNCERTAIN if handed else Verdict.LATER  # no SMTP answer at all
        return Outcome(verdict, code, words, reachable=False)

    def _open(self) -> smtplib.SMTP:
        if self._connection is None:
            self._connection = _connect(self._server)
        return self._connection


def _envelope(connection: smtplib.SMTP, message: Message) -> tuple[int, bytes]:
    """MAIL, RCPT, DATA; the first answer that is not the hoped-for one, or 354."""
    code, answer = connection.mail(message.sender)
    if _is_success(code):
        code, answer = connection.rcpt(message.to)
    return connection.docmd("DATA") if _is_success(code) else (code, answer)


def _body(text: bytes) -> bytes:
    """The mail with its dots doubled and its end marked (RFC 5321, section 4.5.2)."""
    end = b".\r\n" if text.endswith(b"\r\n") else b"\r\n.\r\n"
    return _LEADING_DOT.sub(b"..", text) + end


def _is_success(code: int) -> bool:
    return _SUCCESS <= code < _GO_ON


def _connect(server: SplitResult) -> smtplib.SMTP:
    host, port = server.hostname or "127.0.0.1", server.port or 0
    connection: smtplib.SMTP
    if server.scheme == "smtps":
        context = ssl.create_default_context()
        connection = smtplib.SMTP_SSL(host, port, timeout=_CONNECT_SECONDS, context=context)
    else:
        port = port or (_SUBMISSION if server.scheme == "smtp+tls" else smtplib.SMTP_PORT)
        connection = smtplib.SMTP(host, port, timeout=_CONNECT_SECONDS)
    try:
        _introduce(connection, server)
    except BaseException:
        connection.close()
        raise
    return connection


def _introduce(connection: smtplib.SMTP, server: SplitResult) -> None:
    """EHLO, TLS with a checked certificate, sign-in."""
    connection.ehlo_or_helo_if_needed()
    if server.scheme == "smtp+tls":
        connection.starttls(context=ssl.create_default_context())
        connection.ehlo()
    if server.username:
        connection.login(unquote(server.username), unquote(server.password or ""))
    if connection.sock is not None:
        connection.sock.settimeout(_ANSWER_SECONDS)


class FileTransport:
    """Writes each mail into a folder as ``.eml``; the demo's mailbox."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message: Message) -> Outcome:
        """Write under a name made of the Message-ID, so that a repeat replaces its copy."""
        name = message.message_id.strip("<>").partition("@")[0]
        part = self._folder / f"{name}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            part.write_bytes(message.content)
            part.replace(self._folder / f"{name}.eml")
        except OSError as error:
            return Outcome(Verdict.LATER, None, str(error), reachable=False)
        return Outcome(Verdict.ACCEPTED, _SUCCESS)

    def close(self) -> None:
        """Nothing is held."""


class ConsoleTransport:
    """Prints each mail; for development."""

    def send(self, message: Message) -> Outcome:
        """Print headers and text."""
        sys.stdout.write(f"{message.text}\n")
        return Outcome(Verdict.ACCEPTED, _SUCCESS)

    def close(self) -> None:
        """Nothing is held."""


def choose(settings: Settings) -> Transport:
    """The transport the settings name; raises SettingsError for a name nobody knows."""
    kinds: dict[str, Callable[[], Transport]] = {
        "smtp": lambda: SmtpTransport(settings.smtp_url),
        "file": lambda: FileTransport(settings.instance / "mail"),
        "console": ConsoleTransport,
    }
    if settings.mail_transport not in kinds:
        known = ", ".join(kinds)
        raise SettingsError(
            f"HANMADANG_MAIL_TRANSPORT is one of {known}, not {settings.mail_transport!r}."
        )
    return kinds[settings.mail_transport]()
