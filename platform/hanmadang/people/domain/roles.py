"""What administrators do to accounts: grant and revoke roles, block and unblock.

Every one of these raises the account's epoch, so that its older sessions end at once.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.kernel import audit
from hanmadang.kernel.errors import DomainError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import STAFF, Role, Viewer
from hanmadang.people import sessions
from hanmadang.people.models import (
    ACCOUNT_STEPS,
    Account,
    AccountState,
    Institution,
    RoleGrant,
)

NEED_VERIFIED = STAFF | {Role.EXPERT}
"""Roles that only a person with a confirmed address may hold."""


class UnfitRoleError(DomainError):
    """The role does not fit this account; the text says why (422)."""

    status = 422


class LastAdministratorError(DomainError):
    """Somebody must be left who can administer accounts."""

    text = lazy("This is the last administrator. Give somebody else the role first.")


class OwnAccountError(DomainError):
    """Administrators do not change their own standing."""

    text = lazy("You cannot do this to your own account. Ask another administrator.")


def grant(
    session: Session,
    account: Account,
    role: Role,
    institution_id: int | None = None,
    *,
    actor: Viewer | None,
) -> bool:
    """Give the account a role, for an institution where it needs one; False when it has it.

    `actor` is None for the command line. Raises UnfitRoleError.
    """
    _check_fit(session, account, role, institution_id)
    held = next((one for one in account.grants if one.role == role), None)
    if held is not None and held.institution_id == institution_id:
        return False
    if held is None:
        account.grants.append(RoleGrant(role=role.value, institution_id=institution_id))
    else:
        held.institution_id = institution_id
    _record(session, actor, "role.granted", account, f"{role.value} {institution_id or ''}".strip())
    return True


def revoke(session: Session, account: Account, role: Role, *, actor: Viewer) -> bool:
    """Take a role away; False when the account does not have it.

    Raises OwnAccountError, LastAdministratorError.
    """
    held = next((one for one in account.grants if one.role == role), None)
    if held is None:
        return False
    if role is Role.ADMINISTRATOR:
        _refuse_own(account, actor)
        keep_an_administrator(session, account)
    account.grants.remove(held)
    _record(session, actor, "role.revoked", account, role.value)
    return True


def block(session: Session, account: Account, *, actor: Viewer) -> None:
    """Keep the account out until it is unblocked. Raises OwnAccountError, NotAllowedNowError."""
    _refuse_own(account, actor)
    keep_an_administrator(session, account)
    _move(session, account, AccountState.BLOCKED, actor, "account.blocked")


def unblock(session: Session, account: Account, *, actor: Viewer) -> None:
    """Let the account in again. Raises NotAllowedNowError."""
    _move(session, account, AccountState.ACTIVE, actor, "account.unblocked")


def keep_an_administrator(session: Session, leaving: Account) -> None:
    """Raises LastAdministratorError when nobody else could administer accounts.

    Locks the administrators' grants, so that two cannot remove one another at once.
    """
    if Role.ADMINISTRATOR not in leaving.roles:
        return
    others = session.scalars(
        select(RoleGrant.account_id)
        .join(Account)
        .where(
            RoleGrant.role == Role.ADMINISTRATOR.value,
            Account.state == AccountState.ACTIVE.value,
        )
        .order_by(RoleGrant.id)
        .with_for_update(of=RoleGrant)
    ).all()
    if set(others) <= {leaving.id}:
        raise LastAdministratorError


def _check_fit(session: Session, account: Account, role: Role, institution_id: int | None) -> None:
    if account.state != AccountState.ACTIVE:
        raise UnfitRoleError(text=lazy("Only an active account can get a role."))
    if role in NEED_VERIFIED and account.verified_at is None:
        raise UnfitRoleError(
            text=lazy("This person must confirm the e-mail address before getting this role.")
        )
    if institution_id is not None and session.get(Institution, institution_id) is None:
        raise UnfitRoleError(text=lazy("There is no such institution."))
    if role is Role.PARTNER_EDITOR and institution_id is None:
        raise UnfitRoleError(text=lazy("A partner editor needs an institution."))
    if _works_elsewhere(account, role, institution_id):
        raise UnfitRoleError(
            text=lazy("One account works for one institution. Use another account for this one.")
        )


def _works_elsewhere(account: Account, role: Role, institution_id: int | None) -> bool:
    """Whether another role is held for another institution: a session speaks for one only."""
    others = {one.institution_id for one in account.grants if one.role != role}
    return institution_id is not None and bool(others - {None, institution_id})


def _refuse_own(account: Account, actor: Viewer) -> None:
    if account.id == actor.account_id:
        raise OwnAccountError


def _move(
    session: Session, account: Account, after: AccountState, actor: Viewer, action: str
) -> None:
    account.state = ACCOUNT_STEPS.check(AccountState(account.state), after).value
    _record(session, actor, action, account, "")


def _record(
    session: Session, actor: Viewer | None, action: str, account: Account, detail: str
) -> None:
    sessions.end_all(session, account)
    session.flush()
    audit.record(
        session, actor, action, kind="account", id=account.id, subject_id=account.id, detail=detail
    )
