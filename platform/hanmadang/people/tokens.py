"""Single-use secrets sent by mail: bound to a purpose, short-lived, stored only as a hash.

The outbox may not hold a secret either, so a mail's row carries only the `seed`; the link is
computed from seed and secret key while the mail is written. A copy of the database opens nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import digest, keyed, new_secret
from hanmadang.people.models import Token, TokenPurpose

LIFETIMES = {
    TokenPurpose.VERIFY: timedelta(minutes=30),
    TokenPurpose.RESET: timedelta(minutes=30),
    TokenPurpose.GUARDIAN: timedelta(hours=72),
}


class TokenEndedError(DomainError):
    """The link was used, is too old, or was never ours (410)."""

    status = 410
    text = lazy(
        "This link was already used or is too old. Ask for a new one; only the newest works."
    )


@dataclass(frozen=True, slots=True)
class Issued:
    """What the mail about a new token needs to know."""

    seed: str
    expires_at: datetime


def issue(  # noqa: PLR0913  (each is a fact about the token)
    session: Session,
    purpose: TokenPurpose,
    *,
    email: str,
    now: datetime,
    account_id: int | None = None,
    detail: str = "",
) -> Issued:
    """Make a token; earlier ones of the same purpose for the same address stop working."""
    end_all(session, purpose, email=email, now=now)
    issued = Issued(new_secret(), now + LIFETIMES[purpose])
    session.add(
        Token(
            token_hash=digest(from_seed(purpose, issued.seed)),
            purpose=purpose.value,
            account_id=account_id,
            email=email,
            detail=detail,
            expires_at=issued.expires_at,
        )
    )
    session.flush()
    return issued


def from_seed(purpose: TokenPurpose, seed: str) -> str:
    """The secret that goes into the link; the same seed gives the same secret."""
    return keyed(str(current_app.secret_key), "token", purpose.value, seed)


def peek(session: Session, purpose: TokenPurpose, token: str, now: datetime) -> Token:
    """The living token, unused; raises TokenEndedError."""
    found = session.scalars(select(Token).where(_lives(purpose, token, now))).first()
    if found is None:
        raise TokenEndedError
    return found


def use(session: Session, purpose: TokenPurpose, token: str, now: datetime) -> Token:
    """Use the token up: of any number of callers exactly one succeeds. Raises TokenEndedError."""
    found = session.scalars(
        update(Token).where(_lives(purpose, token, now)).values(used_at=now).returning(Token)
    ).first()
    if found is None:
        raise TokenEndedError
    return found


def end_all(session: Session, purpose: TokenPurpose, *, email: str, now: datetime) -> None:
    """Make every open token of that purpose for that address worthless."""
    session.execute(
        update(Token)
        .where(Token.purpose == purpose.value, Token.email == email, Token.used_at.is_(None))
        .values(used_at=now)
    )


def _lives(purpose: TokenPurpose, token: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        Token.token_hash == digest(token),
        Token.purpose == purpose.value,
        Token.used_at.is_(None),
        Token.expires_at > now,
    )
