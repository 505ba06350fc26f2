"""Everything about one person: shown as one file, or ended by one click."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.audit import AuditEntry
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import Viewer
from hanmadang.people import consents, passwords, privacy_registry, second_factor, sessions
from hanmadang.people.domain.roles import keep_an_administrator
from hanmadang.people.models import (
    ACCOUNT_STEPS,
    Account,
    AccountState,
    Consent,
    KnownDevice,
    SignInSession,
    Token,
)

FORMAT = "hanmadang-personal-data/1"


def export(session: Session, account_id: int, now: datetime) -> dict[str, Any]:
    """Everything the house holds about the person, by room, JSON-ready; times are UTC."""
    return {
        "format": FORMAT,
        "exported_at": now.isoformat(),
        "data": privacy_registry.export_all(session, account_id),
    }


def erase(session: Session, account: Account, *, actor: Viewer, now: datetime) -> None:
    """End the account and remove its person from every room.

    Raises LastAdministratorError, NotAllowedNowError. What stays: the emptied row, that other
    rows may point at, the dates of consents, and audit entries, which hold ids and no names.
    """
    keep_an_administrator(session, account)
    after = ACCOUNT_STEPS.check(AccountState(account.state), AccountState.ERASED)
    privacy_registry.erase_all(session, account.id, now)
    account.state = after.value
    audit.record(session, actor, "account.erased", kind="account", id=account.id,
                 subject_id=account.id)  # fmt: skip
    session.flush()


def export_own(session: Session, account_id: int) -> dict[str, Any]:
    """What the room of people holds (registered as ``people``)."""
    account = session.get_one(Account, account_id)
    return {
        "account": _account(account),
        "consents": [_consent(row) for row in _rows(session, Consent, account_id)],
        "sessions": [_session(row) for row in _rows(session, SignInSession, account_id)],
        "audit": [_entry(row, account_id) for row in _entries(session, account_id)],
    }


def erase_own(session: Session, account_id: int, now: datetime) -> None:
    """Anonymise the account and remove what hangs on it (registered as ``people``)."""
    account = session.get_one(Account, account_id)
    consents.end_all(session, account_id, now)
    sessions.end_all(session, account)
    second_factor.turn_off(session, account)
    for model in (Token, KnownDevice):
        session.execute(delete(model).where(model.account_id == account_id))
    session.execute(delete(Token).where(Token.email == account.email))
    account.grants.clear()
    placeholder = f"erased-{new_key()}@invalid"
    account.email = account.login = placeholder
    account.password_hash, account.name = passwords.UNUSABLE, ""
    account.guardian_email = account.verified_at = None
    session.flush()


def _rows(session: Session, model: Any, account_id: int) -> Any:
    return session.scalars(select(model).where(model.account_id == account_id))


def _entries(session: Session, account_id: int) -> Any:
    return session.scalars(
        select(AuditEntry)
        .where(or_(AuditEntry.actor_id == account_id, AuditEntry.subject_id == account_id))
        .order_by(AuditEntry.seq)
    )


def _account(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "email": account.email,
        "name": account.name,
        "language": account.locale,
        "zone": account.zone,
        "roles": sorted(account.roles),
        "guardian_email": account.guardian_email,
        "second_factor": account.totp_secret is not None,
        "verified_at": _iso(account.verified_at),
        "created_at": _iso(account.created_at),
    }


def _consent(row: Consent) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "version": row.version,
        "granted_at": _iso(row.granted_at),
        "withdrawn_at": _iso(row.withdrawn_at),
        "by_guardian": row.guardian,
    }


def _session(row: SignInSession) -> dict[str, Any]:
    return {
        "device": row.device_label,
        "created_at": _iso(row.created_at),
        "seen_at": _iso(row.seen_at),
    }


def _entry(row: AuditEntry, account_id: int) -> dict[str, Any]:
    return {
        "at": _iso(row.at),
        "action": row.action,
        "object": f"{row.object_kind}:{row.object_id}",
        "by_me": row.actor_id == account_id,
    }


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None
