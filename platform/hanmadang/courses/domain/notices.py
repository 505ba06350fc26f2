"""Which letters a version on its way causes: each once, to each editor it concerns."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from hanmadang.courses.models import Course, CourseVersion, VersionReview, VersionSignature
from hanmadang.kernel.permissions import Role
from hanmadang.people.models import Account, AccountState, RoleGrant
from hanmadang.reminders.domain import outbox

WANTED = "course.signature-wanted"
RETURNED = "course.version-returned"
PUBLISHED = "course.version-published"
_LASTS = timedelta(days=14)
_WRITERS = (Role.PARTNER_EDITOR.value, Role.ORGANIZER.value)


def wanted(session: Session, version: CourseVersion, *, now: datetime) -> None:
    """Ask the editors of each partner for their signature."""
    _tell(session, version, WANTED, _editors(session, _asked(session, version)), now)


def returned(session: Session, version: CourseVersion, *, now: datetime) -> None:
    """Tell whoever handed it in, and the partners, that it came back."""
    _tell(session, version, RETURNED, _everybody(session, version), now)


def published(session: Session, version: CourseVersion, *, now: datetime) -> None:
    """Tell them all that learners have it."""
    _tell(session, version, PUBLISHED, _everybody(session, version), now)


def _asked(session: Session, version: CourseVersion) -> list[int]:
    found = select(VersionSignature.institution_id).where(VersionSignature.version_id == version.id)
    return list(session.scalars(found))


def _everybody(session: Session, version: CourseVersion) -> list[Account]:
    owner = session.get_one(Course, version.course_id).institution_id
    houses = [*_asked(session, version), *([owner] if owner is not None else [])]
    people = {account.id: account for account in _editors(session, houses)}
    review = session.get(VersionReview, version.id)
    if review is not None and review.submitted_by is not None:
        author = session.get(Account, review.submitted_by)
        if author is not None and author.state == AccountState.ACTIVE:
            people[author.id] = author
    return list(people.values())


def _editors(session: Session, institutions: Iterable[int]) -> list[Account]:
    """People who write courses for these institutions."""
    found = (
        select(Account)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.institution_id.in_(list(institutions)),
            RoleGrant.role.in_(_WRITERS),
            Account.state == AccountState.ACTIVE.value,
        )
        .order_by(Account.id)
    )
    return list(session.scalars(found).unique())


def _tell(
    session: Session, version: CourseVersion, kind: str, people: Iterable[Account], now: datetime
) -> None:
    outbox.enqueue_all(
        session,
        (
            (
                outbox.Mail(
                    kind=kind,
                    subject=f"course_version:{version.id}",
                    key=f"{kind}:v{version.id}",
                    due_at=now,
                    not_after=now + _LASTS,
                    payload={"version_id": version.id},
                ),
                outbox.Recipient(account.email, account.locale, account.id),
            )
            for account in people
        ),
        now=now,
    )
