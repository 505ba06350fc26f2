"""Turning a letter into the message that leaves: headers, text, attachments."""

from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any

from hanmadang.kernel import clock
from hanmadang.reminders.composers import Attachment, Letter
from hanmadang.reminders.outcomes import UnsendableError

_ENCODED_LINE = 75


class _Policy(EmailPolicy):
    """Folds a Korean subject into words of at most 75 characters (RFC 2047, section 2).

    The standard policy of Python 3.11 drops spaces between such words.
    """

    def fold(self, name: str, value: Any) -> str:
        text = str(value)
        if name != "Subject" or text.isascii():
            standard: str = super().fold(name, value)
            return standard
        header = Header(text, "utf-8", maxlinelen=_ENCODED_LINE, header_name=name)
        return f"{name}: {header.encode(linesep=self.linesep)}{self.linesep}"

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name == "Subject":
            return self.fold(name, value).encode("ascii", "surrogateescape")
        return super().fold_binary(name, value)


# 7bit: a relay that must rewrite 8-bit text would break the signature of the mail.
_POLICY = _Policy(linesep="\r\n", max_line_length=998, cte_type="7bit")


@dataclass(frozen=True, slots=True)
class Message:
    """A mail ready to leave: its envelope, and its bytes, made once because that is slow."""

    sender: str
    to: str
    message_id: str
    content: bytes
    """Seven bits, CRLF at each end of line."""

    @property
    def text(self) -> str:
        """The content, to be kept or shown."""
        return self.content.decode("ascii")


def build(letter: Letter, *, sender: str, to: str, message_id: str, locale: str) -> Message:
    """The message as it will leave.

    Raises UnsendableError for line breaks in headers and for addresses that plain SMTP cannot
    carry: however often it is tried, that mail will not leave.
    """
    message = EmailMessage(policy=_POLICY)
    try:
        message["From"] = sender
        message["To"] = _address(to)
        message["Subject"] = letter.subject
        message["Message-ID"] = message_id
        message["Date"] = format_datetime(clock.now())
        message["Auto-Submitted"] = "auto-generated"
        if letter.stop:
            message["List-Unsubscribe"] = f"<{letter.stop}>"
            message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        message.set_content(letter.text)
        for file in letter.attachments:
            _attach(message, file)
        message["Content-Language"] = locale  # last: what precedes clears Content-… headers
        return Message(parseaddr(sender)[1], str(message["To"]), message_id, message.as_bytes())
    except (ValueError, IndexError, HeaderParseError) as error:  # as the library's versions do
        raise UnsendableError(str(error)) from error


def _address(to: str) -> Address:
    address = Address(addr_spec=to)
    return Address(username=address.username, domain=address.domain.encode("idna").decode())


def _attach(message: EmailMessage, file: Attachment) -> None:
    kind, *parameters = (part.strip() for part in file.media_type.split(";"))
    main, _, sub = kind.partition("/")
    message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    part = list(message.iter_attachments())[-1]
    for parameter in filter(None, parameters):
        name, _, value = parameter.partition("=")
        part.set_param(name, value)
