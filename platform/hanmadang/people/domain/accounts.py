"""An account's life: signing up, confirming the address, changing profile and password."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfoNotFoundError

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from hanmadang.kernel import audit, clock
from hanmadang.kernel.bilingual import LANGUAGES
from hanmadang.kernel.db import is_sqlite
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.kernel.text import one_line
from hanmadang.people import arrivals, consents, sessions, tokens
from hanmadang.people.logins import Login
from hanmadang.people.models import (
    Account,
    AccountState,
    ConsentKind,
    RoleGrant,
    TokenPurpose,
)
from hanmadang.people.post import Posted, post

LONGEST_NAME = 60
NOTICE_LIFE = timedelta(days=2)
"""How late a notice about one's own account may still arrive."""


class UnusableProfileError(DomainError):
    """Name, language or zone cannot be used (422)."""

    status = 422
    text = lazy("Please tell us what to call you, in at most 60 characters.")


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person chooses to be shown as, and in which language and zone to be written to."""

    name: str
    locale: str
    zone: str = "Asia/Seoul"

    def checked(self) -> "Profile":
        """The profile with its name on one line; raises UnusableProfileError."""
        name = one_line(self.name)
        if not 0 < len(name) <= LONGEST_NAME or self.locale not in LANGUAGES:
            raise UnusableProfileError
        try:
            clock.zone(self.zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise UnusableProfileError(text=lazy("Please choose one of the time zones.")) from error
        return Profile(name, self.locale, self.zone)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What somebody wrote on the sign-up page; the password is already hashed."""

    login: Login
    profile: Profile
    password_hash: str
    consents: frozenset[ConsentKind]
    guardian_email: str | None = None
    """For somebody under 14: who consents for them."""


def sign_up(session: Session, new: NewAccount, now: datetime) -> Account | None:
    """Open an account; None when the address has one already, and its owner is told by mail.

    Raises UnusableProfileError, MissingConsentError.
    """
    account_id = _insert(session, new, now)
    if account_id is None:
        _tell_owner(session, new.login.key, now)
        return None
    account = session.get_one(Account, account_id)
    account.grants.append(RoleGrant(role=Role.CITIZEN.value))
    guardian = new.guardian_email is not None
    consents.grant_all(session, account.id, new.consents, now=now, guardian=guardian)
    audit.record(session, None, "account.opened", kind="account", id=account.id,
                 subject_id=account.id)  # fmt: skip
    ask_to_verify(session, account, now)
    session.flush()
    return account


def sign_in_as(
    session: Session, account: Account, *, now: datetime, label: str, strong: bool
) -> str:
    """Open a session for the account and tell who wants to know; returns the cookie's value.

    `strong` says whether a second factor was passed or none is needed.
    """
    cookie = sessions.start(session, account, now=now, label=label, strong=strong)
    arrivals.arrive(session, account.id)
    actor = Viewer(account.id, roles=account.roles)
    if actor.is_staff:
        audit.record(session, actor, "account.signed_in", kind="account", id=account.id)
    return cookie


def ask_to_verify(session: Session, account: Account, now: datetime) -> None:
    """Mail a link that confirms the address; does nothing once it is confirmed."""
    if account.verified_at is not None:
        return
    issued = tokens.issue(
        session, TokenPurpose.VERIFY, email=account.email, account_id=account.id, now=now
    )
    _post_token(session, account, "people.verify", issued, now)


def verify(session: Session, token: str, now: datetime) -> int:
    """Confirm the address the link was sent to; returns the account's id.

    Raises TokenEndedError.
    """
    used = tokens.use(session, TokenPurpose.VERIFY, token, now)
    confirmed = session.execute(
        update(Account)
        .where(
            Account.id == used.account_id,
            Account.email == used.email,
            Account.state == AccountState.ACTIVE.value,
        )
        .values(verified_at=now)
        .returning(Account.id)
    ).scalar()
    if confirmed is None:
        raise tokens.TokenEndedError
    audit.record(session, None, "account.verified", kind="account", id=confirmed,
                 subject_id=confirmed)  # fmt: skip
    return confirmed


