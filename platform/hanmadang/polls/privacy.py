"""What this room keeps about a person: that an address asked to be told of a poll, or let in.

The table knows no accounts; a person's rows are those of the address they sign in with.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select
from sqlalchemy.orm import Session

from hanmadang.people import logins
from hanmadang.people.models import Account
from hanmadang.polls.domain import entering, following
from hanmadang.polls.models import Poll
from hanmadang.polls.models_outcomes import Follower
from hanmadang.reminders.models import OutboxMail


def export_of(session: Session, account_id: int) -> list[dict[str, Any]]:
    """The polls whose outcomes this person asked for."""
    rows = session.execute(
        select(Poll.slug, Follower.language, Follower.confirmed)
        .join(Poll, Poll.id == Follower.poll_id)
        .where(Follower.key == _key(session, account_id))
        .order_by(Poll.id)
    )
    return [
        {"poll": slug, "language": language, "confirmed": confirmed}
        for slug, language, confirmed in rows
    ]


def erase_of(session: Session, account_id: int, now: datetime) -> None:  # noqa: ARG001 (a shape)
    """Remove the address, and the mails to it, which carry no account either."""
    account = session.get(Account, account_id)
    if account is None:
        return
    key = _key(session, account_id)
    addresses = set(session.scalars(select(Follower.address).where(Follower.key == key)))
    for gone in (
        delete(Follower).where(Follower.key == key),
        delete(OutboxMail).where(
            OutboxMail.kind.in_((following.CONFIRM, following.TOLD, entering.MAIL_KIND)),
            or_(
                OutboxMail.address.in_(addresses),
                func.lower(OutboxMail.address).in_((account.email.lower(), key)),
            ),
        ),
    ):
        session.execute(gone, execution_options={"synchronize_session": False})


def _key(session: Session, account_id: int) -> str:
    email = session.scalar(select(Account.email).where(Account.id == account_id))
    return logins.key_of(email or "") or "-"
