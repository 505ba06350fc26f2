"""Counting tries at what could be guessed, in the database, so that the limits hold over processes.

A try is counted before it is judged: of a hundred at the same moment at most ten are judged. A
success gives its try back, so that a hall of people behind one address can all sign in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import case, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel.configuration import settings
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.ids import keyed
from hanmadang.people.models import KnownDevice, SignInTry

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10
PER_ADDRESS = 30
SIGN_UPS_PER_ADDRESS = 60
MAILS_PER_PERSON = 3
_NOBODY = 0  # no account has this id


class TooManyTriesError(DomainError):
    """The limit of this window is used up (429)."""

    status = 429
    text = lazy("There were too many tries. Please wait 15 minutes and try again.")


@dataclass(frozen=True, slots=True)
class Counted:
    """One thing that is counted, and how often it may happen in a window."""

    kind: str
    what: object
    most: int

    @property
    def key(self) -> str:
        """The stored key, from which neither login nor address can be read."""
        return f"{self.kind}:{keyed(str(current_app.secret_key), 'try', self.kind, self.what)}"


def try_charge(session: Session, counted: Iterable[Counted], now: datetime) -> bool:
    """Count one try of each; whether all were within their limits.

    Commit before judging, and raise TooManyTriesError only after that.
    """
    ordered = sorted(counted, key=lambda one: one.key)  # one order of locks for everybody
    within = [_count(session, one, now) for one in ordered]
    return all(within)


def is_used_up(session: Session, one: Counted, now: datetime) -> bool:
    """Whether no try is left in this window; counts nothing."""
    if not settings().limits:
        return False
    found = session.execute(
        select(SignInTry.count, SignInTry.window_ends_at).where(SignInTry.key == one.key)
    ).first()
    if found is None:
        return False
    count, window_ends_at = found
    return count >= one.most and window_ends_at > now


def give_back(session: Session, counted: Iterable[Counted]) -> None:
    """A success was no guess: take its try off again."""
    keys = [one.key for one in counted]
    session.execute(
        update(SignInTry)
        .where(SignInTry.key.in_(sorted(keys)), SignInTry.count > 0)
        .values(count=SignInTry.count - 1)
    )


def for_sign_in(
    session: Session, login: str, account_id: int | None, address: str, device: str
) -> list[Counted]:
    """What a try to sign in counts against: the account and the address, or the known device.

    Unknown logins are counted like known ones, with as many statements.
    """
    if is_known(session, account_id or _NOBODY, device):
        return [Counted("device", f"{account_id}/{device}", PER_ACCOUNT)]
    return [Counted("login", login, PER_ACCOUNT), Counted("address", address, PER_ADDRESS)]


def is_known(session: Session, account_id: int, device: str) -> bool:
    """Whether somebody signed in to this account on this device before."""
    if not device:
        return False
    return session.get(KnownDevice, (account_id, _device_hash(account_id, device))) is not None


def remember(session: Session, account_id: int, device: str, now: datetime) -> None:
    """Note that the account's owner uses this device."""
    if not device:
        return
    row = {"account_id": account_id, "device_hash": _device_hash(account_id, device)}
    statement = _insert(KnownDevice).values(**row, seen_at=now)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "device_hash"], set_={"seen_at": now}
        )
    )


def _count(session: Session, one: Counted, now: datetime) -> bool:
    """One conditional upsert: it changes no row, and returns none, once the limit is reached."""
    if not settings().limits:
        return True
    over = SignInTry.window_ends_at <= now
    statement = _insert(SignInTry).values(key=one.key, count=1, window_ends_at=now + WINDOW)
    counted = session.execute(
        statement.on_conflict_do_update(
            index_elements=["key"],
            set_={
                "count": case((over, 1), else_=SignInTry.count + 1),
                "window_ends_at": case(
                    (over, statement.excluded.window_ends_at), else_=SignInTry.window_ends_at
                ),
            },
            where=or_(over, SignInTry.count < one.most),
        ).returning(SignInTry.key)
    )
    return counted.first() is not None


def _insert(model: type[Any]) -> Any:
    return (sqlite if is_sqlite() else postgresql).insert(model)


def _device_hash(account_id: int, device: str) -> str:
    return keyed(str(current_app.secret_key), "known-device", account_id, device)
