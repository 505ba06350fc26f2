"""Accounts for tests: no surprises, every field can be given."""

from datetime import UTC, datetime
from functools import lru_cache
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from hanmadang.kernel import clock
from hanmadang.kernel.permissions import Role
from hanmadang.people import passwords, sessions
from hanmadang.people.models import Account, RoleGrant

_numbers = count(1)


def make_account(session: Session, *roles: Role, **fields: Any) -> Account:
    """A verified, active account; a citizen unless roles are given."""
    number = next(_numbers)
    email = fields.pop("email", f"person{number}@example.org")
    account = Account(
        **{
            "email": email,
            "login": email.lower(),
            "password_hash": "unusable",
            "name": f"Person {number}",
            "locale": "ko",
            "verified_at": datetime(2026, 1, 1, tzinfo=UTC),
            "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
        | fields
    )
    account.grants = [RoleGrant(role=role.value) for role in (roles or (Role.CITIZEN,))]
    session.add(account)
    session.flush()
    return account


def open_session(session: Session, account: Account) -> str:
    """A signed-in session that passed the second factor; returns the cookie."""
    return sessions.start(session, account, now=clock.now(), label="test", strong=True)


PASSWORD = "four quiet blue horses"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@lru_cache
def password_hash(password: str = PASSWORD) -> str:
    """The stored form of a password, computed once."""
    return passwords.hashed(password)


def make_person(session: Session, *roles: Role, **fields: Any) -> Account:
    """An account that can sign in with `PASSWORD`."""
    return make_account(session, *roles, **{"password_hash": password_hash()} | fields)
