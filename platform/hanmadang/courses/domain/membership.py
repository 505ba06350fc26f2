"""Joining a cohort by its code, by one's own consent or a guardian's, and leaving it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.courses import consent_texts, invitations
from hanmadang.courses.domain import run_letters, seats
from hanmadang.courses.domain.enrolling import enrol
from hanmadang.courses.domain.seats import MissingAgreementError
from hanmadang.courses.models import (
    Cohort,
    CohortMember,
    CohortState,
    CourseRun,
    MemberState,
    member_machine,
)
from hanmadang.courses.rules import can_take
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel import audit, codes
from hanmadang.kernel.errors import DomainError, NotAllowedNowError, NotFoundError, RefusedError
from hanmadang.kernel.i18n import lazy
from hanmadang.kernel.permissions import Role, Viewer
from hanmadang.people.models import Account, AccountState

_WITHOUT_SYNC = {"synchronize_session": False}
_AGAIN = timedelta(hours=1)
"""How soon a guardian can be asked once more."""


class UnknownInvitationError(DomainError):
    """No cohort has this code (422)."""

    status = 422
    text = lazy("No cohort has this code. Please compare it with your invitation.")


class MistypedInvitationError(UnknownInvitationError):
    """No code can look like this (422)."""

    text = lazy(
        "An invitation code has ten letters and digits, and this one holds a slip of the pen. "
        "Please compare it with your invitation."
    )


class ClosedCohortError(NotAllowedNowError):
    """The cohort takes nobody any more."""

    text = lazy("This cohort takes nobody any more. Please ask whoever invited you.")


class GuardianLinkEndedError(DomainError):
    """The link is not whole, too old, or its question was withdrawn (422)."""

    status = 422
    text = lazy("This link works for 72 hours and only once. Your child can ask again.")


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of joining."""

    member: CohortMember

    @property
    def waits_for_guardian(self) -> bool:
        """Whether a guardian was asked."""
        return self.member.state == MemberState.ASKED


def cohort_of_code(session: Session, typed: str) -> Cohort:
    """The cohort of an invitation code. Raises UnknownInvitationError."""
    code = codes.tidy(typed)
    if not codes.is_sound(code):
        raise MistypedInvitationError
    found = session.scalars(
        select(Cohort).where(Cohort.code_hash == invitations.hash_of(code))
    ).first()
    if found is None:
        raise UnknownInvitationError
    return found


def join_cohort(  # noqa: PLR0913  (who, by what, in which language, when)
    session: Session, actor: Viewer, typed: str, *, agrees: bool, locale: str, now: datetime
) -> Joined:
    """Join by code, and the course and the run with it; a second time changes nothing.

    For somebody under 14 the guardian is asked by mail first, and instructors see nothing until
    the guardian agreed. Raises UnknownInvitationError, ClosedCohortError, MissingAgreementError,
    and as `seats.seat`.
    """
    if not can_take(actor):
        raise RefusedError
    cohort = cohort_of_code(session, typed)
    held = _member(session, cohort.id, actor.id)
    if held is not None and held.state == MemberState.JOINED:
        return Joined(held)
    if cohort.state != CohortState.OPEN:
        raise ClosedCohortError
    guardian = session.scalar(select(Account.guardian_email).where(Account.id == actor.id))
    if not agrees:
        raise MissingAgreementError
    if guardian:
        return _ask(session, actor, cohort, guardian, locale, now)
    return _join(session, actor, cohort, locale, now)


def agree_for_child(session: Session, token: str, *, now: datetime) -> CohortMember:
    """A guardian agrees: the child joins. A second time changes nothing.

    Raises GuardianLinkEndedError, ClosedCohortError, and as `seats.seat`.
    """
    member = child_of(session, token, now=now)
    if member.state == MemberState.JOINED:
        return member
    cohort = session.get_one(Cohort, member.cohort_id)
    if cohort.state != CohortState.OPEN:
        raise ClosedCohortError
    child = Viewer(account_id=member.account_id, roles=frozenset({Role.CITIZEN}))
    if cohort.run_id is not None:
        seats.seat(
            session, child, cohort.run_id, consent=consent_texts.VERSION, locale=member.locale,
            now=now,
        )  # fmt: skip
    member.state = member_machine.check(MemberState.ASKED, MemberState.JOINED).value
    member.guardian, member.joined_at = True, now
    session.flush()
    if cohort.run_id is None:
        enrol(session, child, cohort.course_id, locale=member.locale, now=now)
    audit.record(
        session, None, "course_cohort.guardian_agreed", kind="course_cohort", id=cohort.id,
        subject_id=member.account_id,
    )  # fmt: skip
    return member


