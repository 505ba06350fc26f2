"""The self-check of certificates: they follow from progress, and progress never falls."""

from collections.abc import Iterator

from sqlalchemy import and_, select
from sqlalchemy.orm import Session, aliased

from hanmadang.courses import conditions, numbers
from hanmadang.courses.models import Certificate, CertificateState, Enrolment
from hanmadang.kernel import fsck


@fsck.check("certificates")
def certificates(session: Session) -> Iterator[str]:
    """Every way in which certificates and progress disagree."""
    yield from _owed(session)
    yield from _unearned(session)
    yield from _numbers(session)


def _owed(session: Session) -> Iterator[str]:
    """Whoever met every condition of the version they take has the course's certificate."""
    complete = conditions.complete_versions().subquery()
    held = and_(
        Certificate.account_id == Enrolment.account_id,
        Certificate.course_id == Enrolment.course_id,
    )
    rows = session.execute(
        select(Enrolment.account_id, Enrolment.course_version_id)
        .join(
            complete,
            and_(
                complete.c.account_id == Enrolment.account_id,
                complete.c.version_id == Enrolment.course_version_id,
            ),
        )
        .outerjoin(Certificate, held)
        .where(Certificate.id.is_(None))
    ).all()
    for account, version in rows:
        if conditions.are_met(session, account, version):
            yield f"account {account} met every condition of version {version}, no certificate"


def _unearned(session: Session) -> Iterator[str]:
    """A certificate with a holder stands on conditions that were met, and still are."""
    complete = conditions.complete_versions().subquery()
    rows = session.execute(
        select(Certificate.number)
        .outerjoin(
            complete,
            and_(
                complete.c.account_id == Certificate.account_id,
                complete.c.version_id == Certificate.course_version_id,
            ),
        )
        .where(Certificate.account_id.is_not(None), complete.c.account_id.is_(None))
    )
    for (number,) in rows:
        yield f"certificate {number}: its holder did not meet its conditions"


def _numbers(session: Session) -> Iterator[str]:
    """Numbers are well formed, and what was replaced has a successor."""
    successor = aliased(Certificate)
    rows = session.execute(
        select(Certificate.number, Certificate.state, successor.id).outerjoin(
            successor, successor.replaces_id == Certificate.id
        )
    )
    for number, state, following in rows:
        if numbers.tidied(number) != number:
            yield f"certificate {number}: not a number of ours"
        if (state == CertificateState.REPLACED.value) != (following is not None):
            yield f"certificate {number}: {state}, and its successor says otherwise"
