"""The mails that runs and cohorts cause, put into the outbox in the transaction of their cause."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.models import Cohort, CohortMember, CourseMessage, CourseRun, RunSeat
from hanmadang.kernel.ids import digest
from hanmadang.people.models import Account, AccountState
from hanmadang.reminders.domain import outbox

CANCELLED = "courses.run_cancelled"
INVITED = "courses.invited"
GUARDIAN = "courses.guardian"
MESSAGE = "courses.message"
_USEFUL = timedelta(days=14)
"""How long a mail from the desk is worth reading."""
GUARDIAN_LIFE = timedelta(hours=72)
"""How long a guardian's link works, as for the account itself."""


def tell_cancelled(session: Session, run: CourseRun, *, now: datetime) -> int:
    """Tell everybody who has a seat that the run does not take place; how many."""
    rows = session.execute(
        select(Account.email, RunSeat.locale, Account.id)
        .join(RunSeat, RunSeat.account_id == Account.id)
        .where(RunSeat.run_id == run.id, Account.state == AccountState.ACTIVE.value)
    ).all()
    mail = outbox.Mail(
        kind=CANCELLED,
        subject=run.mail_subject,
        key="1",
        due_at=now,
        not_after=now + _USEFUL,
        payload={"run_id": run.id},
    )
    people = [outbox.Recipient(email, locale, account_id) for email, locale, account_id in rows]
    outbox.enqueue_all(session, ((mail, each) for each in people), now=now)
    return len(people)


def invite(session: Session, cohort: Cohort, addresses: Iterable[str], *, now: datetime) -> None:
    """Mail the invitation code to these addresses, in the cohort's first language.

    The same code is mailed once to an address. It is written when the mail leaves, so the outbox
    does not hold it.
    """
    mail = outbox.Mail(
        kind=INVITED,
        subject=cohort.mail_subject,
        key=digest(cohort.seed)[:16],
        due_at=now,
        not_after=now + _USEFUL,
        payload={"cohort_id": cohort.id, "code": digest(cohort.seed)[:16]},
        priority=7,
    )
    people = [outbox.Recipient(each, cohort.language, None) for each in addresses]
    outbox.enqueue_all(session, ((mail, each) for each in people), now=now)


def ask_guardian(
    session: Session, member: CohortMember, cohort: Cohort, address: str, *, now: datetime
) -> None:
    """Ask the guardian of somebody under 14 whether the instructors may see the child."""
    mail = outbox.Mail(
        kind=GUARDIAN,
        subject=cohort.mail_subject,
        key=f"{member.id}:{int(now.timestamp())}",
        due_at=now,
        not_after=now + GUARDIAN_LIFE,
        payload={"member_id": member.id, "until": int((now + GUARDIAN_LIFE).timestamp())},
        priority=3,
        repeats=False,
    )
    outbox.enqueue(session, mail, outbox.Recipient(address, member.locale, None), now=now)


def send_message(
    session: Session,
    message: CourseMessage,
    subject: str,
    people: Iterable[outbox.Recipient],
    *,
    now: datetime,
) -> None:
    """Mail a message of the desk, once to each."""
    mail = outbox.Mail(
        kind=MESSAGE,
        subject=subject,
        key=f"message-{message.id}",
        due_at=now,
        not_after=now + _USEFUL,
        payload={"message_id": message.id},
        priority=7,
    )
    outbox.enqueue_all(session, ((mail, each) for each in people), now=now)
