"""Reads of the room, named by what they return."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from hanmadang.kernel.permissions import Role
from hanmadang.kernel.text import like_pattern
from hanmadang.people.models import (
    Account,
    AccountState,
    Institution,
    RoleGrant,
    SignInSession,
)

PAGE_SIZE = 25


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signing in compares."""

    account_id: int
    password_hash: str


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One signed-in browser of a person."""

    id_hash: str
    device: str
    created_at: datetime
    seen_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One account in the administrators' list."""

    id: int
    name: str
    email: str
    state: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Found:
    """One page of accounts."""

    accounts: Sequence[Listed]
    total: int
    number: int

    @property
    def pages(self) -> int:
        """How many pages there are; at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def credentials(session: Session, login_key: str) -> Credentials | None:
    """The stored password of the account with that sign-in name, unless it was erased."""
    row = session.execute(
        select(Account.id, Account.password_hash).where(
            Account.login == login_key, Account.state != AccountState.ERASED.value
        )
    ).first()
    return Credentials(row.id, row.password_hash) if row else None


def password_hash(session: Session, account_id: int) -> str | None:
    """The stored password of an account."""
    return session.scalar(select(Account.password_hash).where(Account.id == account_id))


def open_sessions(
    session: Session, account_id: int, current: str, now: datetime
) -> list[OpenSession]:
    """The person's living sessions, the latest used first."""
    rows = session.scalars(
        select(SignInSession)
        .join(Account, Account.id == SignInSession.account_id)
        .where(
            SignInSession.account_id == account_id,
            SignInSession.auth_epoch == Account.auth_epoch,
            SignInSession.expires_at > now,
        )
        .order_by(SignInSession.seen_at.desc())
    )
    return [
        OpenSession(
            row.id_hash, row.device_label, row.created_at, row.seen_at, row.id_hash == current
        )
        for row in rows
    ]


def accounts(session: Session, query: str, number: int) -> Found:
    """Accounts whose name or address contains `query`, newest first, one page of them.

    Names and addresses are compared in NFC without regard to ASCII case. Erased ones are left out.
    """
    wanted = [Account.state != AccountState.ERASED.value]
    if query.strip():
        pattern = _composed_pattern(query)
        columns = (Account.name, Account.email, Account.login)
        wanted.append(or_(*(func.lower(column).like(pattern, escape="!") for column in columns)))
    total = session.scalar(select(func.count()).select_from(Account).where(*wanted)) or 0
    page = max(1, min(number, -(-total // PAGE_SIZE)))
    rows = session.scalars(
        select(Account)
        .where(*wanted)
        .order_by(Account.id.desc())
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    ).all()
    listed = [Listed(row.id, row.name, row.email, row.state, row.roles) for row in rows]
    return Found(listed, total, page)


def institutions(session: Session) -> Sequence[Institution]:
    """Every institution, by code."""
    return session.scalars(select(Institution).order_by(Institution.code)).all()


def institution_names(session: Session, grants: Sequence[RoleGrant]) -> dict[int, Institution]:
    """The institutions these grants name, by id."""
    ids = {grant.institution_id for grant in grants if grant.institution_id is not None}
    if not ids:
        return {}
    rows = session.scalars(select(Institution).where(Institution.id.in_(sorted(ids))))
    return {row.id: row for row in rows}


def _composed_pattern(query: str) -> str:
    """`like_pattern` composed again: these columns hold NFC, not the search form."""
    return unicodedata.normalize("NFC", like_pattern(query))


def has_second_factor(session: Session, account_id: int) -> bool:
    """Whether the person set up a second factor."""
    secret = select(Account.totp_secret.is_not(None)).where(Account.id == account_id)
    return bool(session.scalar(secret))
