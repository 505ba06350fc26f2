"""Self-checks of the stored accounts."""

from collections.abc import Iterator

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from hanmadang.kernel.fsck import check
from hanmadang.people.models import Account, AccountState, RoleGrant, SignInSession, Token


@check("accounts")
def accounts(session: Session) -> Iterator[str]:
    """An erased account holds nothing of its person; a blocked one is signed in nowhere."""
    erased = Account.state == AccountState.ERASED.value
    leftovers = or_(
        Account.name != "", Account.totp_secret.is_not(None), Account.guardian_email.is_not(None)
    )
    for account_id in session.scalars(select(Account.id).where(erased, leftovers)):
        yield f"account {account_id} is erased and still holds personal data"
    for model in (RoleGrant, SignInSession, Token):
        owner = select(model.account_id).where(model.account_id == Account.id).exists()
        for account_id in session.scalars(select(Account.id).where(erased, owner)):
            yield f"account {account_id} is erased and still has rows in {model.__tablename__}"
    current = SignInSession.auth_epoch == Account.auth_epoch
    blocked = (
        select(Account.id)
        .join(SignInSession, SignInSession.account_id == Account.id)
        .where(Account.state == AccountState.BLOCKED.value, current)
    )
    for account_id in session.scalars(blocked.distinct()):
        yield f"account {account_id} is blocked and signed in"