def request_reset(session: Session, login_key: str, now: datetime) -> None:
    """Mail a link to choose a new password, if the address has a living account."""
    account = find_active(session, login_key)
    if account is not None:
        issued = tokens.issue(
            session, TokenPurpose.RESET, email=account.email, account_id=account.id, now=now
        )
        _post_token(session, account, "people.reset", issued, now)


def reset(session: Session, token: str, password_hash: str, now: datetime) -> Account:
    """Set a new password by a mailed link: ends every session. Raises TokenEndedError."""
    used = tokens.use(session, TokenPurpose.RESET, token, now)
    account = session.get(Account, used.account_id, populate_existing=True)
    if account is None or account.state != AccountState.ACTIVE or account.email != used.email:
        raise tokens.TokenEndedError
    if account.verified_at is None:
        account.verified_at = now  # the link proved the address
    _set_password(session, account, password_hash, now, actor=None)
    return account


def change_password(
    session: Session, account: Account, password_hash: str, *, actor: Viewer, now: datetime
) -> None:
    """Set a new password: every session ends, the caller opens a new one for this browser."""
    _set_password(session, account, password_hash, now, actor=actor)


def change_profile(session: Session, account: Account, profile: Profile) -> None:
    """Change name, language and zone; raises UnusableProfileError."""
    fit = profile.checked()
    account.name, account.locale, account.zone = fit.name, fit.locale, fit.zone
    session.flush()


def find_active(session: Session, login_key: str) -> Account | None:
    """The active account with that sign-in name."""
    return session.scalars(
        select(Account).where(
            Account.login == login_key, Account.state == AccountState.ACTIVE.value
        )
    ).first()


def _insert(session: Session, new: NewAccount, now: datetime) -> int | None:
    """The new row's id; None when the sign-in name is taken, even by a racing twin."""
    profile = new.profile.checked()
    dialect = sqlite if is_sqlite() else postgresql
    return session.execute(
        dialect.insert(Account)
        .values(
            email=new.login.email,
            login=new.login.key,
            password_hash=new.password_hash,
            name=profile.name,
            locale=profile.locale,
            zone=profile.zone,
            state=AccountState.ACTIVE.value,
            auth_epoch=0,
            guardian_email=new.guardian_email,
            created_at=now,
        )
        .on_conflict_do_nothing()
        .returning(Account.id)
    ).scalar()


def _tell_owner(session: Session, login_key: str, now: datetime) -> None:
    """At most one mail a day: who keeps trying somebody's address must not flood them."""
    owner = find_active(session, login_key)
    if owner is not None:
        _notify(session, owner, "people.exists", f"{now:%Y-%m-%d}", now)


def _set_password(
    session: Session, account: Account, password_hash: str, now: datetime, actor: Viewer | None
) -> None:
    account.password_hash = password_hash
    sessions.end_all(session, account)
    tokens.end_all(session, TokenPurpose.RESET, email=account.email, now=now)
    audit.record(session, actor, "account.password_changed", kind="account", id=account.id,
                 subject_id=account.id)  # fmt: skip
    session.flush()
    _notify(session, account, "people.password_changed", f"epoch-{account.auth_epoch}", now)


def _notify(session: Session, account: Account, kind: str, key: str, now: datetime) -> None:
    payload = {"account_id": account.id, "at": now.isoformat()}
    post(session, _letter(account, kind, key, now + NOTICE_LIFE, payload), now)


def _post_token(
    session: Session, account: Account, kind: str, issued: tokens.Issued, now: datetime
) -> None:
    payload = {"account_id": account.id, "seed": issued.seed}
    post(session, _letter(account, kind, issued.seed[:16], issued.expires_at, payload), now)


def _letter(
    account: Account, kind: str, key: str, not_after: datetime, payload: dict[str, object]
) -> Posted:
    return Posted(
        kind=kind,
        subject=f"account:{account.id}",
        key=key,
        address=account.email,
        locale=account.locale,
        account_id=account.id,
        not_after=not_after,
        payload=payload,
    )
