"""Which mails a proposal causes; written in the cause's transaction, in its expert's language."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from hanmadang.forums.models import Outcome, Proposal
from hanmadang.people.models import Account
from hanmadang.reminders.domain import outbox
from hanmadang.reminders.domain.outbox import Mail, Recipient

RECEIVED = "forum.received"
CHANGES = "forum.changes"
CONFIRMED = "forum.confirmed"
SCHEDULED = "forum.scheduled"
CANCELLED = "forum.cancelled"
OUTCOMES = {
    Outcome.ACCEPTED: "forum.accepted",
    Outcome.REJECTED: "forum.rejected",
    Outcome.RESERVE: "forum.reserve",
}
_LASTS = timedelta(days=14)
"""How long a letter is still worth reading."""


def tell(session: Session, proposal: Proposal, kind: str, key: str, *, now: datetime) -> None:
    """Put one letter to the proposal's expert into the outbox; `key` tells repeats apart."""
    account = session.get_one(Account, proposal.account_id)
    mail = Mail(
        kind=kind,
        subject=proposal.mail_subject,
        key=key,
        due_at=now,
        not_after=now + _LASTS,
        payload={"proposal_id": proposal.id},
    )
    outbox.enqueue(session, mail, Recipient(account.email, proposal.locale, account.id), now=now)


def take_back(session: Session, proposal: Proposal) -> None:
    """Cancel what has not left yet: the proposal is no longer what it says."""
    outbox.cancel(session, proposal.mail_subject)
