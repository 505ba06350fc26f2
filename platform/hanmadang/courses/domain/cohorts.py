"""Making a cohort and looking after it: its code, its invitations, its instructors."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from hanmadang.courses import invitations
from hanmadang.courses.domain import run_letters
from hanmadang.courses.models import (
    Cohort,
    CohortInstructor,
    CohortKind,
    CohortState,
    Course,
    CourseRun,
    CourseVersion,
    RunState,
    VersionState,
    cohort_machine,
)
from hanmadang.courses.rules.runs import can_hold, can_manage, can_teach
from hanmadang.courses.upserts import insert_once
from hanmadang.kernel import audit
from hanmadang.kernel.bilingual import LANGUAGES, Bilingual
from hanmadang.kernel.errors import DomainError, NotAllowedNowError, NotFoundError
from hanmadang.kernel.i18n import LazyText, lazy
from hanmadang.kernel.ids import new_key
from hanmadang.kernel.permissions import GRANTS, Permission, Role, Viewer
from hanmadang.people import logins
from hanmadang.people.domain import roles
from hanmadang.people.models import Account, AccountState

MOST_INVITED = 100
"""Addresses in one go."""


class InvalidCohortError(DomainError):
    """A field of a cohort cannot be so (422)."""

    status = 422

    def __init__(self, field: str, text: LazyText) -> None:
        super().__init__(field, text=text)
        self.field = field


@dataclass(frozen=True, slots=True)
class CohortFields:
    """What a cohort is."""

    kind: CohortKind
    name: Bilingual
    language: str
    label: Bilingual
    run_id: int | None = None

    def checked(self) -> "CohortFields":
        """These fields; raises InvalidCohortError."""
        if not self.name.get(self.language):
            raise InvalidCohortError(
                f"name_{self.language if self.language in LANGUAGES else 'ko'}",
                lazy("Please give the name in the cohort’s first language."),
            )
        if self.label and self.label.missing():
            (missing,) = self.label.missing()
            raise InvalidCohortError(
                f"label_{missing}",
                lazy("Certificates come in both languages; please fill in both."),
            )
        return self


def create_cohort(  # noqa: PLR0913  (who, whose, what, when)
    session: Session,
    actor: Viewer,
    course_id: int,
    institution_id: int | None,
    fields: CohortFields,
    *,
    now: datetime,
) -> Cohort:
    """Make a cohort of a published course, open, with a fresh invitation code.

    Raises NotFoundError for a course, an institution or a run out of the actor's reach, and
    InvalidCohortError.
    """
    if institution_id is None or not can_hold(actor, institution_id):
        raise NotFoundError
    if not _is_published(session, course_id):
        raise NotFoundError
    fields = fields.checked()
    _check_run(session, course_id, fields.run_id)
    seed = new_key()
    cohort = Cohort(
        course_id=course_id, institution_id=institution_id, created_at=now, seed=seed,
        code_hash=invitations.hash_of(invitations.code_of(seed)), run_id=fields.run_id,
    )  # fmt: skip
    _fill(cohort, fields)
    session.add(cohort)
    session.flush()
    _note(session, actor, "course_cohort.created", cohort)
    return cohort


def edit_cohort(session: Session, actor: Viewer, cohort_id: int, fields: CohortFields) -> Cohort:
    """Change name, kind, language or label; course and run stay, for members agreed to these.

    Raises NotFoundError, InvalidCohortError.
    """
    cohort = managed_cohort(session, actor, cohort_id, lock=True)
    _fill(cohort, fields.checked())
    session.flush()
    _note(session, actor, "course_cohort.edited", cohort)
    return cohort


def change_state(session: Session, actor: Viewer, cohort_id: int, after: CohortState) -> Cohort:
    """Close the door, or open it again. Raises NotFoundError, NotAllowedNowError."""
    cohort = managed_cohort(session, actor, cohort_id, lock=True)
    cohort.state = cohort_machine.check(CohortState(cohort.state), after).value
    session.flush()
    _note(session, actor, f"course_cohort.{after.value}", cohort)
    return cohort


def renew_code(session: Session, actor: Viewer, cohort_id: int) -> Cohort:
    """Make a new invitation code; the old one opens nothing any more. Raises NotFoundError."""
    cohort = taught_cohort(session, actor, cohort_id, lock=True)
    cohort.seed = new_key()
    cohort.code_hash = invitations.hash_of(invitations.code_of(cohort.seed))
    session.flush()
    _note(session, actor, "course_cohort.code_renewed", cohort)
    return cohort


def invite(
    session: Session, actor: Viewer, cohort_id: int, addresses: Sequence[str], *, now: datetime
) -> int:
    """Mail the code to these addresses, each once; returns how many there are.

    Raises NotFoundError, NotAllowedNowError for a closed cohort, InvalidCohortError for an
    address that is none, naming it.
    """
    cohort = taught_cohort(session, actor, cohort_id)
    if cohort.state != CohortState.OPEN:
        raise NotAllowedNowError
    if not 0 < len(addresses) <= MOST_INVITED:
        raise InvalidCohortError(
            "addresses",
            lazy("Write between 1 and %(n)s addresses, one on each line.", n=MOST_INVITED),
        )
    run_letters.invite(session, cohort, _usable(addresses), now=now)
    detail = f"{len(addresses)} addresses"
    audit.record(
        session, actor, "course_cohort.invited", kind="course_cohort", id=cohort.id, detail=detail
    )
    return len(addresses)


def add_instructor(
    session: Session, actor: Viewer, cohort_id: int, address: str, *, now: datetime
) -> bool:
    """Let somebody teach a cohort; they get the role where they need one. False for a repeat.

    The role ends their sessions, so that the next one shows a second factor. Raises
    NotFoundError, InvalidCohortError for an address without a confirmed account.
    """
    cohort = managed_cohort(session, actor, cohort_id)
    account = _confirmed(session, address)
    if not any(Permission.COHORTS_TEACH in GRANTS[role] for role in account.roles):
        roles.grant(session, account, Role.INSTRUCTOR, actor=actor)
    added = insert_once(
        session, CohortInstructor, cohort_id=cohort_id, account_id=account.id, added_at=now
    )
    if added is not None:
        _note(session, actor, "course_cohort.instructor_added", cohort, account.id)
    return added is not None


def remove_instructor(session: Session, actor: Viewer, cohort_id: int, account_id: int) -> bool:
    """Take a cohort from an instructor; False when they did not teach it.

    Who teaches no cohort any more keeps the role, which then reaches nothing. Raises
    NotFoundError.
    """
    cohort = managed_cohort(session, actor, cohort_id)
    gone = session.execute(
        delete(CohortInstructor)
        .where(CohortInstructor.cohort_id == cohort_id, CohortInstructor.account_id == account_id)
        .returning(CohortInstructor.account_id)
    ).first()
    if gone is not None:
        _note(session, actor, "course_cohort.instructor_removed", cohort, account_id)
    return gone is not None


def managed_cohort(
    session: Session, actor: Viewer, cohort_id: int, *, lock: bool = False
) -> Cohort:
    """A cohort that this viewer manages; raises NotFoundError for any other."""
    cohort, course = _found(session, cohort_id, lock=lock)
    if not can_manage(actor, cohort, course):
        raise NotFoundError
    return cohort


def taught_cohort(session: Session, actor: Viewer, cohort_id: int, *, lock: bool = False) -> Cohort:
    """A cohort whose learners this viewer may see; raises NotFoundError for any other."""
    cohort, course = _found(session, cohort_id, lock=lock)
    instructors = session.scalars(
        select(CohortInstructor.account_id).where(CohortInstructor.cohort_id == cohort_id)
    )
    if not can_teach(actor, cohort, course, set(instructors)):
        raise NotFoundError
    return cohort


def _found(session: Session, cohort_id: int, *, lock: bool) -> tuple[Cohort, Course]:
    cohort = session.get(Cohort, cohort_id, with_for_update=lock or None, populate_existing=lock)
    if cohort is None:
        raise NotFoundError
    return cohort, session.get_one(Course, cohort.course_id)


def _is_published(session: Session, course_id: int) -> bool:
    return bool(
        session.scalar(
            select(CourseVersion.id).where(
                CourseVersion.course_id == course_id,
                CourseVersion.state == VersionState.PUBLISHED.value,
            )
        )
    )


def _check_run(session: Session, course_id: int, run_id: int | None) -> None:
    """A run of the same course that takes place and is not a draft."""
    run = session.get(CourseRun, run_id) if run_id else None
    if run_id and (run is None or run.course_id != course_id or run.state != RunState.PUBLISHED):
        raise InvalidCohortError("run", lazy("Please choose a published run of this course."))


def _confirmed(session: Session, address: str) -> Account:
    account = session.scalars(
        select(Account).where(
            Account.login == logins.key_of(address),
            Account.state == AccountState.ACTIVE.value,
            Account.verified_at.is_not(None),
            Account.guardian_email.is_(None),
        )
    ).first()
    if account is None:
        raise InvalidCohortError(
            "address",
            lazy("Nobody with a confirmed account has this address. Ask them to sign up first."),
        )
    return account


def _usable(addresses: Sequence[str]) -> list[str]:
    found = []
    for each in addresses:
        try:
            found.append(logins.parse(each).email)
        except logins.UnusableEmailError as error:
            raise InvalidCohortError(
                "addresses", lazy("“%(address)s” is not an e-mail address.", address=each[:80])
            ) from error
    return list(dict.fromkeys(found))


def _fill(cohort: Cohort, fields: CohortFields) -> None:
    cohort.kind, cohort.name = fields.kind.value, fields.name
    cohort.language, cohort.label = fields.language, fields.label


def _note(
    session: Session, actor: Viewer, action: str, cohort: Cohort, subject: int | None = None
) -> None:
    audit.record(session, actor, action, kind="course_cohort", id=cohort.id, subject_id=subject)
