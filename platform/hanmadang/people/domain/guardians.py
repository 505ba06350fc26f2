"""Accounts for people under 14: a guardian is asked by mail and opens the account for the child.

Before the guardian acts we keep only what article 22-2 of the Personal Information Protection Act
allows us to ask a child: the guardian's name and address, for 72 hours.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from hanmadang.kernel.text import one_line
from hanmadang.people import tokens
from hanmadang.people.domain import accounts
from hanmadang.people.domain.accounts import NewAccount, UnusableProfileError
from hanmadang.people.logins import Login
from hanmadang.people.models import Account, Token, TokenPurpose
from hanmadang.people.post import Posted, post


@dataclass(frozen=True, slots=True)
class Asked:
    """A guardian who was asked."""

    name: str
    email: str
    locale: str


def ask(session: Session, name: str, login: Login, locale: str, now: datetime) -> None:
    """Mail the guardian a link to open the child's account. Raises UnusableProfileError."""
    called = one_line(name)
    if not 0 < len(called) <= accounts.LONGEST_NAME:
        raise UnusableProfileError
    issued = tokens.issue(
        session,
        TokenPurpose.GUARDIAN,
        email=login.email,
        now=now,
        detail=json.dumps({"name": called, "locale": locale}),
    )
    letter = Posted(
        kind="people.guardian",
        subject=f"guardian:{issued.seed[:16]}",
        key=issued.seed[16:32],
        address=login.email,
        locale=locale,
        not_after=issued.expires_at,
        payload={"seed": issued.seed},
    )
    post(session, letter, now)


def asked_by(token: Token) -> Asked:
    """Whom a guardian's link was sent to."""
    detail = json.loads(token.detail)
    return Asked(detail["name"], token.email, detail["locale"])


def admit(session: Session, token: str, new: NewAccount, now: datetime) -> Account | None:
    """Open the child's account with the guardian's consents, and use the link up.

    None when the child's address has an account already. Raises TokenEndedError,
    UnusableProfileError, MissingConsentError.
    """
    used = tokens.use(session, TokenPurpose.GUARDIAN, token, now)
    child = accounts.sign_up(session, replace(new, guardian_email=used.email), now)
    if child is not None and child.email == used.email:
        child.verified_at = now  # the guardian's own address: the link proved it
        tokens.end_all(session, TokenPurpose.VERIFY, email=child.email, now=now)
    return child