def child_of(session: Session, token: str, *, now: datetime) -> CohortMember:
    """The child that a guardian's link speaks for. Raises GuardianLinkEndedError."""
    member_id = invitations.member_of(token, now)
    member = session.get(CohortMember, member_id) if member_id else None
    if member is None:
        raise GuardianLinkEndedError
    account = session.get_one(Account, member.account_id)
    if account.state != AccountState.ACTIVE or not account.guardian_email:
        raise GuardianLinkEndedError
    return member


def leave_cohort(session: Session, actor: Viewer, cohort_id: int) -> bool:
    """Leave; False for somebody who was not in it. Progress in the course stays.

    The seat of the cohort's run is given back with it: that is how the person came to it.
    """
    cohort = session.get(Cohort, cohort_id)
    if cohort is None or _member(session, cohort_id, actor.id) is None:
        raise NotFoundError
    if cohort.run_id is not None:  # the run before what hangs on it
        session.get_one(CourseRun, cohort.run_id, with_for_update=True)
    gone = session.execute(
        delete(CohortMember)
        .where(CohortMember.cohort_id == cohort_id, CohortMember.account_id == actor.id)
        .returning(CohortMember.id),
        execution_options=_WITHOUT_SYNC,
    ).first()
    if gone is None:
        return False
    if cohort.run_id is not None:
        seats.free(session, cohort.run_id, actor.id)
    audit.record(session, actor, "course_cohort.left", kind="course_cohort", id=cohort_id)
    return True


def forget_unanswered(session: Session, *, now: datetime) -> int:
    """Remove what children asked for and no guardian answered in 72 hours; how many."""
    gone = session.execute(
        delete(CohortMember)
        .where(
            CohortMember.state == MemberState.ASKED.value,
            CohortMember.joined_at < now - run_letters.GUARDIAN_LIFE,
        )
        .returning(CohortMember.id),
        execution_options=_WITHOUT_SYNC,
    )
    return len(gone.all())


def _join(session: Session, actor: Viewer, cohort: Cohort, locale: str, now: datetime) -> Joined:
    if cohort.run_id is not None:
        seats.seat(
            session, actor, cohort.run_id, consent=consent_texts.VERSION, locale=locale, now=now
        )
    member = _written(session, actor, cohort, MemberState.JOINED, locale, now)
    if cohort.run_id is None:
        enrol(session, actor, cohort.course_id, locale=locale, now=now)
    return Joined(member)


def _ask(  # noqa: PLR0913, PLR0917  (whom, about whom, when)
    session: Session, actor: Viewer, cohort: Cohort, guardian: str, locale: str, now: datetime
) -> Joined:
    known = _member(session, cohort.id, actor.id)
    member = known or _written(session, actor, cohort, MemberState.ASKED, locale, now)
    if known is None or now - known.joined_at > _AGAIN:
        member.joined_at = now
        run_letters.ask_guardian(session, member, cohort, guardian, now=now)
    return Joined(member)


def _written(  # noqa: PLR0913, PLR0917  (the row's columns)
    session: Session, actor: Viewer, cohort: Cohort, state: MemberState, locale: str, now: datetime
) -> CohortMember:
    made = insert_once(
        session, CohortMember, cohort_id=cohort.id, account_id=actor.id, state=state.value,
        locale=locale, consent=consent_texts.VERSION, guardian=False, joined_at=now,
    )  # fmt: skip
    if made is not None:
        audit.record(
            session, actor, f"course_cohort.{state.value}", kind="course_cohort", id=cohort.id
        )
    found = _member(session, cohort.id, actor.id)
    if found is None:
        raise NotAllowedNowError
    return found


def _member(session: Session, cohort_id: int, account_id: int) -> CohortMember | None:
    return session.scalars(
        select(CohortMember).where(
            CohortMember.cohort_id == cohort_id, CohortMember.account_id == account_id
        )
    ).first()
