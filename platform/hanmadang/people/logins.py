"""Sign-in names: the one form in which two ways to type an address are the same.

The only place that imports email-validator. Addresses are never looked up in the DNS: signing up
must work while the resolver does not, and the confirmation mail proves more.
"""

import unicodedata
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy

LONGEST = 320
"""Characters of an address (64 + @ + 255), checked before any pattern looks at it."""


class UnusableEmailError(DomainError):
    """The text is not an e-mail address that mail could reach (422)."""

    status = 422
    text = lazy("This does not look like an e-mail address. Please write it like name@example.org.")


@dataclass(frozen=True, slots=True)
class Login:
    """An address as written, for mail, and as compared, for signing in."""

    email: str
    key: str

    @property
    def mailbox(self) -> str:
        """What the key shares with all others that reach the same mailbox."""
        return mailbox_of(self.key)


def parse(typed: str) -> Login:
    """The address in what a person typed; raises UnusableEmailError."""
    text = _folded(typed)
    if len(text) > LONGEST:
        raise UnusableEmailError
    try:
        found = validate_email(
            text, check_deliverability=False, globally_deliverable=False, strict=True
        )
    except EmailNotValidError as error:
        raise UnusableEmailError from error
    domain = found.ascii_domain.lower()
    if "." not in domain:
        raise UnusableEmailError
    return Login(found.normalized, f"{found.local_part.lower()}@{domain}")


def mailbox_of(key: str) -> str:
    """A key without what follows a plus sign: however many there are, it is one person's."""
    name, _at, domain = key.partition("@")
    return f"{name.partition('+')[0] or name}@{domain}"


def key_of(typed: str) -> str:
    """The sign-in name for a look-up; an empty string, which nobody has, for an unusable one."""
    try:
        return parse(typed).key
    except UnusableEmailError:
        return ""


def _folded(typed: str) -> str:
    return unicodedata.normalize("NFKC", typed[: LONGEST + 1]).strip()
